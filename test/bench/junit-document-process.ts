/** Reads one report of JUnit as a whole document by fast-xml-parser; prints what readJunit's own process prints. */
import { readFile } from 'node:fs/promises'
import { XMLParser } from 'fast-xml-parser'
import { peakMegabytes } from '../support/peak-memory.ts'

interface Report {
  readonly testsuites: {
    readonly testsuite: readonly { readonly testcase: readonly { readonly failure?: unknown }[] }[]
  }
}

const [path = ''] = process.argv.slice(2)
const began = performance.now()
const parser = new XMLParser({ ignoreAttributes: false })
const report = parser.parse(await readFile(path, 'utf8')) as Report
let [tests, failed] = [0, 0]
for (const { testcase } of report.testsuites.testsuite) {
  for (const { failure } of testcase) {
    tests++
    if (failure !== undefined) failed++
  }
}
const seconds = (performance.now() - began) / 1000
const { userCPUTime, systemCPUTime } = process.resourceUsage()
const cpuSeconds = (userCPUTime + systemCPUTime) / 1_000_000
console.log(JSON.stringify({ tests, failed, seconds, cpuSeconds, peakMegabytes: peakMegabytes() }))

/** Reads one report of JUnit in a process of its own; prints what was in it, how long it took and the most memory it had. */
import { peakMegabytes } from '../../../../test/support/peak-memory.ts'
import { readJunit } from '../../src/test-results/junit.ts'

const [path = ''] = process.argv.slice(2)
const began = performance.now()
let [tests, failed] = [0, 0]
await readJunit({ name: 'big.xml', path }, ({ status }) => {
  tests++
  if (status === 'failed') failed++
})
const seconds = (performance.now() - began) / 1000
const { userCPUTime, systemCPUTime } = process.resourceUsage()
const cpuSeconds = (userCPUTime + systemCPUTime) / 1_000_000
console.log(JSON.stringify({ tests, failed, seconds, cpuSeconds, peakMegabytes: peakMegabytes() }))

/** A large report of JUnit: one in a hundred tests has failed, and one in four has printed something. */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

const SUITE = 100

/** Writes `tests` tests (a multiple of 100) in about `bytes` bytes; never holds more than one suite. */
export const writeBigJunit = (path: string, tests: number, bytes: number): Promise<void> =>
  pipeline(suites(tests / SUITE, Math.floor((bytes / tests) * SUITE)), createWriteStream(path))

function* suites(count: number, bytes: number): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
  for (let index = 0; index < count; index++) yield suiteOf(index, bytes)
  yield '</testsuites>\n'
}

function suiteOf(index: number, bytes: number): string {
  const suite = `<testsuite name="suite ${index}" tests="${SUITE}" failures="1" time="1.5">\n`
  const tests = Array.from({ length: SUITE }, (_each, at) => testOf(index, at))
  const printed = Math.max(0, bytes - suite.length - tests.join('').length) / (SUITE / 4)
  const output = 'a line that the test has printed\n'.repeat(Math.floor(printed / 33))
  const parts = tests.map((test, at) =>
    at % 4 === 1 ? test.replace('/>', `><system-out>${output}</system-out></testcase>`) : test,
  )
  return `${suite}${parts.join('')}</testsuite>\n`
}

function testOf(suite: number, at: number): string {
  const head = `  <testcase classname="com.example.service.module${suite}.SomeTest" name="does thing number ${at} when it is asked to" time="0.0${at}"`
  if (at > 0) return `${head}/>\n`
  const frame = '    at Object.&lt;anonymous> (/app/src/a.test.ts:12:5)\n'
  return `${head}><failure message="expected 1 to be 2">Error: expected 1 to be 2\n${frame.repeat(10)}</failure></testcase>\n`
}

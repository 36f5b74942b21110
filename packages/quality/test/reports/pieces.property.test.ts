/** However the bytes of a report come, a reader says the same: of each report 300 random ways to cut it (of a large one 15), against one piece. */
import { expect, test } from '@jest/globals'
import { randomFrom } from '../../../../test/support/random.ts'
import { readPrettierLines } from '../../src/issues/prettier.ts'
import { readTscLines } from '../../src/issues/tsc.ts'
import { decodeReport, linesOf } from '../../src/reports/decode-report.ts'
import { readCoberturaText } from '../../src/test-coverage/cobertura.ts'
import { readLcov } from '../../src/test-coverage/lcov.ts'
import { readJunitText } from '../../src/test-results/junit.ts'
import { readTapLines } from '../../src/test-results/tap.ts'
import { pieces, told } from '../support/text-reports.ts'

const WAYS = 300
const SEED = Number(process.env['QUALITY_SEED'] ?? 1)

type Read = (text: AsyncIterable<string>) => Promise<unknown>

const lines = (text: AsyncIterable<string>): AsyncIterable<string> => linesOf(text, 'report')

const junit: Read = (text) => told((on) => readJunitText(text, 'report', on))
const tap: Read = (text) => told((on) => readTapLines(lines(text), 'report', on))

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>\r
<testsuites name="€ 😀"><testsuite name="a&amp;b" tests="3" failures="1"><!-- — -->
<testcase classname="c" name="d &#x1F600; &lt;é&gt;" time="1,000.5"><failure message="ä&#10;ö">text\u{1b}[31m
  at f (/app/ä.ts:3:1) <![CDATA[ ]] ]> & <x/> ]]></failure></testcase>
<testcase name="e"><skipped/></testcase><testcase name="f"><flakyError>x&#27;[0my</flakyError></testcase>
</testsuite></testsuites>`

const TAP = `TAP version 14\r
# Subtest: é
    ok 1 - 😀 # SKIP €
    not ok 2 - b
      ---
      duration_ms: 2
      error: 'ü'
      ...
    1..2
not ok 1 - é
1..1
`

const COBERTURA = `<coverage><sources><source>/äpp</source></sources><class name="a" filename="ä.py"><methods/>
<lines><line number="1" hits="2" condition-coverage="50% (1/2)"/></lines></class></coverage>`

const cases: Readonly<Record<string, readonly [Read, string]>> = {
  JUnit: [junit, JUNIT],
  'JUnit, cut off': [junit, JUNIT.slice(0, -30)],
  'JUnit with too long a comment': [junit, JUNIT.replace('—', '—'.repeat(400_000))],
  'JUnit that is not well-formed': [junit, JUNIT.replace('<skipped/>', '<skipped>')],
  TAP: [tap, TAP],
  'TAP, cut off': [tap, TAP.slice(0, -20)],
  Cobertura: [async (text) => readCoberturaText(text, 'report'), COBERTURA],
  lcov: [
    async (text) => readLcov(lines(text), 'report'),
    'SF:ä.ts\r\nDA:1,2\nDA:2,0\nend_of_record\n',
  ],
  tsc: [
    (text) => told((on) => readTscLines(lines(text), 'report', on)),
    'ä.ts(1,2): error TS1: é\n  ü\r\n\nx',
  ],
  Prettier: [
    (text) => told((on) => readPrettierLines(lines(text), 'report', on)),
    '[warn] ä.ts\r\n[error] é.ts: SyntaxError: ü (1:2)',
  ],
  'not UTF-8': [junit, JUNIT],
}

test.each(Object.entries(cases))('%s', async (name, [read, text]) => {
  const random = randomFrom(SEED)
  const bytes = bytesOf(name, text)
  const whole = await outcome(read, [bytes])
  expect(whole).not.toEqual([])
  const ways = bytes.length > 100_000 ? WAYS / 20 : WAYS
  for (let way = 0; way < ways; way++) {
    const cut = randomPieces(bytes, random)
    expect({ seed: SEED, way, outcome: await outcome(read, cut) }).toEqual({
      seed: SEED,
      way,
      outcome: whole,
    })
  }
})

function bytesOf(name: string, text: string): Buffer {
  const bytes = Buffer.from(`\u{feff}${text}`)
  if (name === 'not UTF-8') bytes[bytes.length - 30] = 0xe2
  return bytes
}

/** What was read, or why it was refused. */
async function outcome(read: Read, parts: readonly Buffer[]): Promise<unknown> {
  try {
    const list = await read(decodeReport(parts, 'report'))
    // A map has no members that a comparison would see in a list of many kinds.
    return JSON.stringify(list, (_key, value: unknown) =>
      value instanceof Map ? [...value] : value,
    )
  } catch (refused) {
    return String(refused)
  }
}

/** Mostly a few bytes each; with large reports, more. */
function randomPieces(bytes: Buffer, random: () => number): readonly Buffer[] {
  const longest =
    1 + Math.floor((random() ** 4 * bytes.length) / 2) + Math.ceil(bytes.length / 2000)
  const parts: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = from + 1 + Math.floor(random() * longest)
    parts.push(bytes.subarray(from, end))
    from = end
  }
  return parts
}

test('the ways to cut are all pieces of one', async () => {
  const parts: string[] = []
  for await (const part of decodeReport(
    randomPieces(Buffer.from(JUNIT), randomFrom(2)),
    'report',
  )) {
    parts.push(part)
  }
  expect(parts.length).toBeGreaterThan(10)
  expect(parts.join('')).toBe(JUNIT)
  await expect(junit(pieces(...parts))).resolves.toHaveLength(3)
})

/** Any report that the types allow, with the texts that break Markdown. */
import {
  metricOf,
  METRICS,
  type CheckResult,
  type Finding,
  type GateResult,
  type Measure,
  type TestResult,
} from '@ecs-pipeline/quality'
import type { GateReport } from '../../../report.ts'
import { makeCheck, makeGate, makeReport } from './make-report.ts'

const PIECES = [
  'a',
  'src/app.ts',
  ' ',
  '\n',
  '```',
  '````',
  '`',
  '|',
  '</details>',
  '<details>',
  '<!--',
  '-->',
  '@octocat',
  '#12',
  '&',
  '\\',
  '](',
  '[',
  ')',
  '~~~',
  '- ',
  '\u0000',
  '\u001b[31m',
  '\ud83d',
  '😀',
  '\u2028',
  '../',
  'https://evil.example',
]

type Random = () => number

export function randomReport(random: Random): GateReport {
  const upTo = (most: number): number => Math.floor(random() * (most + 1))
  const pick = <T>(words: readonly T[]): T => {
    const word = words[upTo(words.length - 1)]
    if (word === undefined) throw new Error('nothing to pick from')
    return word
  }
  const maybe = <T>(make: () => T): T | undefined => (random() < 0.5 ? make() : undefined)
  const text = (): string =>
    Array.from({ length: upTo(pick([3, 30, 400])) }, () => pick(PIECES)).join('')
  const many = <T>(make: () => T): readonly T[] =>
    Array.from({ length: upTo(pick([0, 3, 40, 700])) }, make)
  const number = (): number =>
    pick([0, 1, 0.1, 80, 5e-324, 1e300, -7, 123456789, random() * 1e6, Number.MAX_SAFE_INTEGER])
  const measure = (): Measure =>
    random() < 0.5
      ? { kind: 'number', value: number() }
      : { kind: 'ratio', covered: upTo(100), total: upTo(100) }
  const place = (): Pick<Finding, 'path' | 'line'> => ({ path: maybe(text), line: maybe(number) })

  const check = (): CheckResult =>
    makeCheck(text(), {
      status: pick(['passed', 'failed', 'timed-out', 'cancelled', 'skipped', 'not-run']),
      seconds: number(),
      attempts: upTo(3),
      reason: text(),
    })
  const gate = (): GateResult =>
    makeGate(
      {
        status: pick(['passed', 'failed', 'unmeasured', 'resting']),
        measure: maybe(measure),
        before: maybe(measure),
        reason: text(),
        notices: random() < 0.2 ? [text(), text()] : [],
        exception: maybe(() => ({
          of: { gate: 'x' },
          reason: text(),
          expires: text(),
          until: 0,
          where: '',
        })),
      },
      {
        id: text(),
        metric:
          metricOf(pick([...METRICS.map(({ name }) => name), 'size.x'])) ?? makeGate().gate.metric,
        level: pick(['error', 'warning']),
        min: maybe(number),
        max: maybe(number),
        maxDrop: maybe(number),
        maxRise: maybe(number),
      },
    )
  const finding = (): Finding => ({
    ...place(),
    level: pick(['error', 'warning', 'notice']),
    of: undefined,
    endLine: maybe(number),
    title: text(),
    message: text(),
    isAdded: false,
  })
  const flaky = (): TestResult => {
    const { path: file, line } = place()
    return {
      suite: text(),
      name: text(),
      status: 'flaky',
      seconds: 1,
      message: undefined,
      file,
      line,
    }
  }
  return makeReport({
    name: text(),
    result: pick(['passed', 'failed', 'unmeasured', 'cancelled']),
    mode: pick(['enforce', 'report']),
    reason: text(),
    caveats: many(text),
    startedAt: number(),
    policy: { kind: 'head', name: text(), text: undefined, isChanged: random() < 0.5 },
    checks: many(check),
    gates: many(gate),
    flaky: many(flaky),
    findings: many(finding),
    findingCount: upTo(10_000),
  })
}

export const randomText = (random: Random): string =>
  Array.from(
    { length: Math.floor(random() * 300) },
    () => PIECES[Math.floor(random() * PIECES.length)] ?? '',
  ).join('')

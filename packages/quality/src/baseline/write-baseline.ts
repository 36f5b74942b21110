import type { Measure } from '../metrics/measure.ts'
import type { Baseline } from './baseline.ts'

/**
 * JSON for people: the same numbers are the same bytes, one line each, sorted, so that a diff of the committed file
 * shows what has changed. A ratio of nothing is left out: it would be no measure for anybody.
 */
export function writeBaseline(baseline: Baseline): string {
  const { version, branch, commit, recordedAt, policy } = baseline
  const head = Object.entries({ version, branch, commit, recordedAt, policy }).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
  )
  const lines = Object.entries(baseline.metrics)
    .filter(([, measure]) => measure.kind !== 'ratio' || measure.total > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, measure]) => `    ${JSON.stringify(name)}: ${measureJson(measure)}`)
  const metrics = lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`
  return `{\n${head.join('')}  "metrics": ${metrics}\n}\n`
}

function measureJson(measure: Measure): string {
  switch (measure.kind) {
    case 'ratio':
      return `{ "covered": ${JSON.stringify(measure.covered)}, "total": ${JSON.stringify(measure.total)} }`
    case 'number':
      return `{ "value": ${JSON.stringify(measure.value)} }`
  }
}

/** Whether they have the same numbers, of whatever commit. */
export function hasSameNumbers(one: Baseline, other: Baseline): boolean {
  const numbers = ({ branch, policy, metrics }: Baseline): string =>
    writeBaseline({ version: 1, commit: '', recordedAt: '', branch, policy, metrics })
  return numbers(one) === numbers(other)
}

import { describeValue, Fields, type MapEntry, quoted } from '@ecs-pipeline/action-kit'
import type { MetricOfTrigger, TriggerSource } from '@ecs-pipeline/rollout'
import { checkExpression } from './expression.ts'
import { METRIC_KEYS, OTHER_NAMES_OF_KEYS, TRIGGER_KEYS } from './keys.ts'
import { type ReadMetric, readMetric } from './metric.ts'
import { type Reading, replaceVariables } from './variables.ts'
import { ALB, NLB, type WellKnownMetric } from './well-known-metrics.ts'

export interface ReadSource {
  readonly source: TriggerSource
  /** Of a trigger of one metric only. */
  readonly known: WellKnownMetric | undefined
  readonly metrics: readonly MetricOfTrigger[]
}

/** Which keys belong to which source; every other key of these is refused beside it. */
const SOURCES = {
  metric: METRIC_KEYS,
  expression: ['expression', 'metrics'],
  query: ['query'],
} as const

type SourceKey = keyof typeof SOURCES

const SOURCE_KEYS = Object.keys(SOURCES) as SourceKey[]

/** What the trigger looks at: one metric, an expression over some, or a Prometheus query. */
export function readSource(fields: Fields, reading: Reading): ReadSource | undefined {
  const [kind, second] = SOURCE_KEYS.filter((key) => fields.has(key))
  if (kind === undefined) {
    reading.problems.add(
      fields.place,
      'a trigger needs one of `metric`, `expression` (with `metrics`) and `query`.',
    )
    return undefined
  }
  if (second !== undefined) {
    fields.report(second, `a trigger has \`${kind}\` or \`${second}\`, not both.`)
    return undefined
  }
  refuseKeysOfOthers(fields, kind)
  switch (kind) {
    case 'metric': {
      const read = readMetric(fields, reading)
      if (!read) return undefined
      const { metric, known } = read
      return { source: { kind, metric }, known, metrics: [metric] }
    }
    case 'expression':
      return readExpression(fields, reading)
    case 'query': {
      const query = readQuery(fields, reading)
      if (query === undefined) return undefined
      // The server is the file's; it is put in when the whole file is read.
      return { source: { kind: 'prometheus', url: '', query }, known: undefined, metrics: [] }
    }
  }
}

function refuseKeysOfOthers(fields: Fields, kind: SourceKey): void {
  const own: readonly string[] = SOURCES[kind]
  for (const key of SOURCE_KEYS.flatMap((each) => SOURCES[each])) {
    if (own.includes(key) || !fields.has(key)) continue
    const advice = kind === 'expression' ? ' Write it in each of the `metrics`.' : ''
    fields.report(key, `\`${key}\` has no meaning beside \`${kind}\`.${advice}`)
  }
}

function readExpression(fields: Fields, reading: Reading): ReadSource | undefined {
  fields.need('metrics', 'Write the metrics that the expression is made of, by their names in it.')
  const given = fields.text('expression')
  const expression =
    given === undefined ? undefined : replaceVariables(given, fields.placeOf('expression'), reading)
  const map = fields.value('metrics')
  if (!map) return undefined
  if (map.kind !== 'map') {
    fields.report(
      'metrics',
      `\`metrics\` is a map such as {errors: {metric: …}}, not ${describeValue(map)}.`,
    )
    return undefined
  }
  if (map.entries.length === 0) fields.report('metrics', '`metrics` needs at least one metric.')
  const read = map.entries.map((entry) => readMetricOfExpression(entry, reading))
  if (expression !== undefined) {
    checkExpression(expression, fields.placeOf('expression'), map.entries, reading.problems)
  }
  const metrics = read.flatMap((each) => (each ? [each.metric] : []))
  checkOneLoadBalancer(fields, metrics)
  if (expression === undefined || metrics.length < read.length) return undefined
  const byName = map.entries.map(({ key }, index) => [key, metrics[index]] as const)
  const source: TriggerSource = {
    kind: 'expression',
    expression,
    metrics: Object.fromEntries(byName) as Record<string, MetricOfTrigger>,
  }
  return { source, known: undefined, metrics }
}

function readMetricOfExpression(entry: MapEntry, reading: Reading): ReadMetric | undefined {
  const { key, keyPlace, value } = entry
  // `MetricDataQuery`, CloudWatch API Reference: "The valid characters are letters, numbers, and underscore. The
  // first character must be a lowercase letter."
  if (!/^[a-z]\w*$/.test(key)) {
    reading.problems.add(
      keyPlace,
      `${quoted(key)} cannot be used in an expression: a name begins with a small letter and has only letters, digits and _.`,
    )
  }
  const fields = Fields.of(
    value,
    {
      what: `the metric ${quoted(key)}`,
      keys: METRIC_KEYS,
      otherNames: OTHER_NAMES_OF_KEYS,
      misplaced: (name) =>
        TRIGGER_KEYS.some((known) => known === name)
          ? `\`${name}\` belongs to the trigger, not to one of its metrics.`
          : undefined,
    },
    reading.problems,
  )
  return fields && readMetric(fields, reading)
}

/** A target group belongs to one kind of load balancer, so the other metric would never have data. */
function checkOneLoadBalancer(fields: Fields, metrics: readonly MetricOfTrigger[]): void {
  const found = metrics.filter((each) => each.dimensions === undefined)
  const both = [ALB, NLB].every((namespace) => found.some((each) => each.namespace === namespace))
  if (both) {
    fields.report(
      'metrics',
      `metrics of ${ALB} and ${NLB} cannot be joined: a target group has one of them only.`,
    )
  }
}

function readQuery(fields: Fields, reading: Reading): string | undefined {
  const given = fields.text('query')
  if (given === undefined) return undefined
  const macro = /\$__\w+/.exec(given)?.[0]
  if (macro !== undefined) {
    fields.report(
      'query',
      `Grafana replaces ${macro}, Prometheus does not know it. Write a time such as 5m.`,
    )
  }
  return replaceVariables(given, fields.placeOf('query'), reading).trim()
}

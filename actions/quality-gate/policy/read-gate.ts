import { Fields, likelyWord, quoted, type DocumentValue } from '@ecs-pipeline/action-kit'
import { metricOf, METRICS, questionKey, type Gate, type Metric } from '@ecs-pipeline/quality'
import { GATE_KEYS } from './keys.ts'
import { readLimit } from './read-limit.ts'
import {
  readFolder,
  readId,
  readLevel,
  remember,
  textList,
  whereOf,
  type Reading,
} from './policy-reading.ts'

/** Sonar's rule ('fudge factor'): coverage of so few lines says more about chance than about the change. */
const MIN_LINES = 20

const OPTIONS = {
  what: 'a gate',
  keys: GATE_KEYS,
  otherNames: {
    name: 'id',
    minimum: 'min',
    maximum: 'max',
    threshold: 'min',
    checks: 'check',
    package: 'folder',
    workingdirectory: 'folder',
    ratchet: 'max-drop',
    severity: 'level',
  },
}

/** `undefined` when it cannot be judged; what is wrong is in the problems. */
export function readGate(item: DocumentValue, reading: Reading): Gate | undefined {
  const fields = Fields.of(item, OPTIONS, reading.problems)
  if (!fields) return undefined
  fields.need('metric', `One of ${METRICS.map(({ name }) => name).join(', ')}, or size.NAME.`)
  const metric = readMetric(fields)
  const scope = fields.choice('scope', ['all', 'new-code', 'production']) ?? 'all'
  const checks = textList(fields, 'check') ?? []
  const folder = readFolder(fields, 'folder')
  const level = readLevel(fields) ?? 'error'
  const id = readId(fields, 'id')
  if (!metric) return undefined
  if (!metric.scopes.includes(scope)) {
    fields.report(
      'scope',
      `${metric.name} has the scope ${metric.scopes.join(' or ')}, not ${scope}.`,
    )
  }
  if (metric.from === 'sizes' && (checks.length > 0 || folder !== undefined)) {
    fields.report(
      fields.has('check') ? 'check' : 'folder',
      'a size has its own `path`; `check` and `folder` do not belong here.',
    )
  }
  const gate = {
    metric,
    scope,
    checks,
    folder,
    ...readLimits(fields, metric),
    minLines: fields.integer('min-lines', { minimum: 0, maximum: 100_000 }) ?? MIN_LINES,
    level,
    where: whereOf(reading, fields.place),
  } satisfies Omit<Gate, 'id'>
  if (fields.has('min-lines') && !(metric.from === 'coverage' && scope === 'new-code')) {
    fields.report('min-lines', '`min-lines` is for coverage of the scope new-code only.')
  }
  return remember({ id: id ?? usualId(gate), ...gate }, fields, reading)
}

function readMetric(fields: Fields): Metric | undefined {
  const name = fields.text('metric')
  const metric = name === undefined ? undefined : metricOf(name)
  if (name === undefined || metric) return metric
  const near = likelyWord(
    name,
    METRICS.map((each) => each.name),
  )
  const hint =
    near === undefined
      ? `There are ${METRICS.map((each) => each.name).join(', ')} and size.NAME.`
      : `Did you mean ${quoted(near)}?`
  fields.report('metric', `there is no metric ${quoted(name)}. ${hint}`)
  return undefined
}

function readLimits(
  fields: Fields,
  metric: Metric,
): Pick<Gate, 'min' | 'max' | 'maxDrop' | 'maxRise'> {
  const keys = ['min', 'max', 'max-drop', 'max-rise'] as const
  if (!keys.some((key) => fields.has(key))) {
    fields.report(
      'metric',
      `the gate has no limit. Write ${metric.worse === 'lower' ? '`min` or `max-drop`' : '`max` or `max-rise`'}.`,
    )
  }
  const [wrong, right] =
    metric.worse === 'lower' ? ['max-rise', 'max-drop'] : ['max-drop', 'max-rise']
  if (fields.has(wrong)) {
    fields.report(
      wrong,
      `${metric.name} is better the ${metric.worse === 'lower' ? 'higher' : 'lower'} it is. Write \`${right}\`.`,
    )
  }
  const [min, max, maxDrop, maxRise] = keys.map((key) => readLimit(fields, key, metric.unit))
  if (min !== undefined && max !== undefined && min > max) {
    fields.report('min', `\`min\` (${min}) is above \`max\` (${max}): nothing can be both.`)
  }
  return { min, max, maxDrop, maxRise }
}

/** `coverage.lines-new-code`: what tells it apart, as it can stand in an id. */
const usualId = (gate: Omit<Gate, 'id'>): string =>
  questionKey(gate)
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-|-$/g, '')

/** The evidence of the triggers: a table of all, and the values per period of each, in numbers and as a picture. */
import { code, codeBlock, details, table } from '@ecs-pipeline/action-kit'
import { conditionOf, type TriggerPoint, type TriggerReport } from '@ecs-pipeline/rollout'

/** A chart with more points than this is not readable on a summary page. */
const MOST_POINTS = 60

export function triggerBlocks(triggers: readonly TriggerReport[]): readonly string[] {
  if (triggers.length === 0) return []
  const rows = triggers.map((each) => [
    nameOf(each),
    conditionOf(each.trigger),
    verdictOf(each),
    each.arithmetic,
    each.baseline ?? '',
  ])
  const header = ['Trigger', 'Breaches when', 'Verdict', 'Evidence', 'Before']
  return ['### Triggers', table(header, rows), ...triggers.map(valuesBlock)].filter(
    (block) => block !== '',
  )
}

const nameOf = ({ trigger, where }: TriggerReport): string =>
  where === undefined ? trigger.name : `${trigger.name} (${where.split('/')[1] ?? where})`

function verdictOf({ verdict, trigger, demoted }: TriggerReport): string {
  const mark = { BREACHING: '🔴', INSUFFICIENT: '⚪', OK: '🟢' }[verdict]
  const note = demoted
    ? ', breached before already'
    : trigger.action === 'warn'
      ? ', only warns'
      : ''
  return `${mark} ${verdict}${note}`
}

function valuesBlock(report: TriggerReport): string {
  const points = report.points.slice(-MOST_POINTS)
  if (points.length === 0) return ''
  const rows = points.map((point) => [minute(point.at), valueOf(point, report), STATE[point.state]])
  const values = table(['Period (UTC)', 'Value', ''], rows)
  const chart = chartOf(report, points)
  const query = queryOf(report)
  const body = [chart, values, query === '' ? '' : `Query: ${query}`].filter((each) => each !== '')
  return details(`Values of ${nameOf(report)}`, body.join('\n\n'), report.verdict === 'BREACHING')
}

const STATE: Readonly<Record<TriggerPoint['state'], string>> = {
  breaching: 'breach',
  ok: '',
  missing: 'no data',
  'few-requests': 'too few requests',
  error: 'not readable',
}

const valueOf = ({ value }: TriggerPoint, { trigger }: TriggerReport): string =>
  value === undefined ? '–' : `${round(value)}${trigger.unit === '' ? '' : ` ${trigger.unit}`}`

const round = (value: number): number => Number(value.toPrecision(4))

const minute = (at: number): string => new Date(at).toISOString().slice(11, 16)

function queryOf({ trigger: { source } }: TriggerReport): string {
  if (source.kind === 'metric') {
    return code(`${source.metric.statistic} of ${source.metric.namespace} ${source.metric.name}`)
  }
  return code(source.kind === 'expression' ? source.expression : source.query)
}

/** mermaid's xychart has no gaps, so that periods without a value are left out. */
function chartOf({ trigger }: TriggerReport, points: readonly TriggerPoint[]): string {
  const known = points.flatMap(({ at, value }) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ at, value }],
  )
  if (known.length < 2) return ''
  const highest = Math.max(trigger.threshold, ...known.map((each) => each.value))
  const lowest = Math.min(0, trigger.threshold, ...known.map((each) => each.value))
  const top = highest === lowest ? lowest + 1 : highest + (highest - lowest) * 0.1
  const title = trigger.name.replace(/[^\w .-]/g, ' ')
  const lines = [
    'xychart-beta',
    `  title "${title}: value per period, and the threshold"`,
    `  x-axis [${known.map(({ at }) => `"${minute(at)}"`).join(', ')}]`,
    `  y-axis "${trigger.unit === '' ? 'value' : trigger.unit.replace(/[^\w %/]/g, ' ')}" ${plain(lowest)} --> ${plain(top)}`,
    `  line [${known.map(({ value }) => plain(value)).join(', ')}]`,
    `  line [${known.map(() => plain(trigger.threshold)).join(', ')}]`,
  ]
  return codeBlock(lines.join('\n'), 'mermaid')
}

/** Without an exponent, which the chart cannot read. */
const plain = (value: number): string => String(Number(value.toFixed(6)))

/** The evidence of the triggers: a table of all, and the values per period of each, in numbers and as a picture. */
import { code, details, table } from '@ecs-pipeline/action-kit'
import { conditionOf, type TriggerPoint, type TriggerReport } from '@ecs-pipeline/rollout'
import { chartOf, clockTime } from './trigger-chart.ts'

/** More than this is not readable on a summary page. */
const MOST_POINTS = 60

export function triggerBlocks(triggers: readonly TriggerReport[]): readonly string[] {
  if (triggers.length === 0) return []
  const named = namesOf(triggers)
  const rows = named.map(({ name, report }) => [
    name,
    conditionOf(report.trigger),
    verdictOf(report),
    report.arithmetic,
    report.baseline === undefined ? '' : `${MARK[report.baseline]}${NO_BREAK}${report.baseline}`,
  ])
  const header = ['Trigger', 'Breaches when', 'Verdict', 'Evidence', 'Verdict before']
  const breaching = named.filter(({ report }) => report.verdict === 'BREACHING')
  const others = named.filter(({ report }) => report.verdict !== 'BREACHING')
  return [
    '### Triggers',
    ...breaching.map(({ report }) => chartOf(report.trigger, shownPoints(report))),
    table(header, rows),
    ...breaching.map((each) => valuesBlock(each, false)),
    ...others.map((each) => valuesBlock(each, true)),
  ].filter((block) => block !== '')
}

interface Named {
  readonly name: string
  readonly report: TriggerReport
}

/** The target group is said only where there are some to tell apart. */
function namesOf(triggers: readonly TriggerReport[]): readonly Named[] {
  const places = new Set(triggers.map(({ where }) => where).filter((where) => where !== undefined))
  return triggers.map((report) => {
    const { trigger, where } = report
    if (where === undefined || places.size < 2) return { name: trigger.name, report }
    return { name: `${trigger.name} (${where.split('/')[1] ?? where})`, report }
  })
}

const MARK = { BREACHING: '🔴', INSUFFICIENT: '⚪', OK: '🟢' } as const
const NO_BREAK = '\u00a0'

function verdictOf({ verdict, trigger, demoted }: TriggerReport): string {
  const note = demoted
    ? ', breached before already'
    : trigger.action === 'warn'
      ? ', only warns'
      : ''
  return `${MARK[verdict]}${NO_BREAK}${verdict}${note}`
}

const shownPoints = ({ points }: TriggerReport): readonly TriggerPoint[] =>
  points.slice(-MOST_POINTS)

function valuesBlock({ name, report }: Named, hasChart: boolean): string {
  const points = shownPoints(report)
  if (points.length === 0) return ''
  const rows = points.map((point) => [
    clockTime(point.at),
    valueOf(point, report),
    STATE[point.state],
  ])
  const body = [
    hasChart ? chartOf(report.trigger, points) : '',
    table(['Period (UTC)', 'Value', ''], rows),
    `Query: ${queryOf(report)}`,
  ]
  return details(`Values of ${name}`, body.filter((each) => each !== '').join('\n\n'))
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

function queryOf({ trigger: { source } }: TriggerReport): string {
  if (source.kind === 'metric') {
    return code(`${source.metric.statistic} of ${source.metric.namespace} ${source.metric.name}`)
  }
  return code(source.kind === 'expression' ? source.expression : source.query)
}

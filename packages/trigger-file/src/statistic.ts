import { likelyWord, quoted } from '@ecs-pipeline/action-kit'

/** As GetMetricData spells them ('Statistics', CloudWatch API Reference). */
const SIMPLE = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount', 'IQM']

const OTHER_NAMES = new Map([
  ['avg', 'Average'],
  ['mean', 'Average'],
  ['min', 'Minimum'],
  ['max', 'Maximum'],
  ['count', 'SampleCount'],
  ['total', 'Sum'],
  ['median', 'p50'],
])

/**
 * What is wrong with a statistic; `undefined` when it is one. 'CloudWatch statistics definitions' (CloudWatch User
 * Guide): with one number and small letters `p95`, `tm99`, `wm98`, `tc90`, `ts90`; with bounds and capitals
 * `TM(10%:90%)`, `TC(:0.5)`, `PR(:300)`; up to ten decimal places.
 */
export function statisticProblem(statistic: string): string | undefined {
  if (SIMPLE.includes(statistic)) return undefined
  const [, kind, digits] = /^(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/.exec(statistic) ?? []
  if (digits !== undefined) return numberProblem(kind ?? '', Number(digits))
  if (/^(TM|WM|TC|TS|PR)\((?=[^)]*\d)-?[\d.]*%?:-?[\d.]*%?\)$/.test(statistic)) return undefined
  const meant =
    OTHER_NAMES.get(statistic.toLowerCase()) ??
    likelyWord(statistic, SIMPLE) ??
    (/^(p|tm|wm|tc|ts)[\d.]+$/i.test(statistic) ? statistic.toLowerCase() : undefined)
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  return `${quoted(statistic)} is no statistic of CloudWatch: ${SIMPLE.join(', ')}, p95, tm99 …${hint}`
}

function numberProblem(kind: string, percent: number): string | undefined {
  if (percent > 100) return `${kind}${percent} is above 100 percent.`
  // `p0.95` is allowed by CloudWatch, and is the value below which not even one in a hundred lies.
  if (percent > 0 && percent < 1) {
    return `${kind}${percent} is below one percent. Did you mean ${kind}${percent * 100}?`
  }
  return undefined
}

/** Rows of the tables of gates and checks, the worst first. */
import { measureText, questionKey, type CheckResult, type GateResult } from '@ecs-pipeline/quality'

/** `warned`: not good, but of the level warning, or excused. */
export type RowStatus = 'failed' | 'unmeasured' | 'warned' | 'resting' | 'passed'

export const STATUS_MARK: Readonly<Record<RowStatus, string>> = {
  failed: '❌',
  unmeasured: '❓',
  warned: '⚠️',
  resting: '💤',
  passed: '✅',
}

const ORDER: readonly RowStatus[] = ['failed', 'unmeasured', 'warned', 'resting', 'passed']

const sorted = <Item>(items: readonly Item[], status: (item: Item) => RowStatus): readonly Item[] =>
  items.toSorted((a, b) => ORDER.indexOf(status(a)) - ORDER.indexOf(status(b)))

export function gateStatus({ gate, status, exception }: GateResult): RowStatus {
  if (status === 'passed' || status === 'resting') return status
  return gate.level === 'warning' || exception ? 'warned' : status
}

export function checkStatus({ check, status }: CheckResult): RowStatus {
  if (status === 'passed') return 'passed'
  if (check.level === 'warning') return 'warned'
  return status === 'failed' || status === 'timed-out' ? 'failed' : 'unmeasured'
}

export const gateRows = (gates: readonly GateResult[]): readonly (readonly string[])[] =>
  sorted(gates, gateStatus).map((result) => {
    const { gate, measure, before, reason, notices, exception } = result
    const { unit } = gate.metric
    return [
      STATUS_MARK[gateStatus(result)],
      gate.id,
      measure ? measureText(measure, unit) : 'unmeasured',
      before ? measureText(before, unit) : '',
      [
        withoutName(reason, result),
        ...notices,
        ...(exception ? [`Excused until ${exception.expires}: ${exception.reason}`] : []),
      ].join(' '),
    ]
  })

/** The table has the name and the number beside it already. */
function withoutName(reason: string, { gate, measure }: GateResult): string {
  const key = questionKey(gate)
  const number = measure ? measureText(measure, gate.metric.unit) : ''
  const start = [`${key} is ${number}, `, `${key} is ${number}; `, `${key} is `, `${key} `].find(
    (each) => reason.startsWith(each),
  )
  const rest = reason.slice(start?.length ?? 0).replace(/^was not measured: /, '')
  return rest.replace(/^./, (first) => first.toUpperCase())
}

export const checkRows = (checks: readonly CheckResult[]): readonly (readonly string[])[] =>
  sorted(checks, checkStatus).map((result) => {
    const { check, seconds, attempts, reason, status } = result
    return [
      STATUS_MARK[checkStatus(result)],
      check.id,
      check.command && attempts > 0
        ? `${seconds.toFixed(1)} s${attempts > 1 ? `, ${attempts} attempts` : ''}`
        : '',
      status === 'passed' ? (check.command ? 'passed' : 'its reports were read') : reason,
    ]
  })

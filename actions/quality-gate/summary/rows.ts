/** Rows of the tables of gates and checks, the worst first. */
import { measureText, questionKey, type CheckResult, type GateResult } from '@ecs-pipeline/quality'
import { STANDING_MARK, standingOfCheck, standingOfGate, worstFirst } from '../standing.ts'

export const gateRows = (gates: readonly GateResult[]): readonly (readonly string[])[] =>
  worstFirst(gates, standingOfGate).map((result) => {
    const { gate, measure, before, reason, notices, exception } = result
    const { unit } = gate.metric
    return [
      STANDING_MARK[standingOfGate(result)],
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
  worstFirst(checks, standingOfCheck).map((result) => {
    const { check, seconds, attempts, reason, status } = result
    return [
      STANDING_MARK[standingOfCheck(result)],
      check.id,
      check.command && attempts > 0
        ? `${seconds.toFixed(1)} s${attempts > 1 ? `, ${attempts} attempts` : ''}`
        : '',
      status === 'passed' ? (check.command ? 'passed' : 'its reports were read') : reason,
    ]
  })

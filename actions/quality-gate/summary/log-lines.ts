/** The end of the log: a line for each check and gate, the bad ones last, where people look first. */
import type { GateReport } from '../report.ts'
import { standingOfCheck, standingOfGate, STANDING_MARK, type Standing } from '../standing.ts'

const ORDER: readonly Standing[] = ['passed', 'resting', 'warned', 'unmeasured', 'failed']

export function logLines({ checks, gates, result }: GateReport): readonly string[] {
  const lines = [
    ...checks.map((each) => ({
      status: standingOfCheck(each),
      text: `check ${each.check.id}: ${each.status === 'passed' ? 'passed' : each.reason}`,
    })),
    ...gates.map((each) => ({
      status: standingOfGate(each),
      text: `gate ${each.gate.id}: ${each.reason}`,
    })),
  ]
  const sorted = lines.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status))
  return [
    ...sorted.map(({ status, text }) => `${STANDING_MARK[status]} ${text}`),
    `quality gate: ${result}`,
  ]
}

/** The end of the log: a line for each check and gate, the bad ones last, where people look first. */
import type { GateReport } from '../report.ts'
import { checkStatus, gateStatus, STATUS_MARK, type RowStatus } from './rows.ts'

const ORDER: readonly RowStatus[] = ['passed', 'resting', 'warned', 'unmeasured', 'failed']

export function logLines({ checks, gates, result }: GateReport): readonly string[] {
  const lines = [
    ...checks.map((each) => ({
      status: checkStatus(each),
      text: `check ${each.check.id}: ${each.status === 'passed' ? 'passed' : each.reason}`,
    })),
    ...gates.map((each) => ({
      status: gateStatus(each),
      text: `gate ${each.gate.id}: ${each.reason}`,
    })),
  ]
  const sorted = lines.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status))
  return [
    ...sorted.map(({ status, text }) => `${STATUS_MARK[status]} ${text}`),
    `quality gate: ${result}`,
  ]
}

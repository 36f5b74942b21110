import type { GateReport } from './report.ts'

/** The outputs of the action, in the order of quality-gate/action.yml. */
export const outputNames = [
  'result',
  'failed-gates',
  'warned-gates',
  'metrics',
  'tests',
  'reason',
  'sarif',
  'report-json',
] as const

type OutputName = (typeof outputNames)[number]

/** Where files are that the outputs name. */
export interface OutputFiles {
  readonly report: string
  readonly sarif: string
}

/** Numbers and ids only: GitHub takes 1 MB of outputs of a job. */
export const outputsOf = (report: GateReport, files: OutputFiles): Record<OutputName, string> => ({
  result: report.result,
  'failed-gates': JSON.stringify(report.failed),
  'warned-gates': JSON.stringify(report.warned),
  metrics: JSON.stringify(report.metrics),
  tests: JSON.stringify(report.tests ?? {}),
  reason: report.reason,
  sarif: files.sarif,
  'report-json': files.report,
})

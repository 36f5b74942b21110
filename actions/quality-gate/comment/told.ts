/** What of a report the comment tells. A report of this run has all of it; one of strangers is read into it. */
import type {
  CheckResult,
  CheckSpec,
  Finding,
  Gate,
  GateResult,
  Metric,
  PolicyException,
  TestResult,
} from '@ecs-pipeline/quality'
import type { GateReport, PolicySource } from '../report.ts'

export interface ToldCheck extends Pick<CheckResult, 'status' | 'seconds' | 'attempts' | 'reason'> {
  readonly check: Pick<CheckSpec, 'id' | 'level'>
}

export interface ToldGate extends Pick<
  GateResult,
  'status' | 'measure' | 'before' | 'reason' | 'notices'
> {
  readonly gate: Pick<Gate, 'id' | 'level' | 'min' | 'max' | 'maxDrop' | 'maxRise'> & {
    readonly metric: Pick<Metric, 'unit'>
  }
  readonly exception: Pick<PolicyException, 'reason' | 'expires'> | undefined
}

export type ToldTest = Pick<TestResult, 'suite' | 'name' | 'file' | 'line'>

export type ToldFinding = Pick<Finding, 'level' | 'path' | 'line' | 'endLine' | 'title' | 'message'>

export interface Told extends Pick<
  GateReport,
  'name' | 'result' | 'mode' | 'reason' | 'caveats' | 'startedAt' | 'findingCount'
> {
  readonly policy: Pick<PolicySource, 'name' | 'isChanged'>
  readonly checks: readonly ToldCheck[]
  readonly gates: readonly ToldGate[]
  readonly flaky: readonly ToldTest[]
  readonly findings: readonly ToldFinding[]
}

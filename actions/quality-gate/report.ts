/** What a run tells: the content of report.json, from which summary, outputs and comment are made. */
import type {
  CheckResult,
  Finding,
  GateResult,
  Measure,
  PolicyException,
  Result,
  TestCounts,
  TestResult,
} from '@ecs-pipeline/quality'

/** Where the policy came from. `preset`: there was no file. */
export interface PolicySource {
  readonly kind: 'head' | 'base' | 'preset'
  /** Its path, or what the project was taken for. */
  readonly name: string
  /** Of a preset: the file that would say the same. */
  readonly text: string | undefined
  /** Whether this change has touched it. */
  readonly isChanged: boolean
}

export interface BaselineNews {
  /** What it was compared with, or why with nothing; one sentence. */
  readonly read: string
  /** What was kept for others, or why nothing was; one sentence. */
  readonly recorded: string | undefined
}

export interface ToldException extends PolicyException {
  readonly state: 'used' | 'unused' | 'expired'
}

export interface GateReport {
  readonly version: 1
  readonly action: 'quality-gate'
  /** The name of the policy. */
  readonly name: string
  readonly result: Result
  /** Whether the step is green; in the mode `report` it always is. */
  readonly passed: boolean
  readonly mode: 'enforce' | 'report'
  readonly reason: string
  readonly caveats: readonly string[]
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly finishedAt: number
  readonly repository: string | undefined
  /** The commit that was pushed, not GitHub's merge of a pull request. */
  readonly commit: string | undefined
  readonly pullRequest: number | undefined
  readonly runUrl: string | undefined
  readonly policy: PolicySource
  readonly checks: readonly CheckResult[]
  readonly gates: readonly GateResult[]
  /** Ids that make it red. */
  readonly failed: readonly string[]
  readonly warned: readonly string[]
  /** All that could be counted, by the names of {@link questionKey}. */
  readonly metrics: Readonly<Record<string, Measure>>
  readonly tests: TestCounts | undefined
  readonly flaky: readonly TestResult[]
  readonly slowest: readonly TestResult[]
  /** At most some thousand, the worst first. */
  readonly findings: readonly Finding[]
  /** How many there are in all. */
  readonly findingCount: number
  readonly exceptions: readonly ToldException[]
  readonly baseline: BaselineNews
}

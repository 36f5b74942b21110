/** What a run works with; tests give it folders and programs of their own. */
import type {
  FolderCache,
  log as stepLog,
  ProgramEnd,
  ProgramRun,
  realClock,
  RunContext,
} from '@ecs-pipeline/action-kit'

export interface Tools {
  readonly context: RunContext
  readonly clock: typeof realClock
  readonly signal: AbortSignal
  readonly run: (program: ProgramRun) => Promise<ProgramEnd>
  /** Of this run alone: logs of the checks, report, SARIF. Absolute; it is there. */
  readonly folder: string
  /** For small files: it is given up soon. */
  readonly cache: FolderCache
  /** For the downloads of package managers, which may take minutes. */
  readonly packages: FolderCache
  readonly log: Pick<typeof stepLog, 'info' | 'quote' | 'group'>
  /** Said once, where people look. */
  readonly notice: (text: string) => void
  /** What was not as it should be and stops nothing; it is in the log, the summary and the report. */
  readonly caveat: (text: string) => void
}

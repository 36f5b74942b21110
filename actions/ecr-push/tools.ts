import type { ProgramEnd, ProgramRun, RunContext } from '@ecs-pipeline/action-kit'
import type { Registry } from '@ecs-pipeline/image'
import type { Clock } from '@ecs-pipeline/rollout'

/** What a run is given to work with. */
export interface Tools {
  readonly registry: Registry
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly context: RunContext
  readonly run: (run: ProgramRun) => Promise<ProgramEnd>
  /** A folder that lives as long as the job. */
  readonly folder: string
  readonly log: Log
}

export interface Log {
  /** One line when something has changed. */
  readonly say: (line: string) => void
  /** What went wrong, or could not be checked, without deciding the outcome. */
  readonly caveat: (text: string) => void
  /** Shown as *** from now on. */
  readonly mask: (secret: string) => void
  /** Runs `body` in a group that can be folded away. */
  readonly group: <T>(title: string, body: () => Promise<T>) => Promise<T>
}

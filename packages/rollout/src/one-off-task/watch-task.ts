/** Waits for a one-off task until it has stopped, its time is over, or nobody may wait any longer. Changes nothing. */
import { PortError, Unreachable } from '../errors.ts'
import { elapsed } from '../journal.ts'
import type { RolloutTools } from '../tools.ts'
import type { TaskView } from '../views.ts'

/** How many times in a row the task may be unreadable before the watch gives up. Each try has its own retries. */
const LOST_AFTER = 5
/** A task may be unknown for a while after RunTask, which is 'eventually consistent', in milliseconds. */
const VISIBLE_WITHIN = 60_000
/** Between two lines of the log that say nothing new, in milliseconds. */
const STILL_EVERY = 5 * 60_000

export type TaskEnd =
  | { readonly kind: 'stopped'; readonly task: TaskView }
  | { readonly kind: 'time-limit' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'lost'; readonly error: PortError | undefined; readonly why: string }

export interface TaskWatch {
  readonly arn: string
  /** Milliseconds since the epoch. */
  readonly deadline: number
  /** Milliseconds between two looks. */
  readonly interval: number
}

export async function watchTask(
  { arn, deadline, interval }: TaskWatch,
  { ports, clock, journal, signal }: RolloutTools,
): Promise<TaskEnd> {
  const since = clock.now()
  let said: { readonly status: string; readonly at: number } | undefined
  let misses = 0
  for (;;) {
    const lookedAt = clock.now()
    try {
      const task = await ports.oneOffTasks.describe(arn)
      misses = 0
      const unknownFor = clock.now() - since
      if (!task && (said || unknownFor >= VISIBLE_WITHIN)) {
        return { kind: 'lost', error: undefined, why: 'ECS does not know the task any more.' }
      }
      if (task && (task.lastStatus !== said?.status || lookedAt - said.at >= STILL_EVERY)) {
        const still = task.lastStatus === said?.status ? `, for ${elapsed(lookedAt - since)}` : ''
        journal.progress(`one-off task: ${task.lastStatus}${still}`)
        said = { status: task.lastStatus, at: lookedAt }
      }
      if (task?.lastStatus === 'STOPPED') return { kind: 'stopped', task }
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      if (!(error instanceof Unreachable) || ++misses >= LOST_AFTER) {
        return { kind: 'lost', error, why: error.message }
      }
      journal.progress(`AWS did not answer (${misses} of ${LOST_AFTER} tries): ${error.message}`)
    }
    if (signal.aborted) return { kind: 'cancelled' }
    const now = clock.now()
    if (now >= deadline) return { kind: 'time-limit' }
    const pause = Math.max(1000, lookedAt + interval - now)
    await clock.sleep(Math.min(pause, Math.max(1, deadline - now)), signal)
    if (signal.aborted) return { kind: 'cancelled' }
  }
}

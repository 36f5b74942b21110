import type { ReasonCode } from '../outcome.ts'

/** A one-off task in reports. Its overrides are in none: they may hold secrets. */
export interface OneOffTaskReport {
  readonly result: OneOffTaskResult
  /** Why, in sentences. */
  readonly reason: string
  /** The reason code of a run that ends with this; `completed` for one that goes on. */
  readonly reasonCode: ReasonCode
  /** What RunTask started; empty when it started nothing, and `undefined` when that is not known. */
  readonly arns: readonly string[] | undefined
  readonly taskDefinition: string
  readonly startedBy: string
  /** When it was asked for and when it had stopped, milliseconds since the epoch. */
  readonly askedAt: number
  readonly stoppedAt: number | undefined
  readonly stopCode: string | undefined
  readonly stoppedReason: string | undefined
  /** Whether it still runs, as far as this run knows. */
  readonly mayRun: boolean
  readonly containers: readonly OneOffContainer[]
  /** Why ECS found no place for it, in the words of ECS. */
  readonly startFailures: readonly string[]
}

export type OneOffTaskResult =
  /** It has been started, and this run waits for it. */
  | 'running'
  | 'succeeded'
  | 'failed'
  /** ECS did not start it. */
  | 'not-started'
  /** Nobody was to wait for it. */
  | 'not-waited-for'
  | 'time-limit'
  | 'cancelled'
  /** It was started, and can no longer be watched. */
  | 'lost'

export interface OneOffContainer {
  readonly container: string
  readonly exitCode: number | undefined
  /** In the words of ECS. */
  readonly reason: string | undefined
  /** It speaks against the task. */
  readonly failed: boolean
  /** Its last lines, oldest first; `undefined` when they cannot be read. */
  readonly logTail: readonly string[] | undefined
}

/** Whether a release goes on after it. */
export const mayGoOn = ({ result }: OneOffTaskReport): boolean =>
  result === 'succeeded' || result === 'not-waited-for'

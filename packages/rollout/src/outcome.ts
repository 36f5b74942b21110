import { CredentialsExpired, Denied, Unreachable, type PortError } from './errors.ts'

/** How a run of the deploy or rollback action can end. Each has one meaning, and one meaning only. */
export const OUTCOMES = [
  'deployed',
  'deployed-idle',
  'no-change',
  'rolled-back',
  'rollback-failed',
  'failed-no-rollback',
  'superseded',
  'timed-out',
  'monitoring-lost',
  'cancelled',
  'refused',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What each outcome says, in one sentence for people. */
export const OUTCOME_MEANING: Readonly<Record<Outcome, string>> = {
  deployed: 'The new revision serves.',
  'deployed-idle': 'The service was updated, but its desired count is 0: nothing was started.',
  'no-change': 'The service already runs exactly this. Nothing was changed.',
  'rolled-back': 'The new revision failed. The previous revision serves again.',
  'rollback-failed': 'The new revision failed, and going back failed too. Look at the service now.',
  'failed-no-rollback': 'The new revision failed, and nothing was rolled back.',
  superseded: 'Somebody else deployed while this deployment was under way. Theirs was left alone.',
  'timed-out': 'The deployment did not finish within its time limit. It was left as it is.',
  'monitoring-lost':
    'The deployment was started, but can no longer be watched. Its end is not known.',
  cancelled: 'The run was cancelled while the deployment was under way.',
  refused: 'The service was not changed.',
}

/** The meaning of an outcome in the run that it ended. */
export function meaningOf({
  action,
  outcome,
  passed,
}: {
  readonly action: 'deploy' | 'rollback'
  readonly outcome: Outcome
  readonly passed: boolean
}): string {
  if (action === 'rollback' && outcome === 'no-change') return 'Nothing was changed.'
  if (action === 'rollback' && outcome === 'rolled-back' && passed) {
    return 'The service is back on an earlier revision, as was asked for.'
  }
  return OUTCOME_MEANING[outcome]
}

export type RolledBackBy = 'ecs-circuit-breaker' | 'ecs-alarm' | 'action' | 'manual' | 'none'

/** Why a run ended as it did, for programs; `reason` says the same to people. */
export type ReasonCode =
  | 'completed'
  | 'idle'
  | 'unchanged'
  | 'failed-tasks'
  | 'repeated-failure'
  | 'time-limit'
  | 'circuit-breaker'
  | 'alarm'
  | 'rollout-failed'
  | 'stopped'
  | 'trigger'
  | 'insufficient-data'
  | 'monitoring-error'
  | 'preexisting-breach'
  | 'older-run'
  | 'run-task-failed'
  | 'interrupted'
  | 'asked'
  | 'dry-run'
  | 'no-breach'
  | 'wrong-image'
  | 'newer-deployment'
  | 'service-gone'
  | 'no-known-good'
  | 'rollback-off'
  | 'denied'
  | 'unreachable'
  | 'credentials-expired'
  | 'cancelled'
  | 'input'
  | 'concurrent-deployment'

/** The code of a run that ended because AWS could not be asked. */
export function reasonCodeOf(error: PortError): ReasonCode {
  if (error instanceof Denied) return 'denied'
  if (error instanceof CredentialsExpired) return 'credentials-expired'
  return error instanceof Unreachable ? 'unreachable' : 'input'
}

/** Why a deployment is judged bad, before anybody decides what to do about it. */
export interface Cause {
  readonly code: ReasonCode
  /** One sentence that shows its arithmetic, for example '3 tasks failed (limit 3)'. */
  readonly text: string
  /** The trigger that breached. */
  readonly trigger?: string
}

/** The end of a run. */
export interface Verdict {
  readonly outcome: Outcome
  readonly rolledBackBy: RolledBackBy
  readonly code: ReasonCode
  readonly reason: string
  /** The trigger that breached, where one did. */
  readonly trigger?: string
}

/** Whether a job that ends so is green. Idle passes only because the user allowed it beforehand. */
export function passes(outcome: Outcome, isAskedToGoBack = false): boolean {
  if (isAskedToGoBack && outcome === 'rolled-back') return true
  return outcome === 'deployed' || outcome === 'no-change' || outcome === 'deployed-idle'
}

import { CredentialsExpired, Denied, Unreachable, type PortError } from './errors.ts'

/** How a run of the deploy or rollback action can end. Each has one meaning, and one meaning only. */
export const OUTCOMES = [
  'deployed',
  'deployed-idle',
  'no-change',
  'registered',
  'unwatched',
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

/** What each outcome says, in one sentence for people; nothing where the reason always says it. */
export const OUTCOME_MEANING: Readonly<Record<Outcome, string>> = {
  deployed: 'The new revision serves.',
  'deployed-idle': 'The service was updated, but its desired count is 0: nothing was started.',
  'no-change': 'The service already runs exactly this. Nothing was changed.',
  registered: 'The task definition was registered. Nothing was deployed: there is no `service`.',
  unwatched: 'The deployment was started. Nobody watches how it ends.',
  'rolled-back': 'The new revision failed. The previous revision serves again.',
  'rollback-failed': 'The new revision failed, and going back failed too. Look at the service now.',
  'failed-no-rollback': 'The new revision failed, and nothing was rolled back.',
  superseded: 'Somebody else deployed while this deployment was under way. Theirs was left alone.',
  'timed-out': 'The deployment is still under way, and nobody watches it any more.',
  'monitoring-lost':
    'The deployment was started, but can no longer be watched. Its end is not known.',
  cancelled: '',
  refused: 'The service was not changed.',
}

/** Where an outcome is red although nothing speaks against the revision, or it says something else by its reason. */
const MEANING_BY_REASON: {
  readonly [Red in Outcome]?: Readonly<Partial<Record<ReasonCode, string>>>
} = {
  'failed-no-rollback': {
    'insufficient-data': 'The new revision was deployed, but not proven good.',
    idle: 'The new revision was deployed, but no task of it runs.',
    'service-gone': 'The service went away while it was deployed.',
    dns: 'The revision serves, but the DNS record could not be changed.',
  },
  'no-change': {
    dns: 'The service already runs exactly this. Only the DNS record was changed.',
    'task-run': 'Nothing was registered, and nothing deployed: there is no `service`.',
  },
  'monitoring-lost': {
    'monitoring-error': 'The new revision was deployed, but could not be judged.',
  },
}

/** What happened, for people: what the outcome means, and why it came to that. */
export const whatHappened = (
  report: Parameters<typeof meaningOf>[0] & Pick<Verdict, 'reason'>,
): string => `${meaningOf(report)} ${report.reason}`.trim()

/** The meaning of an outcome in the run that it ended. */
export function meaningOf({
  action,
  outcome,
  passed,
  reasonCode,
}: {
  readonly action: 'deploy' | 'rollback'
  readonly outcome: Outcome
  readonly passed: boolean
  readonly reasonCode: ReasonCode
}): string {
  if (action === 'rollback' && outcome === 'no-change') return 'Nothing was changed.'
  if (action === 'rollback' && outcome === 'rolled-back' && passed) {
    return 'The service is back on an earlier revision, as was asked for.'
  }
  if (action === 'rollback' && outcome === 'rollback-failed') {
    return 'Going back failed. Look at the service now.'
  }
  return MEANING_BY_REASON[outcome]?.[reasonCode] ?? OUTCOME_MEANING[outcome]
}

export type RolledBackBy =
  'ecs-circuit-breaker' | 'ecs-alarm' | 'ecs-hook' | 'codedeploy' | 'action' | 'manual' | 'none'

/** Why a run ended as it did, for programs; `reason` says the same to people. */
export type ReasonCode =
  | 'completed'
  | 'idle'
  | 'unchanged'
  | 'registered'
  | 'unwatched'
  | 'failed-tasks'
  | 'repeated-failure'
  | 'time-limit'
  | 'circuit-breaker'
  | 'alarm'
  | 'rollout-failed'
  | 'stopped'
  | 'hook'
  | 'paused'
  | 'smoke-check'
  | 'trigger'
  | 'insufficient-data'
  | 'monitoring-error'
  | 'preexisting-breach'
  | 'older-run'
  | 'run-task-failed'
  | 'task-run'
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
  | 'other-service'
  | 'dns'

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

const PASSING: readonly Outcome[] = [
  'deployed',
  'no-change',
  // Each of these only because the user asked for it, or allowed it, beforehand.
  'deployed-idle',
  'registered',
  'unwatched',
]

/** Whether a job that ends so is green. */
export function passes(outcome: Outcome, isAskedToGoBack = false): boolean {
  if (isAskedToGoBack && outcome === 'rolled-back') return true
  return PASSING.includes(outcome)
}

/** A deployment of CodeDeploy in the words in which ECS tells of its own, so that one watch judges both. */
import type { Cause, RolledBackBy } from '../outcome.ts'
import type { HookView, ServiceDeploymentStatus, ServiceDeploymentView } from '../views.ts'
import type { CodeDeploymentView, TargetProgress } from './port.ts'

/** How long CodeDeploy may take to show the rollback of a deployment that it has ended, in milliseconds. */
const ROLLBACK_SHOWN_WITHIN = 60_000

const OVER = new Set(['Succeeded', 'Failed', 'Stopped'])

/** What CodeDeploy may be at; a status that AWS adds counts as under way. */
export const UNFINISHED = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'] as const

export const isFinished = ({ status }: Pick<CodeDeploymentView, 'status'>): boolean =>
  OVER.has(status)

/** What only this run knows of a deployment. */
export interface OwnKnowledge {
  /** This run has asked CodeDeploy to take it back. */
  readonly isStopped: boolean
  /** It is itself the way back: users are there when all traffic is, whatever the old tasks wait for. */
  readonly isWayBack: boolean
}

/** `rollback`: the deployment that takes it back, where there is one. */
export function statusOf(
  deployment: CodeDeploymentView,
  rollback: Pick<CodeDeploymentView, 'status'> | undefined,
  { isStopped, isWayBack }: OwnKnowledge,
  now: number,
): ServiceDeploymentStatus {
  const { status, isTerminating } = deployment
  if (status === 'Succeeded') return 'SUCCESSFUL'
  if (!isFinished(deployment)) {
    if (isStopped) return 'ROLLBACK_REQUESTED'
    if (isWayBack && isTerminating) return 'SUCCESSFUL'
    return status === 'Created' || status === 'Queued' ? 'PENDING' : 'IN_PROGRESS'
  }
  if (rollback?.status === 'Succeeded') return 'ROLLBACK_SUCCESSFUL'
  if (rollback && isFinished(rollback)) return 'ROLLBACK_FAILED'
  if (rollback || deployment.rollbackId !== undefined) return 'ROLLBACK_IN_PROGRESS'
  const isExpected = isStopped || deployment.rollsBackOn.includes(endingEvent(deployment))
  const endedAt = deployment.finishedAt ?? now
  return isExpected && now - endedAt < ROLLBACK_SHOWN_WITHIN ? 'ROLLBACK_REQUESTED' : 'STOPPED'
}

/** Which `AutoRollbackEvent` its end is. */
function endingEvent({ error }: CodeDeploymentView): string {
  if (error?.code === 'ALARM_ACTIVE') return 'DEPLOYMENT_STOP_ON_ALARM'
  return error?.code === 'MANUAL_STOP' ? 'DEPLOYMENT_STOP_ON_REQUEST' : 'DEPLOYMENT_FAILURE'
}

/** Who ended a deployment that did not succeed, and why. */
export function endingOf(
  deployment: CodeDeploymentView,
): { readonly by: RolledBackBy; readonly cause: Cause } | undefined {
  if (!isFinished(deployment) || deployment.status === 'Succeeded') return undefined
  const { id, error } = deployment
  const code = error?.code ?? 'no code given'
  const said = `${error?.message ?? 'no reason given'} (${code})`
  if (code === 'MANUAL_STOP') {
    const text = `Somebody stopped the CodeDeploy deployment ${id}: ${said}`
    return { by: 'manual', cause: { code: 'stopped', text } }
  }
  if (code === 'ALARM_ACTIVE') {
    const text = `CodeDeploy stopped the deployment ${id} on an alarm: ${said}`
    return { by: 'codedeploy', cause: { code: 'alarm', text } }
  }
  const text = `CodeDeploy calls the deployment ${id} failed: ${said}`
  const isHook = code === 'HOOK_EXECUTION_FAILURE'
  return { by: 'codedeploy', cause: { code: isHook ? 'hook' : 'rollout-failed', text } }
}

/** What the watch shows as its stage. */
export const stageOf = (
  { status, isTerminating }: CodeDeploymentView,
  { event }: TargetProgress,
): string | undefined => {
  if (status === 'Ready') return 'Ready'
  return isTerminating ? 'old tasks wait for their end' : event
}

/** `Ready`: CodeDeploy waits for ContinueDeployment, and stops the deployment when it does not come. */
export const readyPauseOf = ({ status }: CodeDeploymentView): readonly HookView[] =>
  status === 'Ready'
    ? [
        {
          id: 'READY_WAIT',
          targetType: 'PAUSE',
          status: 'AWAITING_ACTION',
          expiresAt: undefined,
          timeoutAction: 'ROLLBACK',
        },
      ]
    : []

export interface Counts {
  readonly requested: number
  readonly running: number
  readonly pending: number
}

/** `source`: the revision that users were on before. */
export function asServiceDeployment(
  deployment: CodeDeploymentView,
  status: ServiceDeploymentStatus,
  progress: TargetProgress,
  counts: Counts,
  source: string | undefined,
): ServiceDeploymentView {
  const { id, createdAt, finishedAt } = deployment
  const told = endingOf(deployment)
  const productionWeight = progress.weight
  return {
    arn: id,
    status,
    statusReason: told?.cause.text,
    targetRevision: id,
    createdAt,
    startedAt: createdAt,
    finishedAt,
    lifecycleStage: stageOf(deployment, progress),
    hooks: readyPauseOf(deployment),
    target: { revision: id, ...counts, productionWeight },
    sources: source === undefined ? [] : [{ ...NOTHING, revision: source }],
    rollback: undefined,
    circuitBreaker: undefined,
    alarms: undefined,
    ...(told && { told }),
  }
}

const NOTHING = { requested: 0, running: 0, pending: 0, productionWeight: undefined }

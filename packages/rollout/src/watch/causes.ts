/** Why a deployment is bad, as far as its observations tell; each cause shows its arithmetic. */
import { deterministicReason } from '../failures.ts'
import type { Cause } from '../outcome.ts'
import type { DeploymentView, ServiceDeploymentView } from '../views.ts'
import type { Observation } from './observation.ts'
import type { RollingBack, WatchSettings, WatchState } from './state.ts'

/** Too many failed tasks, or two that failed for a reason that the next will meet again. */
export function tooManyFailures(seen: Observation, settings: WatchSettings): Cause | undefined {
  const reasons = seen.failedTasks.map(deterministicReason).filter((reason) => reason !== undefined)
  const repeated = reasons.find((reason, index) => reasons.indexOf(reason) !== index)
  if (repeated !== undefined) {
    return {
      code: 'repeated-failure',
      text: `Two tasks could not start for the same reason: ${repeated.replace(/\.?$/, '.')}`,
    }
  }
  const failed = seen.failedTasks.length
  if (failed < settings.maxFailedTasks) return undefined
  const revision = settings.isWayBack === true ? 'the revision gone back to' : 'the new revision'
  return {
    code: 'failed-tasks',
    text: `${failed} ${failed === 1 ? 'task' : 'tasks'} of ${revision} failed (limit ${settings.maxFailedTasks}).`,
  }
}

/** The first trigger that breaches and is there to roll back. */
export function breachedTrigger(seen: Observation): Cause | undefined {
  const breached = (seen.triggers?.readings ?? []).find(
    ({ verdict, trigger }) => verdict === 'BREACHING' && trigger.action === 'rollback',
  )
  if (!breached) return undefined
  const { trigger, where, arithmetic } = breached
  const place = where === undefined ? '' : ` (${where})`
  const text = `Trigger ${trigger.name}${place}: ${arithmetic}.`
  return { code: 'trigger', text, trigger: trigger.name }
}

/** Not complete at its time limit. */
export function outOfTime(
  seen: Observation,
  settings: WatchSettings,
  now: number,
): Cause | undefined {
  if (now < settings.deadline) return undefined
  const ours = seen.service.deployments.find((each) => each.id === settings.deploymentId)
  const counts = ours
    ? `${ours.runningCount} of ${ours.desiredCount} tasks were running`
    : 'its counts are not known'
  return {
    code: 'time-limit',
    text: `The deployment had not completed at its time limit; ${counts}.`,
  }
}

/** The event that says why ECS found a deployment bad; the deployment itself may be gone from the list by then. */
export const isFailureEvent = (message: string, deploymentId: string): boolean =>
  message.includes(`(deployment ${deploymentId}) deployment failed`)

/** Who is rolling back, as ECS tells it; a rollback that this run asked for stays its own. */
export function rollingBack(
  state: WatchState,
  deployment: ServiceDeploymentView | undefined,
  fallbackReason?: string,
): RollingBack {
  if (state.phase === 'rolling-back') return state
  if (deployment?.told) return { phase: 'rolling-back', ...deployment.told }
  const reason =
    deployment?.rollback?.reason ?? deployment?.statusReason ?? fallbackReason ?? 'no reason given'
  if (
    deployment?.alarms?.status === 'TRIGGERED' ||
    (deployment?.alarms?.triggered.length ?? 0) > 0 ||
    /alarm detected/i.test(reason)
  ) {
    const names = deployment?.alarms?.triggered.join(', ') ?? ''
    const text = `ECS rolled back on an alarm (${names || 'name not given'}): ${reason}`
    return { phase: 'rolling-back', by: 'ecs-alarm', cause: { code: 'alarm', text } }
  }
  if (
    deployment?.circuitBreaker?.status === 'TRIGGERED' ||
    /circuit breaker|tasks failed to start/i.test(reason)
  ) {
    const breaker = deployment?.circuitBreaker
    const counts = breaker
      ? ` (${breaker.failureCount} failures, threshold ${breaker.threshold})`
      : ''
    const text = `The ECS circuit breaker rolled back${counts}: ${reason}`
    return {
      phase: 'rolling-back',
      by: 'ecs-circuit-breaker',
      cause: { code: 'circuit-breaker', text },
    }
  }
  // 'Troubleshooting Amazon ECS blue/green deployments': '… because STAGE lifecycle hook(s) failed', '… pause hook timed out'.
  if (/hook.*(failed|timed out)/i.test(reason)) {
    const text = `ECS rolled back at a hook of the deployment: ${reason}`
    return { phase: 'rolling-back', by: 'ecs-hook', cause: { code: 'hook', text } }
  }
  const text = `Somebody asked ECS to roll the deployment back: ${reason}`
  return { phase: 'rolling-back', by: 'manual', cause: { code: 'stopped', text } }
}

/** Why a deployment that ECS calls failed or stopped is so. */
export function failureOf(
  deployment: ServiceDeploymentView | undefined,
  primary: DeploymentView | undefined,
): Cause {
  if (deployment?.told) return deployment.told.cause
  if (primary?.rolloutState === 'FAILED' || isTriggered(deployment)) {
    const reason = primary?.rolloutStateReason ?? deployment?.statusReason ?? 'no reason given'
    return { code: 'rollout-failed', text: `ECS calls the deployment failed: ${reason}` }
  }
  const reason = deployment?.statusReason ?? 'no reason given'
  return { code: 'stopped', text: `The deployment was stopped: ${reason}` }
}

/** ECS itself has found the deployment bad. */
export const isTriggered = (deployment: ServiceDeploymentView | undefined): boolean =>
  deployment?.circuitBreaker?.status === 'TRIGGERED' || deployment?.alarms?.status === 'TRIGGERED'

/** Sees a deployment that has begun to its end, whichever it is, and goes back where that is due. */
import { PortError } from './errors.ts'
import { patience } from './company.ts'
import { condemn, judge, monitoringLost, type Release, type ReleaseChecks } from './judge.ts'
import type { Undo } from './going-back.ts'
import type { Cause, Verdict } from './outcome.ts'
import { runSmokeCheck, type SmokeCheck } from './smoke-check.ts'
import { shifts } from './strategy/plan-shift.ts'
import type { RolloutTools } from './tools.ts'
import type { TargetGroupArn, TaskDefinitionArn } from './views.ts'
import { follow, type FollowSettings } from './watch/follow.ts'
import type { Observation } from './watch/observation.ts'
import { Observer, type DeploymentIdentity } from './watch/observer.ts'
import type { Steering } from './watch/steering.ts'
import { INITIAL_WATCH_STATE } from './watch/state.ts'

/** How long a rollback may take, in milliseconds. */
const ROLLBACK_LIMIT = 15 * 60_000
/** How long ECS may take to begin a rollback it is configured for, in milliseconds. */
const ROLLBACK_START_LIMIT = 60_000

export interface WatchLimits {
  readonly maxFailedTasks: number
  /** How long the deployment may take until it is complete. */
  readonly waitForMinutes: number
  readonly pollSeconds: number
}

export interface DeploymentToSee {
  readonly identity: DeploymentIdentity
  readonly taskDefinition: TaskDefinitionArn
  /** How long it is watched on after it has completed, in milliseconds. */
  readonly bake: number
  /** It was there before this run, so that what its revision did until now counts. */
  readonly isTakenUp: boolean
  /** What has to be put back beside the task definition when a new deployment is the way back. */
  readonly undo?: Undo
  /** The target groups of its revision; without them, those that the service names. */
  readonly groups?: readonly TargetGroupArn[]
  readonly isWayBack?: boolean
}

export interface Seen {
  readonly verdict: Verdict
  /** The last look at the deployment while it was watched. */
  readonly last: Observation | undefined
}

/** Throws no port's error: a deployment that can no longer be watched has a verdict as well. */
export async function seeThrough(
  deployment: DeploymentToSee,
  release: Release,
  limits: WatchLimits,
  tools: RolloutTools,
): Promise<Seen> {
  const { ports, clock, journal } = tools
  const { identity, isTakenUp, undo } = deployment
  const triggers = release.triggers && {
    watch: release.triggers.watch,
    warmup: release.triggers.plan.warmupSeconds * 1000,
    runningSince: isTakenUp ? identity.createdAt : undefined,
  }
  const observer = new Observer(ports, clock, journal, identity, {
    triggers,
    isShifting: release.shift !== undefined && shifts(release.shift),
    groups: deployment.groups,
    patience: patience(tools.company),
  })
  const settings = followSettings(deployment, release, limits, clock.now())
  let last: Observation | undefined
  try {
    const followed = await follow(INITIAL_WATCH_STATE, settings, {
      ...tools,
      observer,
      steering: steeringOf(identity, release.checks, tools),
      recall: tools.company?.recall,
    })
    last = followed.last
    return {
      verdict: await judge(
        release,
        { identity, settings, observer, ...(undo && { undo }) },
        followed,
        tools,
      ),
      last,
    }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return { verdict: monitoringLost(error), last }
  }
}

/** Takes a deployment back that has ended well, for a reason that lies outside of it. Throws no port's error. */
export async function takeBack(
  deployment: DeploymentToSee,
  release: Release,
  limits: WatchLimits,
  cause: Cause,
  tools: RolloutTools,
): Promise<Verdict> {
  const { ports, clock, journal } = tools
  const { identity } = deployment
  const observer = new Observer(ports, clock, journal, identity, { groups: deployment.groups })
  const settings = followSettings(deployment, release, limits, clock.now())
  const { undo } = deployment
  return condemn(release, { identity, settings, observer, ...(undo && { undo }) }, cause, tools)
}

export function followSettings(
  { identity, taskDefinition, bake, isWayBack = false }: DeploymentToSee,
  { triggers, shift, checks }: Release,
  { maxFailedTasks, waitForMinutes, pollSeconds }: WatchLimits,
  now: number,
): FollowSettings {
  const plan = triggers?.plan
  const leavesInDoubt = {
    blind: plan?.onMonitoringError === 'pass',
    insufficient: plan?.onInsufficientData !== 'fail',
  }
  return {
    deploymentId: identity.deploymentId,
    taskDefinition,
    createdAt: identity.createdAt,
    maxFailedTasks,
    // What the strategy waits for by itself is no delay.
    deadline: now + waitForMinutes * 60_000 + (shift?.waits ?? 0),
    interval: pollSeconds * 1000,
    rollbackStartLimit: ROLLBACK_START_LIMIT,
    rollbackLimit: ROLLBACK_LIMIT,
    bake,
    isWayBack,
    bakeEndsWhenBlind: plan !== undefined && plan.onMonitoringError !== 'pass',
    traffic: shift && { ...shift.traffic, leavesInDoubt },
    hasSmokeCheck: checks?.smoke !== undefined,
  }
}

function steeringOf(
  { serviceDeployment }: DeploymentIdentity,
  checks: ReleaseChecks | undefined,
  tools: RolloutTools,
): Steering {
  const { ports, clock, signal } = tools
  const ended = new Set<string>()
  const check = (asked: SmokeCheck | undefined): Promise<string | undefined> =>
    asked === undefined
      ? Promise.resolve(undefined)
      : runSmokeCheck(asked, { web: ports.web, clock, signal })
  return {
    async goOn({ id }) {
      // What was answered to the last request may not show everywhere yet.
      if (serviceDeployment === undefined || ended.has(id)) return
      await ports.deployments.endPause(serviceDeployment, id, 'CONTINUE')
      ended.add(id)
    },
    checkTestTraffic: () => check(checks?.testTraffic),
    checkSmoke: () => check(checks?.smoke),
  }
}

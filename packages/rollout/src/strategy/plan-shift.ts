/** What a run does about a service that moves traffic between two revisions; found out before anything is changed. */
import { Refusal } from '../refusal.ts'
import type { DeploymentConfiguration, ServiceView } from '../views.ts'
import type { TrafficSettings } from '../watch/traffic.ts'
import {
  configurationFor,
  isRamp,
  pauseCount,
  pausedStages,
  pausesOf,
  waitingMinutes,
  withoutPauses,
  type ConfigurationChoice,
} from './deployment-configuration.ts'
import { isShifting } from './strategy.ts'

export interface ShiftPlan {
  /** What UpdateService gets; `undefined`: the service keeps what it has. */
  readonly configuration: DeploymentConfiguration | undefined
  /** What the service is left with: without pauses that nobody would end. */
  readonly settled: DeploymentConfiguration
  readonly traffic: Omit<TrafficSettings, 'leavesInDoubt'>
  /** How long the deployment waits by itself, in milliseconds. */
  readonly waits: number
}

export interface ShiftWishes {
  /** `undefined`: the service keeps its strategy. */
  readonly choice: ConfigurationChoice | undefined
  readonly onPause: 'wait' | 'fail'
  /** How far apart this run's looks at a deployment are. */
  readonly pollSeconds: number
}

/** Throws a {@link Refusal} when the service cannot do what is asked. */
export function planShift(
  service: ServiceView,
  { choice, onPause, pollSeconds }: ShiftWishes,
): ShiftPlan {
  const present = service.deploymentConfiguration
  if (!choice) {
    return {
      configuration: undefined,
      settled: present,
      traffic: { pauses: [], stops: [], dwell: 0, onPause },
      waits: waitingMinutes(present) * 60_000,
    }
  }
  const { strategy, checksTestTraffic } = choice
  const pauses = pausesOf(choice)
  // A run that died has left its pauses; they are this run's as well, since they are the same.
  const own = withoutOwnPauses(present, choice)
  checkPauses(service, own, pauses)
  if (strategy.name !== 'rolling') checkTraffic(service, strategy.name, checksTestTraffic)
  const configuration = configurationFor(own, choice)
  const stops = isRamp(strategy) ? strategy.steps.filter((percent) => percent < 100) : []
  const dwelling = stops.length * strategy.stepMinutes
  // Each pause lasts until the next look, and each stop a look longer than its time.
  const looking = (pauseCount(choice) + stops.length) * pollSeconds
  return {
    configuration,
    settled: withoutPauses(configuration, pauses),
    traffic: { pauses, stops, dwell: strategy.stepMinutes * 60_000, onPause },
    waits: (waitingMinutes(configuration) + dwelling) * 60_000 + looking * 1000,
  }
}

function withoutOwnPauses(
  present: DeploymentConfiguration,
  choice: ConfigurationChoice,
): DeploymentConfiguration {
  const pauses = pausesOf(choice)
  const isOwn = (hook: NonNullable<DeploymentConfiguration['lifecycleHooks']>[number]): boolean =>
    hook.targetType === 'PAUSE' &&
    hook.timeoutConfiguration?.timeoutInMinutes === choice.pauseMinutes &&
    hook.timeoutConfiguration.action === 'ROLLBACK' &&
    hook['hookDetails'] === undefined &&
    (hook.lifecycleStages ?? []).every((stage) => pauses.includes(stage))
  const { lifecycleHooks = [] } = present
  return { ...present, lifecycleHooks: lifecycleHooks.filter((hook) => !isOwn(hook)) }
}

function checkPauses(
  service: ServiceView,
  present: DeploymentConfiguration,
  pauses: readonly string[],
): void {
  const taken = pausedStages(present).find((stage) => pauses.includes(stage))
  if (taken === undefined) return
  throw new Refusal(
    `strategy: ${service.name} has a PAUSE hook at ${taken} already, and this run would need one there, too: nobody could tell whose pause is whose. Remove that hook from the service, or choose a strategy without pauses (blue-green, linear, or canary with two steps and no test-traffic-url).`,
  )
}

function checkTraffic(service: ServiceView, strategy: string, checksTestTraffic: boolean): void {
  const { name, loadBalancers } = service
  const lacking = loadBalancers.find((each) => each.alternateTargetGroupArn === undefined)
  if (lacking) {
    throw new Refusal(
      `strategy: ${name} cannot shift traffic: its load balancer entry for container ${lacking.containerName} has no alternate target group. Give the service \`advancedConfiguration\` (alternateTargetGroupArn, productionListenerRule, roleArn) first, or use \`strategy: rolling\`.`,
    )
  }
  if (loadBalancers.length === 0 && strategy !== 'blue-green') {
    throw new Refusal(
      `strategy: ${name} has no load balancer, so there is no traffic that ${strategy} could move step by step. Use \`rolling\` or \`blue-green\`.`,
    )
  }
  if (checksTestTraffic && !loadBalancers.some((each) => each.hasTestListener)) {
    throw new Refusal(
      `test-traffic-url: ${name} has no test listener rule, so no test traffic reaches the new revision before users do. Give its load balancer entry a \`testListenerRule\`, or use \`smoke-url\`.`,
    )
  }
}

/** Whether users are moved from one target group to another in this deployment. */
export const shifts = ({ configuration, settled }: ShiftPlan): boolean =>
  isShifting((configuration ?? settled).strategy ?? '')

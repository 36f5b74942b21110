/** A service that CodeDeploy deploys in the words in which ECS tells of its own: task sets as deployments. */
import type {
  DeploymentConfiguration,
  DeploymentView,
  ServiceView,
  TargetGroupArn,
  TaskSetView,
} from '../views.ts'
import type { CodeDeploymentView, DeploymentGroupView, TrafficRouting } from './port.ts'

/** A deployment of CodeDeploy that is what the service is to run. */
export interface NewestDeployment {
  readonly deployment: CodeDeploymentView
  /** It came to its end, and users have all of it. */
  readonly isComplete: boolean
}

/** What a task set is called here: as the deployment that made it, or by its own id when none did. */
export const nameOf = ({ externalId, id }: TaskSetView): string => externalId ?? id

export const primarySetOf = ({ taskSets = [] }: ServiceView): TaskSetView | undefined =>
  taskSets.find(({ status }) => status === 'PRIMARY')

export const setOf = ({ taskSets = [] }: ServiceView, name: string): TaskSetView | undefined =>
  taskSets.find((each) => nameOf(each) === name)

/** `newest`: what is to be PRIMARY; without it, that is the task set that users are on. */
export function asService(
  service: ServiceView,
  group: DeploymentGroupView,
  routing: TrafficRouting,
  newest: NewestDeployment | undefined,
): ServiceView {
  const serving = primarySetOf(service)
  const primary = newest
    ? primaryOf(service, newest)
    : serving && viewOfSet(serving, 'PRIMARY', isProven(serving) ? 'COMPLETED' : 'IN_PROGRESS')
  const others = (service.taskSets ?? [])
    .filter((each) => nameOf(each) !== primary?.id)
    .map((each) => viewOfSet(each, 'ACTIVE', 'COMPLETED'))
  const configuration = configurationOf(group, routing)
  return {
    ...service,
    taskDefinition: primary?.taskDefinition ?? service.taskDefinition,
    deployments: primary ? [primary, ...others] : others,
    loadBalancers: loadBalancersOf(service, group, serving),
    strategy: configuration.strategy ?? '',
    deploymentConfiguration: configuration,
    currentServiceDeployment: newest && !newest.isComplete ? newest.deployment.id : undefined,
    currentRevisions: [],
  }
}

/** One that a deployment of CodeDeploy has made PRIMARY was healthy and got all traffic. */
const isProven = ({ externalId, isSteady }: TaskSetView): boolean =>
  externalId !== undefined || isSteady

function primaryOf(
  service: ServiceView,
  { deployment, isComplete }: NewestDeployment,
): DeploymentView {
  const { id, createdAt } = deployment
  const set = setOf(service, id)
  return {
    ...EMPTY,
    id,
    status: 'PRIMARY',
    rolloutState: isComplete ? 'COMPLETED' : 'IN_PROGRESS',
    taskDefinition: set?.taskDefinition ?? deployment.taskDefinition ?? '',
    desiredCount: service.desiredCount,
    runningCount: set?.runningCount ?? 0,
    pendingCount: set?.pendingCount ?? 0,
    createdAt,
  }
}

const viewOfSet = (
  set: TaskSetView,
  status: DeploymentView['status'],
  rolloutState: DeploymentView['rolloutState'],
): DeploymentView => ({
  ...EMPTY,
  id: nameOf(set),
  status,
  rolloutState,
  taskDefinition: set.taskDefinition,
  desiredCount: set.desiredCount,
  runningCount: set.runningCount,
  pendingCount: set.pendingCount,
  createdAt: set.createdAt,
})

const EMPTY = { rolloutStateReason: undefined, failedTasks: 0, volumeConfigurations: [] }

/** The group that users are on comes first, whatever the service was created with. */
function loadBalancersOf(
  { loadBalancers }: ServiceView,
  { targetGroups, hasTestListener }: DeploymentGroupView,
  serving: TaskSetView | undefined,
): ServiceView['loadBalancers'] {
  const [present] = serving?.targetGroups ?? []
  return loadBalancers.map((each) => {
    const targetGroupArn = present ?? each.targetGroupArn
    const alternateTargetGroupArn = otherThan(targetGroupArn, targetGroups)
    return { ...each, targetGroupArn, alternateTargetGroupArn, hasTestListener }
  })
}

const otherThan = (
  group: TargetGroupArn,
  groups: readonly TargetGroupArn[],
): TargetGroupArn | undefined => groups.find((each) => each !== group)

/** How CodeDeploy moves traffic, and how long it waits by itself, as ECS would say it. */
function configurationOf(
  { terminationWaitMinutes, readyWaitMinutes }: DeploymentGroupView,
  routing: TrafficRouting,
): DeploymentConfiguration {
  const waits = { bakeTimeInMinutes: terminationWaitMinutes, readyWaitMinutes }
  switch (routing.kind) {
    case 'all-at-once':
      return { strategy: 'BLUE_GREEN', ...waits }
    case 'canary': {
      const { percent, minutes } = routing
      const canary = { canaryPercent: percent, canaryBakeTimeInMinutes: minutes }
      return { strategy: 'CANARY', canaryConfiguration: canary, ...waits }
    }
    case 'linear': {
      const { percent, minutes } = routing
      const linear = { stepPercent: percent, stepBakeTimeInMinutes: minutes }
      return { strategy: 'LINEAR', linearConfiguration: linear, ...waits }
    }
  }
}

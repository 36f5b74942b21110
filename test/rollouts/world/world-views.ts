/** The simulated service as the ports show it. */
import type {
  DeploymentView,
  RevisionCounts,
  ServiceDeploymentBrief,
  ServiceDeploymentView,
  ServiceView,
  TargetView,
  TaskView,
} from '@ecs-pipeline/rollout'
import {
  isOngoing,
  isServing,
  isStopping,
  type Deployment,
  type ServiceDeployment,
  type ServiceState,
  type Task,
} from './records.ts'
import { CLUSTER_ARN, SERVICE, SERVICE_ARN } from './rollout-records.ts'
import type { Monitor, ServiceSetup } from './schedule.ts'
import { ALTERNATE_GROUP, TARGET_GROUP } from './target-groups.ts'
import { CONTAINER, taskDefinitionArn } from './task-definitions.ts'

const monitored = (monitor: Monitor): { enable: boolean; rollback: boolean } => ({
  enable: monitor !== 'off',
  rollback: monitor === 'rolls-back',
})

/** `canShift`: whether the service has a second target group. */
export function serviceView(
  state: ServiceState,
  setup: ServiceSetup,
  canShift: boolean,
): ServiceView {
  const { tasks, deployments } = state
  const primary = deployments[0]
  const target = {
    targetGroupArn: TARGET_GROUP,
    containerName: CONTAINER,
    containerPort: 80,
    alternateTargetGroupArn: canShift ? ALTERNATE_GROUP : undefined,
    hasTestListener: canShift,
  }
  return {
    arn: SERVICE_ARN,
    name: SERVICE,
    clusterArn: CLUSTER_ARN,
    status: state.status,
    controller: 'ECS',
    managedByEcs: false,
    strategy: state.configuration.strategy ?? 'ROLLING',
    schedulingStrategy: 'REPLICA',
    desiredCount: state.desired,
    runningCount: tasks.filter(isServing).length,
    pendingCount: tasks.filter(isPending).length,
    taskDefinition: taskDefinitionArn(state.revision),
    deployments: deployments.map((each, index) => deploymentView(each, index === 0, state)),
    currentServiceDeployment: primary?.serviceDeployment.arn,
    loadBalancers: setup.loadBalancer ? [target] : [],
    network: undefined,
    circuitBreaker: monitored(setup.breaker),
    alarms: { names: ['ledger-errors'], ...monitored(setup.alarms) },
    minimumHealthyPercent: setup.minimumHealthyPercent,
    maximumPercent: setup.maximumPercent,
    healthCheckGracePeriodSeconds: undefined,
    deploymentConfiguration: state.configuration,
    currentRevisions: deployments.map(({ revisionArn }) => revisionArn),
    earlySuccess: false,
    propagateTags: 'NONE',
    enableEcsManagedTags: false,
    events: state.events,
  }
}

const isPending = ({ status }: Task): boolean => status === 'PENDING'

function deploymentView(
  deployment: Deployment,
  isPrimary: boolean,
  { tasks, desired }: ServiceState,
): DeploymentView {
  const own = tasks.filter(({ owner }) => owner === deployment)
  const { id, rolloutState, rolloutStateReason, failedTasks, createdAt } = deployment
  return {
    id,
    status: isPrimary ? 'PRIMARY' : 'ACTIVE',
    rolloutState,
    rolloutStateReason,
    taskDefinition: taskDefinitionArn(deployment.revision),
    desiredCount: isPrimary ? desired : own.filter((task) => !isStopping(task)).length,
    runningCount: own.filter(isServing).length,
    pendingCount: own.filter(isPending).length,
    failedTasks,
    createdAt,
    volumeConfigurations: [],
  }
}

export const briefView = (deployment: ServiceDeployment): ServiceDeploymentBrief => ({
  arn: deployment.arn,
  status: deployment.status,
  statusReason: deployment.statusReason,
  targetRevision: deployment.revisionArn,
  createdAt: deployment.createdAt,
  finishedAt: deployment.finishedAt,
})

export function serviceDeploymentView(
  deployment: ServiceDeployment,
  state: ServiceState,
): ServiceDeploymentView {
  const { rollback, breaker, alarms, revisionArn, sources } = deployment
  const target = countsOf(revisionArn, state)
  const productionWeight = isOngoing(deployment) ? target.productionWeight : deployment.finalWeight
  return {
    ...briefView(deployment),
    lifecycleStage: deployment.lifecycleStage,
    startedAt: deployment.startedAt,
    hooks: deployment.hooks,
    target: { ...target, productionWeight },
    sources: sources.map((arn) => countsOf(arn, state)),
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: rollback.startedAt,
      revision: rollback.revisionArn,
    },
    circuitBreaker: { ...breaker },
    alarms: { ...alarms },
  }
}

function countsOf(
  revision: string,
  { deployments, desired, tasks, traffic }: ServiceState,
): RevisionCounts {
  const own = tasks.filter(({ owner }) => owner.revisionArn === revision)
  const isPrimary = deployments[0]?.revisionArn === revision
  return {
    revision,
    requested: isPrimary ? desired : own.filter((task) => !isStopping(task)).length,
    running: own.filter(isServing).length,
    pending: own.filter(isPending).length,
    productionWeight: traffic.get(revision)?.production,
  }
}

/** `image` and `digest` are what ECS says of the container of such a task. */
export function taskView(task: Task, image: string, digest: string | undefined): TaskView {
  const { id, status } = task
  const container = { container: CONTAINER, image, digest: task.startedAt ? digest : undefined }
  return {
    arn: `arn:aws:ecs:eu-central-1:000000000000:task/prod/${id}`,
    id,
    startedBy: task.startedBy,
    taskDefinition: taskDefinitionArn(task.revision),
    lastStatus: status,
    desiredStatus: isStopping(task) ? 'STOPPED' : 'RUNNING',
    healthStatus: undefined,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppedAt: task.stoppedAt,
    containers: [{ ...container, exitCode: task.exitCode, reason: undefined, lastStatus: status }],
  }
}

/** Only what runs has a target. */
export const targetViews = (
  tasks: readonly Task[],
  groups: readonly string[],
): readonly TargetView[] =>
  tasks
    .filter(({ status }) => status === 'RUNNING' || status === 'DEACTIVATING')
    .filter(({ owner }) => groups.includes(owner.group))
    .map((task) => ({
      targetGroup: task.owner.group,
      id: `10.0.0.${task.number}`,
      port: 80,
      state: targetState(task),
      reason: undefined,
      description: undefined,
    }))

function targetState(task: Task): TargetView['state'] {
  if (isStopping(task)) return 'draining'
  return task.health === 'unknown' ? 'initial' : task.health
}

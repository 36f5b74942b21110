/** Small valid values to build observations from; a test names only what it is about. */
import type { Observation } from '../../src/watch/observation.ts'
import type {
  DeploymentView,
  LoadBalancerView,
  ServiceDeploymentView,
  ServiceView,
  TaskView,
} from '../../src/views.ts'

export const OURS = 'ecs-svc/2'
export const NEW = 'arn:aws:ecs:us-east-1:123456789012:task-definition/app:2'
export const OLD = 'arn:aws:ecs:us-east-1:123456789012:task-definition/app:1'

export const makeDeployment = (over: Partial<DeploymentView> = {}): DeploymentView => ({
  id: OURS,
  status: 'PRIMARY',
  rolloutState: 'IN_PROGRESS',
  rolloutStateReason: undefined,
  taskDefinition: NEW,
  desiredCount: 2,
  runningCount: 1,
  pendingCount: 1,
  failedTasks: 0,
  createdAt: 1000,
  volumeConfigurations: [],
  ...over,
})

export const makeService = (over: Partial<ServiceView> = {}): ServiceView => ({
  arn: 'arn:aws:ecs:us-east-1:123456789012:service/prod/app',
  name: 'app',
  clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
  status: 'ACTIVE',
  controller: 'ECS',
  managedByEcs: false,
  strategy: 'ROLLING',
  schedulingStrategy: 'REPLICA',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  taskDefinition: NEW,
  deployments: [makeDeployment()],
  currentServiceDeployment: undefined,
  loadBalancers: [],
  network: undefined,
  circuitBreaker: { enable: false, rollback: false },
  alarms: { names: [], enable: false, rollback: false },
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthCheckGracePeriodSeconds: undefined,
  deploymentConfiguration: {},
  currentRevisions: [],
  earlySuccess: false,
  propagateTags: 'NONE',
  enableEcsManagedTags: false,
  events: [],
  ...over,
})

export const makeServiceDeployment = (
  over: Partial<ServiceDeploymentView> = {},
): ServiceDeploymentView => ({
  arn: 'arn:aws:ecs:us-east-1:123456789012:service-deployment/prod/app/abc',
  status: 'IN_PROGRESS',
  statusReason: undefined,
  targetRevision: undefined,
  createdAt: 1000,
  finishedAt: undefined,
  lifecycleStage: undefined,
  startedAt: 1000,
  hooks: [],
  target: undefined,
  sources: [],
  rollback: undefined,
  circuitBreaker: undefined,
  alarms: undefined,
  ...over,
})

export const makeLoadBalancer = (over: Partial<LoadBalancerView> = {}): LoadBalancerView => ({
  targetGroupArn: 'blue',
  containerName: 'app',
  containerPort: 3000,
  alternateTargetGroupArn: undefined,
  hasTestListener: false,
  ...over,
})

let nextTask = 0
export const makeTask = (over: Partial<TaskView> = {}): TaskView => {
  const id = over.id ?? `task${nextTask++}`
  return {
    arn: `arn:aws:ecs:us-east-1:123456789012:task/prod/${id}`,
    id,
    startedBy: OURS,
    taskDefinition: NEW,
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    healthStatus: undefined,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    createdAt: 1000,
    startedAt: 2000,
    stoppedAt: 3000,
    containers: [
      {
        container: 'app',
        image: 'app:2',
        digest: 'sha256:2',
        exitCode: 1,
        reason: undefined,
        lastStatus: 'STOPPED',
      },
    ],
    ...over,
  }
}

export const makeObservation = (over: Partial<Observation> = {}): Observation => ({
  service: makeService(),
  deployment: makeServiceDeployment(),
  failedTasks: [],
  rollbackFailures: [],
  targets: [],
  seenUnhealthy: [],
  shares: [],
  triggers: undefined,
  newerDeployment: false,
  ...over,
})

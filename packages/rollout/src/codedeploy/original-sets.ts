/** Task sets that came with the service, as the deployments that they count as. */
import type {
  ServiceDeploymentBrief,
  ServiceDeploymentView,
  ServiceView,
  TaskSetView,
} from '../views.ts'

/** Those that came with the service: no deployment of CodeDeploy tells of them. */
export const originalSets = ({ taskSets = [] }: ServiceView): readonly TaskSetView[] =>
  taskSets.filter(
    ({ externalId, status, isSteady }) =>
      externalId === undefined && (status === 'PRIMARY' || isSteady),
  )

export const briefOfSet = ({
  id,
  createdAt,
  status,
  isSteady,
}: TaskSetView): ServiceDeploymentBrief => ({
  arn: id,
  status: status !== 'PRIMARY' || isSteady ? 'SUCCESSFUL' : 'IN_PROGRESS',
  statusReason: undefined,
  targetRevision: id,
  createdAt,
  finishedAt: isSteady ? createdAt : undefined,
})

export const deploymentOfSet = (set: TaskSetView): ServiceDeploymentView => ({
  ...briefOfSet(set),
  lifecycleStage: undefined,
  startedAt: set.createdAt,
  hooks: [],
  target: undefined,
  sources: [],
  rollback: undefined,
  circuitBreaker: undefined,
  alarms: undefined,
})

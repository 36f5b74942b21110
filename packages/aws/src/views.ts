/** SDK shapes to views. The SDK declares every member optional; what is missing gets the API's documented default. */
import type {
  AwsVpcConfiguration,
  Deployment,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief as SdkBrief,
  ServiceRevision,
  ServiceRevisionSummary,
  ServiceVolumeConfiguration,
  Task,
  TaskSet,
} from '@aws-sdk/client-ecs'
import {
  lastPart,
  type DeploymentConfiguration,
  type DeploymentView,
  type NetworkView,
  type RevisionCounts,
  type ServiceDeploymentBrief,
  type ServiceDeploymentView,
  type ServiceRevisionView,
  type ServiceView,
  type TaskSetView,
  type TaskView,
  type VolumeConfiguration,
} from '@ecs-pipeline/rollout'

const at = (date: Date | undefined): number | undefined => date?.getTime()

export function serviceView(service: Service): ServiceView {
  const configuration = service.deploymentConfiguration
  return {
    arn: service.serviceArn ?? '',
    name: service.serviceName ?? '',
    clusterArn: service.clusterArn ?? '',
    status: service.status ?? '',
    controller: service.deploymentController?.type ?? 'ECS',
    managedByEcs: service.resourceManagementType === 'ECS',
    strategy: configuration?.strategy ?? 'ROLLING',
    schedulingStrategy: service.schedulingStrategy ?? 'REPLICA',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    pendingCount: service.pendingCount ?? 0,
    taskDefinition: service.taskDefinition ?? '',
    deployments: (service.deployments ?? []).map(deploymentView),
    currentServiceDeployment: service.currentServiceDeployment,
    loadBalancers: (service.loadBalancers ?? []).flatMap((one) =>
      one.targetGroupArn === undefined
        ? []
        : {
            targetGroupArn: one.targetGroupArn,
            containerName: one.containerName ?? '',
            containerPort: one.containerPort ?? 0,
            alternateTargetGroupArn: one.advancedConfiguration?.alternateTargetGroupArn,
            hasTestListener: one.advancedConfiguration?.testListenerRule !== undefined,
          },
    ),
    network: networkView(service.networkConfiguration?.awsvpcConfiguration),
    circuitBreaker: {
      enable: configuration?.deploymentCircuitBreaker?.enable ?? false,
      rollback: configuration?.deploymentCircuitBreaker?.rollback ?? false,
    },
    alarms: {
      names: configuration?.alarms?.alarmNames ?? [],
      enable: configuration?.alarms?.enable ?? false,
      rollback: configuration?.alarms?.rollback ?? false,
    },
    minimumHealthyPercent: configuration?.minimumHealthyPercent,
    maximumPercent: configuration?.maximumPercent,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    deploymentConfiguration: configurationView(configuration),
    currentRevisions: (service.currentServiceRevisions ?? []).flatMap((each) => each.arn ?? []),
    earlySuccess: configuration?.earlySuccessCriteria?.enable ?? false,
    propagateTags: service.propagateTags ?? 'NONE',
    enableEcsManagedTags: service.enableECSManagedTags ?? false,
    events: (service.events ?? [])
      .map((event) => ({
        id: event.id ?? '',
        at: at(event.createdAt) ?? 0,
        message: event.message ?? '',
      }))
      .sort((a, b) => b.at - a.at),
    ...(service.taskSets && { taskSets: service.taskSets.map(taskSetView) }),
  }
}

const taskSetView = (set: TaskSet): TaskSetView => ({
  id: set.id ?? '',
  externalId: set.externalId === '' ? undefined : set.externalId,
  status: set.status ?? '',
  taskDefinition: set.taskDefinition ?? '',
  desiredCount: set.computedDesiredCount ?? 0,
  runningCount: set.runningCount ?? 0,
  pendingCount: set.pendingCount ?? 0,
  createdAt: at(set.createdAt) ?? 0,
  isSteady: set.stabilityStatus === 'STEADY_STATE',
  targetGroups: (set.loadBalancers ?? []).flatMap((each) => each.targetGroupArn ?? []),
})

/** As it is: the domain's view of it is only more open than the SDK's. */
const configurationView = (given: Service['deploymentConfiguration']): DeploymentConfiguration => ({
  ...given,
  lifecycleHooks: given?.lifecycleHooks?.map((hook) => ({ ...hook })),
})

const networkView = (network: AwsVpcConfiguration | undefined): NetworkView | undefined =>
  network && {
    subnets: network.subnets ?? [],
    securityGroups: network.securityGroups ?? [],
    assignPublicIp: network.assignPublicIp,
  }

function deploymentView(deployment: Deployment): DeploymentView {
  return {
    id: deployment.id ?? '',
    status: deployment.status ?? '',
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    taskDefinition: deployment.taskDefinition ?? '',
    desiredCount: deployment.desiredCount ?? 0,
    runningCount: deployment.runningCount ?? 0,
    pendingCount: deployment.pendingCount ?? 0,
    failedTasks: deployment.failedTasks ?? 0,
    createdAt: at(deployment.createdAt) ?? 0,
    volumeConfigurations: (deployment.volumeConfigurations ?? []).map(volumeConfiguration),
  }
}

const volumeConfiguration = ({
  name = '',
  managedEBSVolume,
}: ServiceVolumeConfiguration): VolumeConfiguration => ({
  name,
  ...(managedEBSVolume && { managedEBSVolume: { ...managedEBSVolume } }),
})

export function serviceDeploymentBrief(brief: SdkBrief): ServiceDeploymentBrief {
  return {
    arn: brief.serviceDeploymentArn ?? '',
    status: brief.status ?? '',
    statusReason: brief.statusReason,
    targetRevision: brief.targetServiceRevisionArn,
    createdAt: at(brief.createdAt) ?? 0,
    finishedAt: at(brief.finishedAt),
  }
}

export function serviceDeploymentView(deployment: ServiceDeployment): ServiceDeploymentView {
  const { rollback, deploymentCircuitBreaker: breaker, alarms } = deployment
  return {
    arn: deployment.serviceDeploymentArn ?? '',
    status: deployment.status ?? '',
    statusReason: deployment.statusReason,
    targetRevision: deployment.targetServiceRevision?.arn,
    createdAt: at(deployment.createdAt) ?? 0,
    startedAt: at(deployment.startedAt),
    finishedAt: at(deployment.finishedAt),
    lifecycleStage: deployment.lifecycleStage,
    hooks: (deployment.lifecycleHookDetails ?? []).map((hook) => ({
      id: hook.hookId ?? '',
      targetType: hook.targetType ?? 'AWS_LAMBDA',
      status: hook.status ?? '',
      expiresAt: at(hook.expiresAt),
      timeoutAction: hook.timeoutAction,
    })),
    target: deployment.targetServiceRevision && counts(deployment.targetServiceRevision),
    sources: (deployment.sourceServiceRevisions ?? []).map(counts),
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: at(rollback.startedAt),
      revision: rollback.serviceRevisionArn,
    },
    circuitBreaker: breaker && {
      status: breaker.status ?? '',
      failureCount: breaker.failureCount ?? 0,
      threshold: breaker.threshold ?? 0,
    },
    alarms: alarms && {
      status: alarms.status ?? '',
      triggered: alarms.triggeredAlarmNames ?? [],
    },
  }
}

function counts(summary: ServiceRevisionSummary): RevisionCounts {
  return {
    revision: summary.arn ?? '',
    requested: summary.requestedTaskCount ?? 0,
    running: summary.runningTaskCount ?? 0,
    pending: summary.pendingTaskCount ?? 0,
    productionWeight: summary.requestedProductionTrafficWeight,
  }
}

export function serviceRevisionView(revision: ServiceRevision): ServiceRevisionView {
  // Under BLUE_GREEN, LINEAR and CANARY the two target groups change places at each deployment: only the resolved
  // configuration says which of them this revision stands behind.
  const loadBalancers =
    revision.resolvedConfiguration?.loadBalancers ?? revision.loadBalancers ?? []
  return {
    arn: revision.serviceRevisionArn ?? '',
    taskDefinition: revision.taskDefinition ?? '',
    images: (revision.containerImages ?? []).map((one) => ({
      container: one.containerName ?? '',
      image: one.image ?? '',
      digest: one.imageDigest,
    })),
    targetGroups: loadBalancers.flatMap((one) => one.targetGroupArn ?? []),
    createdAt: at(revision.createdAt) ?? 0,
  }
}

export function taskView(task: Task): TaskView {
  return {
    arn: task.taskArn ?? '',
    id: lastPart(task.taskArn ?? ''),
    startedBy: task.startedBy,
    taskDefinition: task.taskDefinitionArn ?? '',
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    healthStatus: task.healthStatus,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    createdAt: at(task.createdAt),
    startedAt: at(task.startedAt),
    stoppedAt: at(task.stoppedAt),
    containers: (task.containers ?? []).map((one) => ({
      container: one.name ?? '',
      image: one.image ?? '',
      digest: one.imageDigest,
      exitCode: one.exitCode,
      reason: one.reason,
      lastStatus: one.lastStatus ?? '',
    })),
  }
}

/** What CreateService and UpdateService refuse. Words from recorded errors unless marked unproven. */
import {
  ServiceRevisionCleanup,
  type DeploymentConfiguration,
  type LoadBalancer,
  type NetworkConfiguration,
} from '@aws-sdk/client-ecs'
import type { TargetGroups } from '../../../parts.ts'
import { invalidParameter } from '../api.ts'
import type { TaskDefinitionRecord } from '../model.ts'

/** API_CreateService: up to 255 letters, numbers, underscores and hyphens. The words are unproven. */
export function checkServiceName(name: string | undefined): void {
  if (!/^[\w-]{1,255}$/.test(name ?? '')) {
    throw invalidParameter(
      'Invalid service name. It can have letters, numbers, hyphens and underscores.',
    )
  }
}

/** The words for a negative count are unproven. */
export function checkDesiredCount(count: number | undefined): void {
  if (count !== undefined && count < 0) throw invalidParameter('DesiredCount cannot be negative.')
}

export function checkNetwork(
  taskDefinition: TaskDefinitionRecord | undefined,
  networkConfiguration: NetworkConfiguration | undefined,
): void {
  if (taskDefinition?.shape.networkMode === 'awsvpc' && !networkConfiguration) {
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    )
  }
}

/** Each target group has to exist and to have a listener, and each container its port. */
export function checkLoadBalancers(
  loadBalancers: readonly LoadBalancer[] | undefined,
  taskDefinition: TaskDefinitionRecord | undefined,
  targetGroups: TargetGroups,
): void {
  for (const loadBalancer of loadBalancers ?? []) {
    checkTargetGroup(loadBalancer.targetGroupArn, targetGroups)
    if (taskDefinition) checkContainer(loadBalancer, taskDefinition)
  }
}

function checkTargetGroup(arn: string | undefined, targetGroups: TargetGroups): void {
  // Unproven words.
  if (arn === undefined) throw invalidParameter('Target Group ARN cannot be blank.')
  checkTargetGroupExists(arn, targetGroups)
  if (targetGroups.find(arn)?.hasLoadBalancer !== true) {
    throw invalidParameter(
      `The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
    )
  }
}

/** The words are unproven. */
export function checkTargetGroupExists(arn: string, targetGroups: TargetGroups): void {
  if (targetGroups.find(arn)) return
  throw invalidParameter(`The specified target group does not exist. ${arn}`)
}

export function checkContainer(
  { containerName = '', containerPort }: LoadBalancer,
  { shape }: TaskDefinitionRecord,
): void {
  const container = shape.containerDefinitions?.find(({ name }) => name === containerName)
  if (!container) {
    throw invalidParameter(`The container ${containerName} does not exist in the task definition.`)
  }
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
    throw invalidParameter(
      `The container ${containerName} did not have a container port ${containerPort ?? 'null'} defined.`,
    )
  }
}

export function checkDeploymentConfiguration(
  configuration: DeploymentConfiguration | undefined,
): void {
  const { strategy = 'ROLLING', minimumHealthyPercent, maximumPercent } = configuration ?? {}
  checkEarlySuccess(configuration)
  // Other strategies do not use them (aws-samples/sample-amazon-ecs-blue-green-deployment-patterns#3).
  if (strategy !== 'ROLLING') return
  if (minimumHealthyPercent === 100 && maximumPercent === 100) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    )
  }
}

/**
 * What API_DeploymentEarlySuccessCriteria and the developer guide demand. The words for another strategy are those of
 * ECS (kayac/ecspresso#1082); all others, and that criteria which are off are not checked, are unproven.
 */
function checkEarlySuccess({
  strategy = 'ROLLING',
  minimumHealthyPercent = 100,
  earlySuccessCriteria: criteria,
}: DeploymentConfiguration = {}): void {
  if (criteria?.enable !== true) return
  const { healthyPercent, sourceServiceRevisionCleanup: cleanup } = criteria
  if (strategy !== 'ROLLING') {
    throw invalidParameter(
      `Early success criteria not supported for ${strategy} deployment strategy`,
    )
  }
  if (healthyPercent === undefined || cleanup === undefined) {
    throw invalidParameter(
      'healthyPercent and sourceServiceRevisionCleanup must be specified when early success criteria are enabled.',
    )
  }
  if (!Number.isInteger(healthyPercent) || healthyPercent < 0 || healthyPercent > 100) {
    throw invalidParameter('healthyPercent must be an integer between 0 and 100.')
  }
  if (healthyPercent < minimumHealthyPercent) {
    throw invalidParameter(
      `healthyPercent must be greater than or equal to minimumHealthyPercent (${minimumHealthyPercent}).`,
    )
  }
  if (!Object.hasOwn(ServiceRevisionCleanup, cleanup)) {
    throw invalidParameter('sourceServiceRevisionCleanup must be BLOCKING or DEFERRED.')
  }
}

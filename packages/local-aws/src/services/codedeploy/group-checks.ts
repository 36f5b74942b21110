/** What CreateDeploymentGroup and UpdateDeploymentGroup refuse; the words are recorded unless marked unproven. */
import {
  ECSServiceMappingLimitExceededException,
  InvalidAutoRollbackConfigException,
  InvalidBlueGreenDeploymentConfigurationException,
  InvalidDeploymentStyleException,
  InvalidECSServiceException,
  InvalidLoadBalancerInfoException,
  InvalidTargetGroupPairException,
  type DeploymentGroupInfo,
} from '@aws-sdk/client-codedeploy'
import type { BlueGreenServices } from '../../parts.ts'
import type { CodeDeployState, GroupRecord } from './model.ts'

const $metadata = {}

/** "The maximum setting is 2880 minutes (2 days)" (API_BlueInstanceTerminationOption). */
const LONGEST_TERMINATION_WAIT = 2880

/** The group as it is to become; `own` is the record that it changes. */
export function checkGroup(
  info: DeploymentGroupInfo,
  own: GroupRecord | undefined,
  state: CodeDeployState,
  services: BlueGreenServices,
): void {
  const { deploymentType, deploymentOption } = info.deploymentStyle ?? {}
  if (deploymentType !== 'BLUE_GREEN' || deploymentOption !== 'WITH_TRAFFIC_CONTROL') {
    throw new InvalidDeploymentStyleException({
      message:
        'For ECS deployment, the deployment type must be BLUE_GREEN, and deployment option must be WITH_TRAFFIC_CONTROL.',
      $metadata,
    })
  }
  checkBlueGreen(info)
  checkLoadBalancer(info)
  checkRollback(info)
  checkService(info, own, state, services)
}

function checkBlueGreen({ blueGreenDeploymentConfiguration: configuration }: DeploymentGroupInfo) {
  if (!configuration) {
    throw invalidBlueGreen(
      'For ECS deployment group, blueGreenDeploymentConfiguration must be specified',
    )
  }
  const { terminationWaitTimeInMinutes: wait = 0 } =
    configuration.terminateBlueInstancesOnDeploymentSuccess ?? {}
  // Unproven words.
  if (wait < 0 || wait > LONGEST_TERMINATION_WAIT) {
    throw invalidBlueGreen(
      `terminationWaitTimeInMinutes must be between 0 and ${LONGEST_TERMINATION_WAIT}`,
    )
  }
}

const invalidBlueGreen = (message: string): Error =>
  new InvalidBlueGreenDeploymentConfigurationException({ message, $metadata })

function checkLoadBalancer({ loadBalancerInfo: given }: DeploymentGroupInfo): void {
  if (!given) throw invalidLoadBalancer('must be specified')
  if (given.elbInfoList?.length) throw invalidLoadBalancer('must not contain elbInfo list')
  if (given.targetGroupInfoList?.length) {
    throw invalidLoadBalancer('must not contain targetGroupInfo list')
  }
  const pairs = given.targetGroupPairInfoList ?? []
  const [pair] = pairs
  const listeners = pair?.prodTrafficRoute?.listenerArns ?? []
  if (pairs.length === 1 && pair?.targetGroups?.length === 2 && listeners.length === 1) return
  // Unproven words.
  throw new InvalidTargetGroupPairException({
    message:
      'For ECS deployment group, targetGroupPairInfoList must contain one pair of two target groups with one production listener',
    $metadata,
  })
}

const invalidLoadBalancer = (what: string): Error =>
  new InvalidLoadBalancerInfoException({
    message: `For ECS deployment group, loadBalancerInfo ${what}`,
    $metadata,
  })

/** The words are unproven. */
function checkRollback({ autoRollbackConfiguration: configuration }: DeploymentGroupInfo): void {
  if (configuration?.enabled !== true || (configuration.events ?? []).length > 0) return
  throw new InvalidAutoRollbackConfigException({
    message: 'Auto rollback is enabled, but no events are specified',
    $metadata,
  })
}

function checkService(
  { ecsServices = [] }: DeploymentGroupInfo,
  own: GroupRecord | undefined,
  state: CodeDeployState,
  services: BlueGreenServices,
): void {
  const [named] = ecsServices
  const { clusterName = '', serviceName = '' } = named ?? {}
  // Unproven words.
  if (ecsServices.length !== 1) {
    throw invalidService('For ECS deployment group, one ECS service must be specified')
  }
  const service = services.find(clusterName, serviceName)
  // Unproven words.
  if (!service) {
    throw invalidService(
      `Could not load ECS service information for cluster: ${clusterName}, service: ${serviceName}.`,
    )
  }
  if (service.controller !== 'CODE_DEPLOY') {
    throw invalidService(
      "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
    )
  }
  const isTaken = [...state.applications.values()]
    .flatMap(({ groups }) => [...groups.values()])
    .filter((group) => group !== own)
    .flatMap(({ info }) => info.ecsServices ?? [])
    .some((each) => each.clusterName === clusterName && each.serviceName === serviceName)
  if (!isTaken) return
  // The words are those of the exception's description; what AWS answers with is unproven.
  throw new ECSServiceMappingLimitExceededException({
    message:
      'The Amazon ECS service is associated with more than one deployment groups. An Amazon ECS service can be associated with only one deployment group.',
    $metadata,
  })
}

const invalidService = (message: string): Error =>
  new InvalidECSServiceException({ message, $metadata })

/** What a service needs that CodeDeploy deploys, made as the AWS console makes it. */
import type { CreateDeploymentGroupInput } from '@aws-sdk/client-codedeploy'
import { CLUSTER, createShiftingLoadBalancer, type Clients, type LoadBalancer } from './stack.ts'

/** One whose pair of groups CodeDeploy shifts traffic between: ECS itself knows of one group only. */
export async function createPairedLoadBalancer(
  clients: Clients,
  name: string,
  drainSeconds = 10,
): Promise<LoadBalancer> {
  const { shift: _shift, ...loadBalancer } = await createShiftingLoadBalancer(
    clients,
    name,
    drainSeconds,
  )
  return loadBalancer
}

/** The settings of a service that CodeDeploy deploys. */
export const BY_CODE_DEPLOY = { deploymentController: { type: 'CODE_DEPLOY' } } as const

/** Application and deployment group of a service on a {@link createPairedLoadBalancer}, under the official names. */
export async function createDeploymentGroup(
  { codedeploy }: Clients,
  { name, listenerArn, testListenerArn }: LoadBalancer,
  over: Partial<CreateDeploymentGroupInput> = {},
): Promise<void> {
  const applicationName = over.applicationName ?? `AppECS-${CLUSTER}-${name}`
  await codedeploy.createApplication({ applicationName, computePlatform: 'ECS' })
  await codedeploy.createDeploymentGroup({
    applicationName,
    deploymentGroupName: `DgpECS-${CLUSTER}-${name}`,
    serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: 5,
      },
    },
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: `${name}-blue` }, { name: `${name}-green` }],
          prodTrafficRoute: { listenerArns: [listenerArn] },
          testTrafficRoute: { listenerArns: [testListenerArn ?? ''] },
        },
      ],
    },
    ecsServices: [{ clusterName: CLUSTER, serviceName: name }],
    ...over,
  })
}

/** How long a deployment waits: in minutes for the end of the old tasks, and for ContinueDeployment where it is to. */
export const waiting = (
  terminationWaitTimeInMinutes: number,
  ready: 'CONTINUE_DEPLOYMENT' | 'STOP_DEPLOYMENT' = 'CONTINUE_DEPLOYMENT',
): CreateDeploymentGroupInput['blueGreenDeploymentConfiguration'] => ({
  deploymentReadyOption: {
    actionOnTimeout: ready,
    waitTimeInMinutes: ready === 'STOP_DEPLOYMENT' ? 10 : 0,
  },
  terminateBlueInstancesOnDeploymentSuccess: {
    action: 'TERMINATE',
    terminationWaitTimeInMinutes,
  },
})

/** Deployment groups and configurations: what is refused, and what is there from the beginning. */
import type { CreateDeploymentGroupInput } from '@aws-sdk/client-codedeploy'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { APPLICATION, GROUP, startBlueGreenStack, type BlueGreenStack } from './blue-green-stack.ts'

let stack: BlueGreenStack
beforeAll(async () => {
  stack = await startBlueGreenStack()
  await stack.settle()
})
afterAll(() => stack.close())

describe('a deployment group is refused', () => {
  const pair = { targetGroups: [{ name: 'web' }, { name: 'web-2' }] }
  test.each<[string, Partial<CreateDeploymentGroupInput>, string, string]>([
    [
      'in place',
      { deploymentStyle: { deploymentType: 'IN_PLACE' } },
      'InvalidDeploymentStyleException',
      'For ECS deployment, the deployment type must be BLUE_GREEN, and deployment option must be WITH_TRAFFIC_CONTROL.',
    ],
    [
      'without blue/green',
      { blueGreenDeploymentConfiguration: undefined },
      'InvalidBlueGreenDeploymentConfigurationException',
      'For ECS deployment group, blueGreenDeploymentConfiguration must be specified',
    ],
    [
      'without a load balancer',
      { loadBalancerInfo: undefined },
      'InvalidLoadBalancerInfoException',
      'For ECS deployment group, loadBalancerInfo must be specified',
    ],
    [
      'with a classic one',
      { loadBalancerInfo: { elbInfoList: [{ name: 'web' }] } },
      'InvalidLoadBalancerInfoException',
      'For ECS deployment group, loadBalancerInfo must not contain elbInfo list',
    ],
    [
      'with single groups',
      { loadBalancerInfo: { targetGroupInfoList: [{ name: 'web' }] } },
      'InvalidLoadBalancerInfoException',
      'For ECS deployment group, loadBalancerInfo must not contain targetGroupInfo list',
    ],
    [
      'without a listener',
      { loadBalancerInfo: { targetGroupPairInfoList: [pair] } },
      'InvalidTargetGroupPairException',
      'For ECS deployment group, targetGroupPairInfoList must contain one pair of two target groups with one production listener',
    ],
    [
      'without events to roll back at',
      { autoRollbackConfiguration: { enabled: true } },
      'InvalidAutoRollbackConfigException',
      'Auto rollback is enabled, but no events are specified',
    ],
    [
      'without a service',
      { ecsServices: [] },
      'InvalidECSServiceException',
      'For ECS deployment group, one ECS service must be specified',
    ],
    [
      'of a service that is not there',
      { ecsServices: [{ clusterName: 'default', serviceName: 'other' }] },
      'InvalidECSServiceException',
      'Could not load ECS service information for cluster: default, service: other.',
    ],
    [
      'of a service of ECS',
      { ecsServices: [{ clusterName: 'default', serviceName: 'rolling' }] },
      'InvalidECSServiceException',
      "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
    ],
    [
      'of a service that has one',
      {},
      'ECSServiceMappingLimitExceededException',
      'The Amazon ECS service is associated with more than one deployment groups. An Amazon ECS service can be associated with only one deployment group.',
    ],
    [
      'of the same name',
      { deploymentGroupName: GROUP },
      'DeploymentGroupAlreadyExistsException',
      `Deployment group name already exists: ${GROUP}`,
    ],
  ])('%s', async (_what, over, name, message) => {
    await stack.create({ serviceName: 'rolling', desiredCount: 0, loadBalancers: [] })
    await expect(
      stack.createGroup({ deploymentGroupName: 'second', ...over }),
    ).rejects.toMatchObject({ name, message })
  })
})

test('the predefined configurations', async () => {
  const { deploymentConfigsList } = await stack.codedeploy.listDeploymentConfigs({})
  expect(deploymentConfigsList).toEqual([
    'CodeDeployDefault.ECSAllAtOnce',
    'CodeDeployDefault.ECSCanary10Percent15Minutes',
    'CodeDeployDefault.ECSCanary10Percent5Minutes',
    'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
    'CodeDeployDefault.ECSLinear10PercentEvery3Minutes',
  ])
  const { deploymentConfigInfo } = await stack.codedeploy.getDeploymentConfig({
    deploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery3Minutes',
  })
  expect(deploymentConfigInfo).toMatchObject({
    computePlatform: 'ECS',
    trafficRoutingConfig: {
      type: 'TimeBasedLinear',
      timeBasedLinear: { linearPercentage: 10, linearInterval: 3 },
    },
  })
})

test('applications and groups are listed, changed and deleted', async () => {
  const { codedeploy } = stack
  const ofApplication = { applicationName: APPLICATION }
  expect((await codedeploy.listApplications({})).applications).toEqual([APPLICATION])
  expect((await codedeploy.getApplication(ofApplication)).application).toMatchObject({
    computePlatform: 'ECS',
  })
  await codedeploy.updateDeploymentGroup({
    ...ofApplication,
    currentDeploymentGroupName: GROUP,
    newDeploymentGroupName: 'renamed',
    deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
  })
  expect((await codedeploy.listDeploymentGroups(ofApplication)).deploymentGroups).toEqual([
    'renamed',
  ])
  const { deploymentGroupsInfo } = await codedeploy.batchGetDeploymentGroups({
    ...ofApplication,
    deploymentGroupNames: ['renamed'],
  })
  expect(deploymentGroupsInfo).toMatchObject([
    {
      deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes',
      ecsServices: [{ clusterName: 'default', serviceName: 'web' }],
    },
  ])
  await codedeploy.deleteDeploymentGroup({ ...ofApplication, deploymentGroupName: 'renamed' })
  await codedeploy.deleteApplication(ofApplication)
  expect((await codedeploy.listApplications({})).applications).toEqual([])
})

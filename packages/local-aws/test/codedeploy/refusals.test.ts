/** What CodeDeploy and ECS refuse, and how deployments end that are set up wrongly. */
import type { CodeDeploy } from '@aws-sdk/client-codedeploy'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  APPLICATION,
  appSpec,
  GROUP,
  startBlueGreenStack,
  TARGET,
  type BlueGreenStack,
} from './blue-green-stack.ts'

let stack: BlueGreenStack
beforeAll(async () => {
  stack = await startBlueGreenStack()
  await stack.settle()
})
afterAll(() => stack.close())

const OF = { applicationName: APPLICATION, deploymentGroupName: GROUP }
const content = appSpec('web:1')
const REVISION = {
  revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
} as const

describe('UpdateService, for a service of CodeDeploy', () => {
  const OF_CODE_DEPLOY =
    'on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.'
  test.each([
    [{ taskDefinition: 'web:1' }, 'Unable to update task definition'],
    [
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } },
      'Unable to update network parameters',
    ],
    [{ platformVersion: '1.4.0' }, 'Unable to update platform version'],
    [{ loadBalancers: [] }, 'Unable to update load balancers'],
    [{ serviceRegistries: [] }, 'Unable to update service registries'],
    [{ capacityProviderStrategy: [] }, 'Unable to update capacity provider strategy'],
    [{ forceNewDeployment: true }, 'Cannot force a new deployment'],
  ])('%j', async (input, words) => {
    await expect(stack.update(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `${words} ${OF_CODE_DEPLOY}`,
    })
  })

  test('takes the rest', async () => {
    const input = { desiredCount: 2, healthCheckGracePeriodSeconds: 0, forceNewDeployment: false }
    expect(await stack.update(input)).toMatchObject({ desiredCount: 2, deployments: [] })
  })
})

describe('what is not there, or there already', () => {
  test.each<[string, (codedeploy: CodeDeploy) => Promise<unknown>, string, string]>([
    [
      'an application',
      (codedeploy) => codedeploy.getApplication({ applicationName: 'other' }),
      'ApplicationDoesNotExistException',
      'No application found for name: other',
    ],
    [
      'the application of a group',
      (codedeploy) =>
        codedeploy.getDeploymentGroup({ applicationName: 'other', deploymentGroupName: GROUP }),
      'ApplicationDoesNotExistException',
      'No application found for name: other',
    ],
    [
      'a group',
      (codedeploy) => codedeploy.getDeploymentGroup({ ...OF, deploymentGroupName: 'other' }),
      'DeploymentGroupDoesNotExistException',
      'No Deployment Group found for name: other',
    ],
    [
      'no group',
      (codedeploy) => codedeploy.createDeployment({ applicationName: APPLICATION, ...REVISION }),
      'DeploymentGroupNameRequiredException',
      'Deployment Group name is missing',
    ],
    [
      'a configuration',
      (codedeploy) =>
        codedeploy.createDeployment({ ...OF, ...REVISION, deploymentConfigName: 'other' }),
      'DeploymentConfigDoesNotExistException',
      'No deployment configuration found for name: other',
    ],
    [
      'a deployment',
      (codedeploy) => codedeploy.getDeployment({ deploymentId: 'd-OTHER' }),
      'DeploymentDoesNotExistException',
      'The deployment d-OTHER could not be found',
    ],
    [
      'no revision',
      (codedeploy) => codedeploy.createDeployment(OF),
      'RevisionRequiredException',
      'RevisionLocation must be specified',
    ],
    [
      'a revision that is not what its hash says',
      (codedeploy) =>
        codedeploy.createDeployment({
          ...OF,
          revision: {
            revisionType: 'AppSpecContent',
            appSpecContent: { content, sha256: 'a'.repeat(64) },
          },
        }),
      'InvalidRevisionException',
      'The SHA256 hash value does not match the content of the revision',
    ],
    [
      'the same application',
      (codedeploy) =>
        codedeploy.createApplication({ applicationName: APPLICATION, computePlatform: 'ECS' }),
      'ApplicationAlreadyExistsException',
      `Application already exists: ${APPLICATION}`,
    ],
    [
      'a configuration of AWS',
      (codedeploy) =>
        codedeploy.createDeploymentConfig({
          deploymentConfigName: 'CodeDeployDefault.Mine',
          computePlatform: 'ECS',
        }),
      'InvalidDeploymentConfigNameException',
      'Deployment configuration name is not valid: CodeDeployDefault.Mine',
    ],
    [
      'steps of nothing',
      (codedeploy) =>
        codedeploy.createDeploymentConfig({
          deploymentConfigName: 'mine',
          computePlatform: 'ECS',
          trafficRoutingConfig: { type: 'TimeBasedLinear', timeBasedLinear: {} },
        }),
      'InvalidTrafficRoutingConfigurationException',
      'The traffic routing configuration of type TimeBasedLinear is not valid',
    ],
  ])('%s', async (_what, call, name, message) => {
    await expect(call(stack.codedeploy)).rejects.toMatchObject({ name, message, $fault: 'client' })
  })
})

describe('a deployment under way', () => {
  test('is the only one of its group', async () => {
    const id = await stack.createDeployment(content)
    await expect(stack.createDeployment(content)).rejects.toMatchObject({
      name: 'DeploymentLimitExceededException',
      message: `The Deployment Group '${GROUP}' already has an active Deployment '${id}'`,
    })
    await expect(stack.codedeploy.continueDeployment({ deploymentId: id })).rejects.toMatchObject({
      name: 'DeploymentIsNotInReadyStateException',
      message: `The deployment ${id} does not have a status of Ready and can't continue yet`,
    })
    await expect(
      stack.codedeploy.getDeploymentTarget({ deploymentId: id, targetId: 'default:other' }),
    ).rejects.toMatchObject({ name: 'DeploymentTargetDoesNotExistException' })
    const { targetIds } = await stack.codedeploy.listDeploymentTargets({ deploymentId: id })
    expect(targetIds).toEqual([TARGET])
    expect((await stack.untilOver(id)).status).toBe('Succeeded')
    for (const call of [
      stack.codedeploy.stopDeployment({ deploymentId: id }),
      stack.codedeploy.continueDeployment({ deploymentId: id }),
    ]) {
      await expect(call).rejects.toMatchObject({
        name: 'DeploymentAlreadyCompletedException',
        message: `The deployment ${id} is already complete`,
      })
    }
  })
})

describe('a deployment fails at once', () => {
  const INVALID =
    'The deployment failed because the AppSpec file that specifies the deployment configuration is missing or has an invalid configuration.'
  test.each([
    [
      'of a file that nobody can read',
      'version: 0.0 Resources: - TargetService: {',
      'INVALID_REVISION',
      `${INVALID} The input AppSpec file is a not well-formed yaml. The template cannot be parsed.`,
    ],
    [
      'of a file without a service',
      'version: 0.0',
      'INVALID_REVISION',
      `${INVALID} A resource of type AWS::ECS::Service is missing.`,
    ],
    [
      'of a container that is not there',
      appSpec('web:1').replace('"app"', '"other"'),
      'ECS_UPDATE_ERROR',
      /^The ECS service cannot be updated due to an unexpected error: The container other does not exist in the task definition. \(Service: AmazonECS; Status Code: 400; Error Code: InvalidParameterException; Request ID: [\w-]+; Proxy: null\). Check your ECS service status.$/,
    ],
    [
      'of a task definition that is not there',
      appSpec('web:99'),
      'ECS_UPDATE_ERROR',
      /unexpected error: TaskDefinition not found. .* Error Code: ClientException/,
    ],
  ] as const)('because %s', async (_why, text, code, message) => {
    const info = await stack.untilOver(await stack.createDeployment(text))
    expect(info).toMatchObject({ status: 'Failed', errorInformation: { code } })
    if (typeof message === 'string') expect(info.errorInformation?.message).toBe(message)
    else expect(info.errorInformation?.message).toMatch(message)
    // No task set was made.
    expect((await stack.taskSets())[0]).toBe('PRIMARY web:1 100 STEADY_STATE')
  })

  // The last one: it points the listener elsewhere.
  test('because production traffic does not go to what is PRIMARY', async () => {
    const [primary] = (await stack.describe()).taskSets ?? []
    const serving = primary?.loadBalancers?.[0]?.targetGroupArn
    const other = [stack.targetGroupArn, stack.secondGroupArn].find((arn) => arn !== serving)
    await stack.elb.modifyListener({
      ListenerArn: stack.listenerArn,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: other }],
    })
    expect(await stack.untilOver(await stack.createDeployment(content))).toMatchObject({
      status: 'Failed',
      errorInformation: {
        code: 'ELASTIC_LOAD_BALANCING_INVALID',
        message: expect.stringMatching(
          /^The ELB could not be updated due to the following error: Primary taskset target group must be behind listener arn:.*:listener-rule\/app\/web\//,
        ),
      },
    })
  })
})

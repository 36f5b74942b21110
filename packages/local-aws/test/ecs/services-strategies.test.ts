/** What CreateService and UpdateService take, fill in, keep and refuse of deployments that shift traffic. */
import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  ADVANCED,
  createShiftingWorld,
  LOAD_BALANCER,
  PRODUCTION,
  type ShiftingWorld,
} from './shifting-world.ts'

let world: ShiftingWorld
beforeEach(() => {
  world = createShiftingWorld()
})

const PAUSE: DeploymentLifecycleHook = { targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }
const LAMBDA: DeploymentLifecycleHook = {
  hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:check',
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: ['TEST_TRAFFIC_SHIFT'],
}
const blueGreen = (over: object = {}): object => ({
  deploymentConfiguration: { strategy: 'BLUE_GREEN', ...over },
})
const canary = (canaryConfiguration: object): object => ({
  deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration },
})
const linear = (linearConfiguration: object): object => ({
  deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration },
})
const hooks = (...lifecycleHooks: object[]): object => blueGreen({ lifecycleHooks })
const balancers = (...loadBalancers: object[]): object => ({ ...blueGreen(), loadBalancers })
const advanced = (over: object): object =>
  balancers({ ...LOAD_BALANCER, advancedConfiguration: { ...ADVANCED, ...over } })
const LISTENER = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1/2'

describe('both calls refuse', () => {
  const { advancedConfiguration: _advanced, ...plain } = LOAD_BALANCER
  test.each([
    ['an unknown strategy', blueGreen({ strategy: 'BIG_BANG' }), /Invalid strategy: BIG_BANG/],
    ['a bake above a day', blueGreen({ bakeTimeInMinutes: 1441 }), /between 0 and 1440/],
    ['a bake below 0', blueGreen({ bakeTimeInMinutes: -1 }), /between 0 and 1440/],
    ['part of a minute', blueGreen({ bakeTimeInMinutes: 1.5 }), /between 0 and 1440/],
    ['no canary percent', canary({ canaryPercent: 0 }), /between 0.1 and 100/],
    ['too much canary', canary({ canaryPercent: 100.1 }), /between 0.1 and 100/],
    ['a fine canary', canary({ canaryPercent: 5.25 }), /a multiple of 0.1/],
    ['a long canary', canary({ canaryBakeTimeInMinutes: 1441 }), /between 0 and 1440/],
    ['a small step', linear({ stepPercent: 2.9 }), /between 3 and 100/],
    ['a long step', linear({ stepBakeTimeInMinutes: 1441 }), /between 0 and 1440/],
    [
      'linear steps of another strategy',
      blueGreen({ linearConfiguration: { stepPercent: 10 } }),
      /^Linear configuration can only be present with LINEAR deployment strategy$/,
    ],
    [
      'a canary of another strategy',
      blueGreen({ canaryConfiguration: { canaryPercent: 10 } }),
      /^Canary configuration can only be present with CANARY deployment strategy$/,
    ],
    [
      'a hook of a strange kind',
      hooks({ ...PAUSE, targetType: 'SNS' }),
      /^Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE$/,
    ],
    [
      'a hook without a stage',
      hooks({ targetType: 'PAUSE' }),
      /^Lifecycle stage cannot be null or empty for any deployment lifecycle hooks$/,
    ],
    ['a hook at SCALE_UP', hooks({ ...PAUSE, lifecycleStages: ['SCALE_UP'] }), /Invalid lifecycle/],
    ...(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'] as const).map(
      (stage) =>
        [
          `a pause at ${stage}`,
          hooks({ ...PAUSE, lifecycleStages: ['POST_SCALE_UP', stage] }),
          /^Invalid lifecycle stage provided for Pause Hook$/,
        ] as const,
    ),
    [
      'a function without a role',
      hooks({ ...LAMBDA, roleArn: undefined }),
      /^Role arn or Hook Target arn is missing for one or more deployment lifecycle hooks$/,
    ],
    ['eleven pauses', hooks(...Array.from({ length: 11 }, () => PAUSE)), /up to 10 PAUSE/],
    [
      'a pause of more than 14 days',
      hooks({ ...PAUSE, timeoutConfiguration: { timeoutInMinutes: 20_161 } }),
      /between 1 and 20160/,
    ],
    [
      'a function of more than a day',
      hooks({ ...LAMBDA, timeoutConfiguration: { timeoutInMinutes: 1441 } }),
      /between 1 and 1440/,
    ],
    [
      'a load balancer with one group',
      balancers(plain),
      /^advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy$/,
    ],
    [
      'one of two with one group',
      { ...balancers(LOAD_BALANCER, plain), deploymentConfiguration: { strategy: 'ROLLING' } },
      /^Either all or none of the provided loadBalancers must have advancedConfiguration defined$/,
    ],
    [
      'a group twice',
      advanced({ alternateTargetGroupArn: 'arn:blue' }),
      /^Duplicate targetGroupArn found: arn:blue$/,
    ],
    [
      'a classic load balancer among others',
      balancers(LOAD_BALANCER, {
        loadBalancerName: 'old',
        containerName: 'app',
        containerPort: 80,
      }),
      /^All loadBalancers must be strictly either ELBv1/,
    ],
    [
      'the ARN of a listener',
      advanced({ productionListenerRule: LISTENER }),
      /^productionListenerRule has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: arn:.*:listener\/app/,
    ],
    [
      'one rule for both',
      advanced({ testListenerRule: PRODUCTION }),
      /^The following rules cannot be used as both production and test listener rules: arn:/,
    ],
    ['no role', advanced({ roleArn: undefined }), /roleArn is required/],
    ['no rule', advanced({ productionListenerRule: undefined }), /ListenerRule is required/],
    [
      'CodeDeploy',
      { ...blueGreen(), deploymentController: { type: 'CODE_DEPLOY' } },
      /requires the ECS deployment controller/,
    ],
    [
      'daemons',
      { ...blueGreen(), schedulingStrategy: 'DAEMON' },
      /and the REPLICA scheduling strategy/,
    ],
  ] as const)('%s', async (_what, input, message) => {
    const refusal = { name: 'InvalidParameterException', message: expect.stringMatching(message) }
    const loadBalancers = [LOAD_BALANCER]
    await expect(world.create({ loadBalancers, ...input })).rejects.toMatchObject(refusal)
    await world.create({ loadBalancers })
    await expect(world.update(input)).rejects.toMatchObject(refusal)
  })

  test('no test rule, when the production rule does not know both groups', async () => {
    world.rules.set(PRODUCTION, [{ arn: 'arn:blue', weight: 1 }])
    await expect(
      world.create({ ...advanced({ testListenerRule: undefined }) }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/^For Application LoadBalancer, testListenerRule is required/),
    })
  })
})

describe('defaults', () => {
  test.each([
    [{ strategy: 'BLUE_GREEN' }, { bakeTimeInMinutes: 0 }],
    [
      { strategy: 'CANARY' },
      { canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 } },
    ],
    [
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 30 } },
      { canaryConfiguration: { canaryPercent: 30, canaryBakeTimeInMinutes: 10 } },
    ],
    [
      { strategy: 'LINEAR' },
      { linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 } },
    ],
    [
      { strategy: 'BLUE_GREEN', lifecycleHooks: [LAMBDA] },
      { lifecycleHooks: [{ ...LAMBDA, targetType: 'AWS_LAMBDA' }] },
    ],
    [
      {
        strategy: 'BLUE_GREEN',
        lifecycleHooks: [{ ...PAUSE, timeoutConfiguration: { timeoutInMinutes: 45 } }],
      },
      {
        lifecycleHooks: [
          { ...PAUSE, timeoutConfiguration: { timeoutInMinutes: 45, action: 'ROLLBACK' } },
        ],
      },
    ],
  ] as [DeploymentConfiguration, object][])('of %j', async (given, filled) => {
    await world.create({ deploymentConfiguration: given, loadBalancers: [LOAD_BALANCER] })
    const expected = { maximumPercent: 200, minimumHealthyPercent: 100, ...given, ...filled }
    const shown = await world.describe()
    expect(shown.deploymentConfiguration).toMatchObject(expected)
    expect(shown.loadBalancers).toEqual([LOAD_BALANCER])
    await world.clock.advance(60_000)
    expect((await world.newest()).deploymentConfiguration).toMatchObject(expected)
  })
})

describe('UpdateService', () => {
  const LINEAR = {
    strategy: 'LINEAR',
    bakeTimeInMinutes: 7,
    linearConfiguration: { stepPercent: 33, stepBakeTimeInMinutes: 9 },
    lifecycleHooks: [PAUSE, LAMBDA],
    deploymentCircuitBreaker: {
      enable: true,
      rollback: true,
      resetOnHealthyTask: false,
      thresholdConfiguration: { type: 'COUNT', value: 7 },
    },
  } as const

  test.each([
    ['nothing', {}, { ...LINEAR }],
    ['one member', { bakeTimeInMinutes: 8 }, { ...LINEAR, bakeTimeInMinutes: 8 }],
    [
      'part of a structure',
      { linearConfiguration: { stepPercent: 44 } },
      { linearConfiguration: { stepPercent: 44, stepBakeTimeInMinutes: 6 } },
    ],
    [
      'an empty structure',
      { linearConfiguration: {} },
      { linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 } },
    ],
    ['fewer hooks', { lifecycleHooks: [PAUSE] }, { lifecycleHooks: [PAUSE] }],
    ['no hooks', { lifecycleHooks: [] }, { lifecycleHooks: [] }],
    [
      'the circuit breaker, whose optional members stay',
      { deploymentCircuitBreaker: { enable: true, rollback: false } },
      { deploymentCircuitBreaker: { ...LINEAR.deploymentCircuitBreaker, rollback: false } },
    ],
  ])('given %s', async (_what, given, expected) => {
    await world.settle(LINEAR as unknown as DeploymentConfiguration)
    await world.update({ deploymentConfiguration: given })
    const { deploymentConfiguration } = await world.describe()
    expect(JSON.parse(JSON.stringify(deploymentConfiguration))).toMatchObject(
      JSON.parse(JSON.stringify(expected)) as object,
    )
    // Settings of deployments start none (API_UpdateService).
    expect(await world.deployments()).toHaveLength(1)
  })

  test('to another strategy forgets the steps of the one before', async () => {
    await world.settle({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 50 } })
    await world.update({ deploymentConfiguration: { strategy: 'CANARY' } })
    const { deploymentConfiguration } = await world.describe()
    expect(deploymentConfiguration).not.toHaveProperty('linearConfiguration')
    expect(deploymentConfiguration).toHaveProperty('canaryConfiguration')
  })

  test('that gives a service its second group starts a deployment', async () => {
    const { advancedConfiguration: _advanced, ...plain } = LOAD_BALANCER
    await world.create({ loadBalancers: [plain] })
    await world.clock.advance(120_000)
    await world.update({
      loadBalancers: [LOAD_BALANCER],
      deploymentConfiguration: { strategy: 'BLUE_GREEN' },
    })
    await world.clock.advance(120_000)
    expect(await world.newest()).toMatchObject({ status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' })
    expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
  })

  test('that fails to give a service its second group leaves the traffic in the first', async () => {
    const { advancedConfiguration: _advanced, ...plain } = LOAD_BALANCER
    await world.create({ loadBalancers: [plain] })
    await world.clock.advance(120_000)
    await world.release('better', {
      loadBalancers: [LOAD_BALANCER],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
    })
    await world.until('BAKE_TIME')
    expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
    await world.stop()
    await world.clock.advance(3000)
    expect(world.weights()).toEqual({ 'arn:blue': 100, 'arn:green': 0 })
  })
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ApplicationAutoScaling,
  type RegisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createAutoScaling } from '../../src/services/autoscaling/autoscaling.ts'
import { serve, type Served } from '../support/serve.ts'

const PLACE = { account: '123456789012', region: 'us-east-1' }
const ECS = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const
const LEDGER = { ...ECS, ResourceId: 'service/production/ledger' }

let clock: VirtualClock
let served: Served
let client: ApplicationAutoScaling
beforeEach(async () => {
  clock = new VirtualClock()
  served = await serve([createAutoScaling({ clock, place: PLACE })], clock)
  client = new ApplicationAutoScaling(served.client)
})
afterEach(() => {
  client.destroy()
  served.close()
})

const register = (
  name: string,
  more: Partial<RegisterScalableTargetCommandInput> = {},
): Promise<{ ScalableTargetARN?: string | undefined }> =>
  client.registerScalableTarget({
    ...ECS,
    ResourceId: `service/production/${name}`,
    MinCapacity: 1,
    MaxCapacity: 4,
    ...more,
  })

describe('scalable targets', () => {
  test('one is shown as it was registered', async () => {
    const { ScalableTargetARN } = await register('ledger')
    expect(ScalableTargetARN).toMatch(
      /^arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target\//,
    )
    const { ScalableTargets } = await client.describeScalableTargets({ ServiceNamespace: 'ecs' })
    expect(ScalableTargets).toEqual([
      {
        ...LEDGER,
        MinCapacity: 1,
        MaxCapacity: 4,
        RoleARN: expect.stringContaining('AWSServiceRoleForApplicationAutoScaling_ECSService'),
        CreationTime: new Date(clock.now()),
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
        ScalableTargetARN,
      },
    ])
  })

  test('registering again changes what it names', async () => {
    const first = await register('ledger')
    const again = await client.registerScalableTarget({
      ...LEDGER,
      MaxCapacity: 9,
      SuspendedState: { DynamicScalingInSuspended: true },
    })
    expect(again.ScalableTargetARN).toBe(first.ScalableTargetARN)
    const { ScalableTargets } = await client.describeScalableTargets({ ServiceNamespace: 'ecs' })
    expect(ScalableTargets).toHaveLength(1)
    expect(ScalableTargets?.[0]).toMatchObject({
      MinCapacity: 1,
      MaxCapacity: 9,
      SuspendedState: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: false },
    })
  })

  test.each<[string, Partial<RegisterScalableTargetCommandInput>, string]>([
    ['no capacity', { MinCapacity: undefined }, 'required when registering a new target'],
    ['less than nothing', { MinCapacity: -1 }, 'cannot be less than 0'],
    ['a maximum below the minimum', { MinCapacity: 5 }, 'cannot be less than minimum capacity'],
    ['what is no service', { ResourceId: 'ledger' }, 'Unsupported service namespace'],
    [
      'a dimension of another service',
      { ScalableDimension: 'dynamodb:table:ReadCapacityUnits' },
      'Unsupported service namespace',
    ],
    ['an unknown namespace', { ServiceNamespace: 'x' as 'ecs' }, 'enum value set'],
  ])('%s is refused', async (_what, more, message) => {
    await expect(register('ledger', more)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    })
  })

  test('they are found by namespace, resource and dimension, page by page', async () => {
    const names = ['a', 'b', 'c']
    for (const name of names) await register(name)
    const ServiceNamespace = 'ecs'
    const first = await client.describeScalableTargets({ ServiceNamespace, MaxResults: 2 })
    const second = await client.describeScalableTargets({
      ServiceNamespace,
      MaxResults: 2,
      NextToken: first.NextToken,
    })
    const pages = [first, second].map((page) => page.ScalableTargets?.map((t) => t.ResourceId))
    expect(pages).toEqual([
      ['service/production/a', 'service/production/b'],
      ['service/production/c'],
    ])
    expect(second.NextToken).toBeUndefined()
    const one = await client.describeScalableTargets({
      ...ECS,
      ResourceIds: ['service/production/b', 'service/production/x'],
    })
    expect(one.ScalableTargets?.map((each) => each.ResourceId)).toEqual(['service/production/b'])
    const none = await client.describeScalableTargets({ ServiceNamespace: 'dynamodb' })
    expect(none.ScalableTargets).toEqual([])
  })

  test.each<[string, object, string]>([
    ['a dimension alone', { ...ECS }, 'ValidationException'],
    ['a page of 51', { ServiceNamespace: 'ecs', MaxResults: 51 }, 'ValidationException'],
    ['a token of nobody', { ServiceNamespace: 'ecs', NextToken: 'x' }, 'InvalidNextTokenException'],
  ])('%s is refused', async (_what, input, name) => {
    await expect(
      client.describeScalableTargets({ ServiceNamespace: 'ecs', ...input }),
    ).rejects.toMatchObject({ name })
  })
})

describe('scaling policies', () => {
  const put = (PolicyName: string, TargetValue = 60): Promise<{ PolicyARN?: string | undefined }> =>
    client.putScalingPolicy({
      ...LEDGER,
      PolicyName,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ECSServiceAverageCPUUtilization',
        },
      },
    })

  test('one is kept under its name, and goes with its target', async () => {
    await register('ledger')
    const first = await put('cpu')
    expect((await put('cpu', 70)).PolicyARN).toBe(first.PolicyARN)
    await put('other')
    const find = async (): Promise<unknown[] | undefined> =>
      (await client.describeScalingPolicies({ ...LEDGER, PolicyNames: ['cpu'] })).ScalingPolicies
    expect(await find()).toMatchObject([
      {
        ...LEDGER,
        PolicyName: 'cpu',
        PolicyARN: first.PolicyARN,
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
      },
    ])
    await client.deleteScalingPolicy({ ...LEDGER, PolicyName: 'other' })
    await client.deregisterScalableTarget(LEDGER)
    expect(await find()).toEqual([])
  })

  test('they come ten at a time', async () => {
    await register('ledger')
    for (let index = 0; index < 11; index++) await put(`policy-${index}`)
    const { ScalingPolicies, NextToken } = await client.describeScalingPolicies(LEDGER)
    expect(ScalingPolicies).toHaveLength(10)
    const rest = await client.describeScalingPolicies({ ...LEDGER, NextToken })
    expect(rest.ScalingPolicies?.map((each) => each.PolicyName)).toEqual(['policy-10'])
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['a policy of no target', () => put('cpu'), 'No scalable target registered for'],
    [
      'no such target to deregister',
      () => client.deregisterScalableTarget(LEDGER),
      'No scalable target registered for',
    ],
    [
      'no such policy to delete',
      () => client.deleteScalingPolicy({ ...LEDGER, PolicyName: 'x' }),
      'No scaling policy found for',
    ],
  ])('%s is an ObjectNotFoundException', async (_what, run, message) => {
    await expect(run()).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      message: `${message} service namespace: ecs, resource ID: service/production/ledger, scalable dimension: ecs:service:DesiredCount`,
    })
  })
})

test('nothing is ever scaled', async () => {
  await register('ledger')
  const { ScalingActivities } = await client.describeScalingActivities({ ServiceNamespace: 'ecs' })
  expect(ScalingActivities).toEqual([])
})

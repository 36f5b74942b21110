import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import {
  createGroup,
  createStack,
  NO_GROUP,
  NO_LISTENER,
  virtualWorld,
  type World,
} from './test-elb.ts'

let world: World<VirtualClock>
let client: ElasticLoadBalancingV2
beforeEach(async () => {
  world = await virtualWorld()
  client = world.client
})
afterEach(() => world.close())

describe('what is not there', () => {
  const notFound = (what: string): string => `One or more ${what} not found`
  test.each<[keyof ElasticLoadBalancingV2, object, string, string]>([
    ['describeLoadBalancers', { Names: ['x'] }, 'LoadBalancer', notFound('load balancers')],
    ['describeTargetGroups', { Names: ['x'] }, 'TargetGroup', notFound('target groups')],
    [
      'describeTargetHealth',
      { TargetGroupArn: NO_GROUP },
      'TargetGroup',
      notFound('target groups'),
    ],
    [
      'registerTargets',
      { TargetGroupArn: NO_GROUP, Targets: [{ Id: '10.0.0.1' }] },
      'TargetGroup',
      notFound('target groups'),
    ],
    ['describeListeners', { ListenerArns: [NO_LISTENER] }, 'Listener', notFound('listeners')],
    ['deleteListener', { ListenerArn: NO_LISTENER }, 'Listener', notFound('listeners')],
    ['describeRules', { ListenerArn: NO_LISTENER }, 'Listener', notFound('listeners')],
    ['deleteRule', { RuleArn: NO_LISTENER }, 'Rule', notFound('rules')],
    ['describeTags', { ResourceArns: [NO_GROUP] }, 'TargetGroup', notFound('target groups')],
  ])('%s of nothing is a typed error', async (operation, input, name, message) => {
    const run = client[operation] as (input: object) => Promise<unknown>
    await expect(run.call(client, input)).rejects.toMatchObject({
      name: `${name}NotFoundException`,
      message,
      $metadata: { httpStatusCode: 400 },
    })
  })
})

test('lists are paged by marker, at most 400 at a time', async () => {
  for (let index = 0; index < 5; index++) await createGroup(world, `group-${index}`)
  const names: (string | undefined)[] = []
  let Marker: string | undefined
  let pages = 0
  do {
    const page = await client.describeTargetGroups({ PageSize: 2, ...(Marker ? { Marker } : {}) })
    names.push(...(page.TargetGroups ?? []).map((each) => each.TargetGroupName))
    Marker = page.NextMarker
    pages++
  } while (Marker !== undefined)
  expect(pages).toBe(3)
  expect(names).toEqual(['group-0', 'group-1', 'group-2', 'group-3', 'group-4'])
  await expect(client.describeTargetGroups({ PageSize: 401 })).rejects.toThrow(
    "Value '401' at 'PageSize' failed to satisfy constraint: Member must have value less than or equal to 400",
  )
  await expect(client.describeTargetGroups({ Marker: 'x' })).rejects.toThrow('Invalid marker')
})

test('a target group takes 1000 targets; what would be too many is not registered at all', async () => {
  const TargetGroupArn = await createGroup(world, 'web')
  const targets = (from: number, count: number): { Id: string; Port: number }[] =>
    Array.from({ length: count }, (_, index) => ({ Id: '10.0.0.1', Port: from + index }))
  await client.registerTargets({ TargetGroupArn, Targets: targets(1, 999) })
  await expect(
    client.registerTargets({ TargetGroupArn, Targets: targets(1000, 2) }),
  ).rejects.toMatchObject({ name: 'TooManyTargetsException' })
  await client.registerTargets({ TargetGroupArn, Targets: targets(999, 2) })
  const { TargetHealthDescriptions } = await client.describeTargetHealth({ TargetGroupArn })
  expect(TargetHealthDescriptions).toHaveLength(1000)
})

test('the quotas that are kept can be read', async () => {
  const { Limits } = await client.describeAccountLimits({})
  expect(Limits).toContainEqual({ Name: 'rules-per-application-load-balancer', Max: '100' })
})

test('every kind of resource has tags', async () => {
  const { loadBalancer, group, listener } = await createStack(world)
  const { Rules } = await client.describeRules({ ListenerArn: listener.arn })
  const ResourceArns = [loadBalancer, group, listener.arn, Rules?.[0]?.RuleArn ?? '']
  await client.addTags({ ResourceArns, Tags: [{ Key: 'team', Value: 'a' }, { Key: 'app' }] })
  await client.addTags({ ResourceArns: [group], Tags: [{ Key: 'team', Value: 'b' }] })
  await client.removeTags({ ResourceArns, TagKeys: ['app'] })
  const { TagDescriptions } = await client.describeTags({ ResourceArns })
  expect(TagDescriptions?.map(({ ResourceArn, Tags }) => [ResourceArn, Tags])).toEqual(
    ResourceArns.map((arn) => [arn, [{ Key: 'team', Value: arn === group ? 'b' : 'a' }]]),
  )
})

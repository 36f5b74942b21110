import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createGroup, createStack, virtualWorld, type World } from './test-elb.ts'

let world: World<VirtualClock>
let client: ElasticLoadBalancingV2
beforeEach(async () => {
  world = await virtualWorld()
  client = world.client
})
afterEach(() => world.close())

const GROUP = { Protocol: 'HTTP', Port: 3000, VpcId: 'vpc-1', TargetType: 'ip' } as const

test("one gets AWS's defaults for its health checks", async () => {
  const { TargetGroups } = await client.createTargetGroup({ Name: 'web', ...GROUP })
  expect(TargetGroups?.[0]).toMatchObject({
    TargetGroupArn: expect.stringMatching(/:targetgroup\/web\/[0-9a-f]{16}$/),
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    HealthCheckPath: '/',
    Matcher: { HttpCode: '200' },
  })
  const { Attributes } = await client.describeTargetGroupAttributes({
    TargetGroupArn: TargetGroups?.[0]?.TargetGroupArn,
  })
  expect(Attributes).toContainEqual({
    Key: 'deregistration_delay.timeout_seconds',
    Value: '300',
  })
})

test.each<[string, object, string]>([
  ['an interval below 5', { HealthCheckIntervalSeconds: 4 }, 'greater than or equal to 5'],
  ['an interval above 300', { HealthCheckIntervalSeconds: 301 }, 'less than or equal to 300'],
  ['a timeout below 2', { HealthCheckTimeoutSeconds: 1 }, 'greater than or equal to 2'],
  ['a timeout above 120', { HealthCheckTimeoutSeconds: 121 }, 'less than or equal to 120'],
  ['a threshold below 2', { HealthyThresholdCount: 1 }, 'greater than or equal to 2'],
  ['a threshold above 10', { UnhealthyThresholdCount: 11 }, 'less than or equal to 10'],
  [
    'a timeout that is not shorter than the interval',
    { HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10 },
    "Health check timeout '10' must be smaller than the interval '10'",
  ],
  ['a matcher beyond 499', { Matcher: { HttpCode: '200-500' } }, "must be within '200-499'"],
  ['a matcher that is no code', { Matcher: { HttpCode: '2xx' } }, "must be within '200-499'"],
  ['a path without a slash', { HealthCheckPath: 'health' }, "must begin with a '/'"],
  ['a check port that is none', { HealthCheckPort: 'http' }, "must be 'traffic-port'"],
  ['port 0', { Port: 0 }, 'greater than or equal to 1'],
  ['a long name', { Name: 'a'.repeat(33) }, "cannot be longer than '32' characters"],
  ['a name with a dot', { Name: 'a.b' }, 'can only contain characters that are alphanumeric'],
  ['a name that begins with a hyphen', { Name: '-a' }, "cannot begin or end with '-'"],
  ['an unknown target type', { TargetType: 'vm' }, 'enum value set'],
])('%s is refused', async (_what, settings, message) => {
  await expect(
    client.createTargetGroup({ Name: 'web', ...GROUP, ...settings }),
  ).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining(message) })
  expect((await client.describeTargetGroups({})).TargetGroups).toEqual([])
})

test('ModifyTargetGroup changes what it names and checks it', async () => {
  const TargetGroupArn = await createGroup(world, 'web')
  const { TargetGroups } = await client.modifyTargetGroup({
    TargetGroupArn,
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 15,
  })
  expect(TargetGroups?.[0]).toMatchObject({
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 15,
    HealthyThresholdCount: 2,
  })
  await expect(
    client.modifyTargetGroup({ TargetGroupArn, HealthCheckTimeoutSeconds: 15 }),
  ).rejects.toThrow("Health check timeout '15' must be smaller than the interval '15'")
})

test.each(['-1', '3601', 'soon', ''])(
  'a deregistration delay of "%s" is refused',
  async (Value) => {
    const TargetGroupArn = await createGroup(world, 'web')
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value }]
    await expect(
      client.modifyTargetGroupAttributes({ TargetGroupArn, Attributes }),
    ).rejects.toMatchObject({ name: 'ValidationError' })
  },
)

test('one is found by ARN, name and load balancer, and says which load balancer uses it', async () => {
  const { group, loadBalancer } = await createStack(world)
  const unused = await createGroup(world, 'unused')
  const arnsBy = async (input: object): Promise<(string | undefined)[] | undefined> =>
    (await client.describeTargetGroups(input)).TargetGroups?.map((each) => each.TargetGroupArn)
  expect(await arnsBy({})).toEqual([group, unused])
  expect(await arnsBy({ Names: ['unused'] })).toEqual([unused])
  expect(await arnsBy({ TargetGroupArns: [group] })).toEqual([group])
  expect(await arnsBy({ LoadBalancerArn: loadBalancer })).toEqual([group])
  const { TargetGroups } = await client.describeTargetGroups({})
  expect(TargetGroups?.map((each) => each.LoadBalancerArns)).toEqual([[loadBalancer], []])
})

test('one that a listener or a rule uses cannot be deleted', async () => {
  const { group, listener } = await createStack(world)
  await expect(client.deleteTargetGroup({ TargetGroupArn: group })).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: `Target group '${group}' is currently in use by a listener or a rule`,
  })
  await client.deleteListener({ ListenerArn: listener.arn })
  await client.deleteTargetGroup({ TargetGroupArn: group })
  await expect(client.describeTargetGroups({ TargetGroupArns: [group] })).rejects.toMatchObject({
    name: 'TargetGroupNotFoundException',
  })
})

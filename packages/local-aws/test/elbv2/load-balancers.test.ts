import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createLoadBalancer, createStack, SUBNETS, virtualWorld, type World } from './test-elb.ts'

let world: World<VirtualClock>
let client: ElasticLoadBalancingV2
beforeEach(async () => {
  world = await virtualWorld()
  client = world.client
})
afterEach(() => world.close())

test('one is active at once, with an ARN, a name and a zone as AWS makes them', async () => {
  const { LoadBalancers } = await client.createLoadBalancer({ Name: 'web', Subnets: SUBNETS })
  expect(LoadBalancers?.[0]).toMatchObject({
    LoadBalancerArn: expect.stringMatching(
      /^arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer\/app\/web\/[0-9a-f]{16}$/,
    ),
    DNSName: expect.stringMatching(/^web-\d{10}\.us-east-1\.elb\.amazonaws\.com$/),
    CanonicalHostedZoneId: expect.any(String),
    CreatedTime: new Date(world.clock.now()),
    Scheme: 'internet-facing',
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: [
      { SubnetId: 'subnet-1', ZoneName: 'us-east-1a' },
      { SubnetId: 'subnet-2', ZoneName: 'us-east-1b' },
    ],
  })
})

test('an internal one, and a network one, are named as such', async () => {
  const internal = await client.createLoadBalancer({
    Name: 'inner',
    Scheme: 'internal',
    SubnetMappings: SUBNETS.map((SubnetId) => ({ SubnetId })),
  })
  expect(internal.LoadBalancers?.[0]?.DNSName).toMatch(/^internal-inner-/)
  const network = await client.createLoadBalancer({
    Name: 'net',
    Type: 'network',
    Subnets: ['subnet-1'],
  })
  expect(network.LoadBalancers?.[0]?.LoadBalancerArn).toContain(':loadbalancer/net/net/')
})

test('creating the same one again gives the first; with other settings it is refused', async () => {
  const first = await createLoadBalancer(world)
  expect(await createLoadBalancer(world)).toBe(first)
  await expect(
    client.createLoadBalancer({ Name: 'web', Subnets: SUBNETS, Scheme: 'internal' }),
  ).rejects.toMatchObject({
    name: 'DuplicateLoadBalancerNameException',
    message: "A load balancer with the same name 'web' exists, but with different settings",
  })
})

test('attributes have defaults, change by key, and unknown keys are refused', async () => {
  const LoadBalancerArn = await createLoadBalancer(world)
  const valueOf = async (key: string): Promise<string | undefined> => {
    const { Attributes } = await client.describeLoadBalancerAttributes({ LoadBalancerArn })
    return Attributes?.find(({ Key }) => Key === key)?.Value
  }
  expect(await valueOf('idle_timeout.timeout_seconds')).toBe('60')
  await client.modifyLoadBalancerAttributes({
    LoadBalancerArn,
    Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '5' }],
  })
  expect(await valueOf('idle_timeout.timeout_seconds')).toBe('5')
  await expect(
    client.modifyLoadBalancerAttributes({
      LoadBalancerArn,
      Attributes: [{ Key: 'idle.timeout', Value: '5' }],
    }),
  ).rejects.toThrow("Load balancer attribute key 'idle.timeout' is not recognized")
})

test('deletion takes the listeners along, unless it is protected', async () => {
  const { loadBalancer, listener } = await createStack(world)
  const protect = (Value: string): Promise<unknown> =>
    client.modifyLoadBalancerAttributes({
      LoadBalancerArn: loadBalancer,
      Attributes: [{ Key: 'deletion_protection.enabled', Value }],
    })
  await protect('true')
  await expect(client.deleteLoadBalancer({ LoadBalancerArn: loadBalancer })).rejects.toMatchObject({
    name: 'OperationNotPermittedException',
  })
  await protect('false')
  await client.deleteLoadBalancer({ LoadBalancerArn: loadBalancer })
  await client.deleteLoadBalancer({ LoadBalancerArn: loadBalancer })
  await expect(client.describeListeners({ ListenerArns: [listener.arn] })).rejects.toMatchObject({
    name: 'ListenerNotFoundException',
  })
  expect(world.elb.addresses()).toEqual([])
})

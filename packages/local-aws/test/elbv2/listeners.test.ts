import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import {
  createLoadBalancer,
  createListener,
  createStack,
  makeWorld,
  NO_GROUP,
  NO_LISTENER,
  startTarget,
  virtualWorld,
  type Stack,
  type World,
} from './test-elb.ts'

let world: World<VirtualClock>
let stack: Stack
let client: ElasticLoadBalancingV2
beforeEach(async () => {
  world = await virtualWorld()
  client = world.client
  stack = await createStack(world)
})
afterEach(() => world.close())

const create = (more: object): Promise<unknown> =>
  client.createListener({
    LoadBalancerArn: stack.loadBalancer,
    Protocol: 'HTTP',
    Port: 81,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: stack.group }],
    ...more,
  })
const groups = (count: number): object[] =>
  Array.from({ length: count }, () => ({ TargetGroupArn: stack.group }))

test.each<[string, () => object, string, string]>([
  [
    'a port twice',
    () => ({ Port: 80 }),
    'DuplicateListenerException',
    'already exists on this port',
  ],
  ['port 65536', () => ({ Port: 65_536 }), 'ValidationError', 'less than or equal to 65535'],
  ['no port', () => ({ Port: undefined }), 'ValidationError', 'A listener port must be specified'],
  ['HTTPS', () => ({ Protocol: 'HTTPS' }), 'ValidationError', 'HTTP listeners only'],
  [
    'no such group',
    () => ({ DefaultActions: [{ Type: 'forward', TargetGroupArn: NO_GROUP }] }),
    'TargetGroupNotFoundException',
    'One or more target groups not found',
  ],
  [
    'a weight of 1000',
    () => ({
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: stack.group, Weight: 1000 }] },
        },
      ],
    }),
    'ValidationError',
    'less than or equal to 999',
  ],
  [
    'six groups in one action',
    () => ({ DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups: groups(6) } }] }),
    'ValidationError',
    'more than 5',
  ],
  ['no action', () => ({ DefaultActions: [] }), 'ValidationError', 'exactly one action'],
  [
    'a fixed response of 302',
    () => ({
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '302' } }],
    }),
    'ValidationError',
    'regular expression',
  ],
])('%s is refused', async (_what, more, name, message) => {
  await expect(create(more())).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message),
  })
  expect(world.elb.addresses()).toHaveLength(1)
})

test('a target group belongs to one load balancer', async () => {
  const other = await createLoadBalancer(world, 'other')
  await expect(create({ LoadBalancerArn: other })).rejects.toMatchObject({
    name: 'TargetGroupAssociationLimitException',
    message: `The following target groups cannot be associated with more than one load balancer: ${stack.group}`,
  })
})

test('DescribeListeners wants one of its two names', async () => {
  await expect(client.describeListeners({})).rejects.toThrow(
    'You must specify either listener ARNs or a load balancer ARN',
  )
})

test('where it really is, is told by ARN, and for all', async () => {
  const { arn, port } = stack.listener
  expect(world.elb.addresses()).toEqual([
    { listenerArn: arn, loadBalancer: 'web', port: 80, url: `http://127.0.0.1:${port}` },
  ])
  expect(world.elb.listenerAddress(arn)).toEqual({ host: '127.0.0.1', port })
  expect(() => world.elb.listenerAddress(NO_LISTENER)).toThrow('One or more listeners not found')
})

test('a listener can be given its real port; one that is taken is refused', async () => {
  const taken = await startTarget()
  const asked: unknown[] = []
  const own = await makeWorld(world.clock, {
    listenPort: (name, port) => {
      asked.push([name, port])
      return taken.target.dial.port
    },
  })
  const loadBalancer = await createLoadBalancer(own)
  await expect(
    createListener(own, loadBalancer, [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } },
    ]),
  ).rejects.toThrow(`Port ${taken.target.dial.port} of this machine is taken`)
  expect(asked).toEqual([['web', 80]])
  expect(own.elb.addresses()).toEqual([])
  taken.close()
  await own.close()
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import {
  ask,
  createGroup,
  createListener,
  createStack,
  registerHealthy,
  startTarget,
  virtualWorld,
  type Recorded,
  type Stack,
  type TestTarget,
  type World,
} from './test-elb.ts'

let world: World<VirtualClock>
let stack: Stack
let balancer: string
let group: string
const targets: TestTarget[] = []
beforeEach(async () => {
  world = await virtualWorld()
  stack = await createStack(world)
  balancer = stack.loadBalancer.split(':loadbalancer/')[1] ?? ''
  group = stack.group.split(':').at(-1) ?? ''
})
afterEach(async () => {
  for (const target of targets.splice(0)) target.close()
  await world.close()
})

/** `name value`, under the dimensions that are given. */
const recorded = (dimensions: Recorded['dimensions']): string[] =>
  world.metrics
    .filter((each) => JSON.stringify(each.dimensions) === JSON.stringify(dimensions))
    .map(({ name, value }) => `${name} ${value}`)
const ofBalancer = (): string[] => recorded({ LoadBalancer: balancer })
const ofGroup = (): string[] => recorded({ TargetGroup: group, LoadBalancer: balancer })

test('the dimensions are the ends of the ARNs', () => {
  expect(balancer).toMatch(/^app\/web\/[0-9a-f]{16}$/)
  expect(group).toMatch(/^targetgroup\/web\/[0-9a-f]{16}$/)
})

test.each([200, 302, 404, 503])(
  'an answer of %i is counted twice: for the load balancer, and with its target group',
  async (status) => {
    const target = await startTarget((_request, response) => {
      response.writeHead(status, { 'x-virtual-latency-ms': '6000' }).end()
    })
    targets.push(target)
    await registerHealthy(world, stack.group, target)
    await ask(stack.listener.port)
    const expected = [
      'RequestCount 1',
      'TargetResponseTime 6',
      `HTTPCode_Target_${Math.floor(status / 100)}XX_Count 1`,
    ]
    expect(ofBalancer()).toEqual(expected)
    expect(ofGroup()).toEqual(expected)
    expect(new Set(world.metrics.map(({ unit }) => unit))).toEqual(new Set(['Count', 'Seconds']))
  },
)

test.each(['-5', 'soon', ''])('a declared latency of "%s" adds nothing', async (latency) => {
  const target = await startTarget((_request, response) => {
    response.writeHead(200, { 'x-virtual-latency-ms': latency }).end()
  })
  targets.push(target)
  await registerHealthy(world, stack.group, target)
  await ask(stack.listener.port)
  expect(ofGroup()).toContain('TargetResponseTime 0')
})

test('errors of the load balancer itself are counted for it alone', async () => {
  await ask(stack.listener.port)
  expect(ofBalancer()).toEqual(['HTTPCode_ELB_5XX_Count 1', 'HTTPCode_ELB_503_Count 1'])
  expect(ofGroup()).toEqual([])
})

test('fixed answers and redirects are counted as such, not as requests', async () => {
  const fixed = await createListener(
    world,
    stack.loadBalancer,
    [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
    81,
  )
  const redirect = await createListener(
    world,
    stack.loadBalancer,
    [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }],
    82,
  )
  await ask(fixed.port)
  await ask(redirect.port)
  expect(ofBalancer()).toEqual(['HTTP_Fixed_Response_Count 1', 'HTTP_Redirect_Count 1'])
})

describe('hosts, once a minute', () => {
  test('healthy and unhealthy ones are counted, draining ones are neither', async () => {
    for (const status of [200, 200, 503]) {
      const target = await startTarget(undefined, (_request, response) =>
        response.writeHead(status).end(),
      )
      targets.push(target)
      world.elb.targetGroups.register(stack.group, target.target)
    }
    await world.clock.advance(60_000)
    expect(ofGroup()).toEqual(['HealthyHostCount 2', 'UnHealthyHostCount 1'])
    const [first] = targets
    if (first) void world.elb.targetGroups.deregister(stack.group, first.target)
    await world.client.modifyTargetGroupAttributes({
      TargetGroupArn: stack.group,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }],
    })
    await world.clock.advance(60_000)
    expect(ofGroup().slice(2)).toEqual(['HealthyHostCount 1', 'UnHealthyHostCount 1'])
  })

  test('nothing is told of a group without targets, or that no listener uses', async () => {
    const spare = await createGroup(world, 'spare')
    const target = await startTarget()
    targets.push(target)
    world.elb.targetGroups.register(spare, target.target)
    await world.clock.advance(180_000)
    expect(world.metrics).toEqual([])
  })
})

test('health checks are not counted', async () => {
  const target = await startTarget()
  targets.push(target)
  await registerHealthy(world, stack.group, target)
  await world.clock.advance(40_000)
  expect(target.checks.length).toBeGreaterThan(3)
  expect(world.metrics).toEqual([])
})

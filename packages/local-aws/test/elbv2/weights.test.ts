import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import {
  ask,
  createGroup,
  createListener,
  createLoadBalancer,
  registerHealthy,
  startNamed,
  tally,
  virtualWorld,
  type TestTarget,
  type World,
} from './test-elb.ts'

let world: World<VirtualClock>
let loadBalancer: string
let blue: string
let green: string
const targets: TestTarget[] = []
beforeEach(async () => {
  world = await virtualWorld()
  loadBalancer = await createLoadBalancer(world)
  blue = await createGroup(world, 'blue')
  green = await createGroup(world, 'green')
})
afterEach(async () => {
  for (const target of targets.splice(0)) target.close()
  await world.close()
})

async function start(name: string): Promise<TestTarget> {
  const target = await startNamed(name)
  targets.push(target)
  return target
}

const weighted = (groups: Readonly<Record<string, number>>): Action[] => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: Object.entries(groups).map(([TargetGroupArn, Weight]) => ({
        TargetGroupArn,
        Weight,
      })),
    },
  },
]

test.each<[number, number, number, object]>([
  [90, 10, 10, { blue: 9, green: 1 }],
  [90, 10, 50, { blue: 45, green: 5 }],
  [1, 1, 10, { blue: 5, green: 5 }],
  [2, 1, 9, { blue: 6, green: 3 }],
  [999, 0, 10, { blue: 10 }],
  [0, 100, 10, { green: 10 }],
])('of weights %i and %i share %i requests exactly', async (a, b, count, shares) => {
  const { port } = await createListener(world, loadBalancer, weighted({ [blue]: a, [green]: b }))
  await registerHealthy(world, blue, await start('blue'))
  await registerHealthy(world, green, await start('green'))
  expect(await tally(port, count)).toEqual(shares)
})

test('changed weights hold from the next request on', async () => {
  const listener = await createListener(world, loadBalancer, weighted({ [blue]: 90, [green]: 10 }))
  await registerHealthy(world, blue, await start('blue'))
  await registerHealthy(world, green, await start('green'))
  await tally(listener.port, 3)
  await world.client.modifyListener({
    ListenerArn: listener.arn,
    DefaultActions: weighted({ [blue]: 1, [green]: 1 }),
  })
  expect(await tally(listener.port, 4)).toEqual({ blue: 2, green: 2 })
})

test('weights of 0 alone leave nobody to ask', async () => {
  const { port } = await createListener(world, loadBalancer, weighted({ [blue]: 0, [green]: 0 }))
  await registerHealthy(world, blue, await start('blue'))
  expect((await ask(port)).status).toBe(503)
})

test('ask their targets in turn', async () => {
  const { port } = await createListener(world, loadBalancer, weighted({ [blue]: 1 }))
  await registerHealthy(world, blue, await start('a'), await start('b'), await start('c'))
  expect(await tally(port, 9)).toEqual({ a: 3, b: 3, c: 3 })
})

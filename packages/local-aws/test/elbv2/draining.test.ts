import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { ScaledClock } from '../../src/clock/scaled-clock.ts'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import type { Clock } from '../../src/clock/clock.ts'
import {
  ask,
  createStack,
  gate,
  healthOf,
  makeWorld,
  registerHealthy,
  startNamed,
  startTarget,
  tally,
  type Answer,
  type Ask,
  type Program,
  type Stack,
  type TestTarget,
  type World,
} from './test-elb.ts'

const targets: TestTarget[] = []
const worlds: World<Clock>[] = []
afterEach(async () => {
  for (const target of targets.splice(0)) target.close()
  for (const world of worlds.splice(0)) await world.close()
})

async function make<C extends Clock>(clock: C): Promise<{ world: World<C>; stack: Stack }> {
  const world = await makeWorld(clock)
  worlds.push(world)
  return { world, stack: await createStack(world) }
}

const countOf = (world: World<Clock>, name: string): number =>
  world.metrics.filter((each) => each.name === name && !('TargetGroup' in each.dimensions)).length

describe('a target that leaves', () => {
  let world: World<VirtualClock>
  let stack: Stack
  beforeEach(async () => {
    ;({ world, stack } = await make(new VirtualClock()))
  })

  test('gets no new request from that moment on, and drains for the whole delay', async () => {
    const [leaving, staying] = [await startNamed('leaving'), await startNamed('staying')]
    targets.push(leaving, staying)
    await registerHealthy(world, stack.group, leaving, staying)
    expect(await tally(stack.listener.port, 4)).toEqual({ leaving: 2, staying: 2 })

    let isGone = false
    const gone = world.elb.targetGroups.deregister(stack.group, leaving.target).then(() => {
      isGone = true
    })
    expect(await tally(stack.listener.port, 4)).toEqual({ staying: 4 })
    expect(await healthOf(world, stack.group)).toEqual([
      {
        State: 'draining',
        Reason: 'Target.DeregistrationInProgress',
        Description: 'Target deregistration is in progress',
      },
      { State: 'healthy' },
    ])
    const checksBefore = leaving.checks.length
    await world.clock.advance(19_999)
    expect(isGone).toBe(false)
    await world.clock.advance(1)
    await gone
    expect(leaving.checks).toHaveLength(checksBefore)
    expect(world.elb.targetGroups.health(stack.group, leaving.target)).toBeUndefined()
    expect(await healthOf(world, stack.group)).toEqual([{ State: 'healthy' }])
  })

  test('finishes the request that it has', async () => {
    const [arrived, release] = [gate(), gate()]
    const leaving = await startTarget(async (_request, response) => {
      arrived.open()
      await release.opened
      response.end('finished')
    })
    targets.push(leaving)
    await registerHealthy(world, stack.group, leaving)
    const asking = ask(stack.listener.port)
    await arrived.opened
    const gone = world.elb.targetGroups.deregister(stack.group, leaving.target)
    release.open()
    expect(await asking).toMatchObject({ status: 200, body: 'finished' })
    await world.clock.advance(20_000)
    await gone
  })

  test('leaves 503 behind when it was the last', async () => {
    const leaving = await startNamed('leaving')
    targets.push(leaving)
    await registerHealthy(world, stack.group, leaving)
    void world.elb.targetGroups.deregister(stack.group, leaving.target)
    expect((await ask(stack.listener.port)).status).toBe(503)
  })

  test('is told twice: both wait for the same end', async () => {
    const leaving = await startNamed('leaving')
    targets.push(leaving)
    await registerHealthy(world, stack.group, leaving)
    const first = world.elb.targetGroups.deregister(stack.group, leaving.target)
    await world.clock.advance(15_000)
    const second = world.elb.targetGroups.deregister(stack.group, leaving.target)
    await world.clock.advance(5_000)
    await Promise.all([first, second])
    await world.elb.targetGroups.deregister(stack.group, leaving.target)
  })

  test('may come back before it is gone, as a new target, and stays', async () => {
    const target = await startNamed('back')
    targets.push(target)
    await registerHealthy(world, stack.group, target)
    const gone = world.elb.targetGroups.deregister(stack.group, target.target)
    await world.clock.advance(5_000)
    world.elb.targetGroups.register(stack.group, target.target)
    expect((await healthOf(world, stack.group))[0]?.State).toBe('initial')
    await world.clock.advance(60_000)
    await gone
    expect(await healthOf(world, stack.group)).toEqual([{ State: 'healthy' }])
    expect(await tally(stack.listener.port, 2)).toEqual({ back: 2 })
  })

  test('deregistered through the API is answered at once', async () => {
    const leaving = await startNamed('leaving')
    targets.push(leaving)
    await registerHealthy(world, stack.group, leaving)
    const { id: Id, port: Port } = leaving.target
    const input = { TargetGroupArn: stack.group, Targets: [{ Id, Port }, { Id: '10.9.9.9' }] }
    await world.client.deregisterTargets(input)
    expect((await healthOf(world, stack.group))[0]?.State).toBe('draining')
    await world.clock.advance(20_000)
    expect(await healthOf(world, stack.group)).toEqual([])
  })
})

// The virtual clock does not move while a request is on its way; here it has to. A target without its first check gets
// requests when there is no other.
describe('a request that is still on its way when the delay is over', () => {
  const holding = async (
    clock: ScaledClock,
    given: Ask,
  ): Promise<{
    world: World<ScaledClock>
    target: TestTarget
    answer: Promise<Answer>
    release: () => void
    setDelay: (seconds: number) => Promise<unknown>
    deregister: () => Promise<void>
  }> => {
    const { world, stack } = await make(clock)
    const [arrived, release] = [gate(), gate()]
    const target = await startTarget(async (_request, response) => {
      arrived.open()
      await release.opened
      response.end('finished')
    })
    targets.push(target)
    world.elb.targetGroups.register(stack.group, target.target)
    const answer = ask(stack.listener.port, given)
    await arrived.opened
    return {
      world,
      target,
      answer,
      release: release.open,
      setDelay: (seconds) =>
        world.client.modifyTargetGroupAttributes({
          TargetGroupArn: stack.group,
          Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(seconds) }],
        }),
      deregister: () => world.elb.targetGroups.deregister(stack.group, target.target),
    }
  }

  test.each<[string, Ask]>([
    ['GET', {}],
    ['POST', { method: 'POST', body: 'x' }],
  ])('gets a 502: %s', async (_method, given) => {
    const held = await holding(new ScaledClock(1), given)
    await held.setDelay(0)
    await held.deregister()
    expect((await held.answer).status).toBe(502)
    expect(held.target.seen).toHaveLength(1)
    expect(countOf(held.world, 'HTTPCode_ELB_502_Count')).toBe(1)
  })

  test('has two seconds on the wall under a fast clock, and the target leaves as soon as it is answered', async () => {
    const held = await holding(new ScaledClock(1000), {})
    const startedAt = held.world.clock.now()
    const gone = held.deregister()
    await held.world.clock.sleep(30_000)
    held.release()
    expect(await held.answer).toMatchObject({ status: 200, body: 'finished' })
    await gone
    expect(held.world.clock.now() - startedAt).toBeLessThan(2_000_000)
  })
})

/** Registers a target and waits until its first check has passed. */
async function isHealthy(world: World<Clock>, group: string, target: TestTarget): Promise<void> {
  const { opened, open } = gate()
  world.elb.targetGroups.onHealthCheck((_arn, { id }, { State }) => {
    if (id === target.target.id && State === 'healthy') open()
  })
  world.elb.targetGroups.register(group, target.target)
  await opened
}

/** A program that closes each connection a millisecond after its last answer, as those with short keep-alives do. */
function closesIdleConnections(): Program {
  const closing = new WeakMap<Socket, NodeJS.Timeout>()
  return ({ socket }, response) => {
    clearTimeout(closing.get(socket))
    response.once('finish', () => {
      closing.set(
        socket,
        setTimeout(() => socket.destroy(), 1),
      )
    })
    response.end('ok')
  }
}

test('a rolling release under steady load loses no request, though every leaving task dies at once', async () => {
  const RELEASES = 8
  const { world, stack } = await make(new ScaledClock(200))
  const startTask = async (release: number): Promise<TestTarget> => {
    const task = await startTarget(release % 2 === 0 ? closesIdleConnections() : undefined)
    targets.push(task)
    return task
  }
  let running = await startTask(0)
  await isHealthy(world, stack.group, running)

  let isOver = false
  let sent = 0
  const answers: Record<string, number> = {}
  const agent = new Agent({ keepAlive: true })
  const user = async (method: string): Promise<void> => {
    while (!isOver) {
      sent++
      const given = method === 'POST' ? { method, body: 'x', agent } : { method, agent }
      const { status, body } = await ask(stack.listener.port, given)
      const answer = `${status} ${body}`
      answers[answer] = (answers[answer] ?? 0) + 1
    }
  }
  const users = ['GET', 'GET', 'GET', 'POST'].map(user)
  for (let release = 1; release <= RELEASES; release++) {
    const next = await startTask(release)
    await isHealthy(world, stack.group, next)
    await world.elb.targetGroups.deregister(stack.group, running.target)
    running.close()
    running = next
  }
  isOver = true
  await Promise.all(users)
  agent.destroy()

  expect(answers).toEqual({ '200 ok': sent })
  expect(targets.every(({ seen }) => seen.length > 0)).toBe(true)
  expect(countOf(world, 'RequestCount')).toBe(sent)
  expect(countOf(world, 'HTTPCode_Target_2XX_Count')).toBe(sent)
})

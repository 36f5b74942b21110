import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { matches } from '../../src/services/elbv2/health-checks.ts'
import {
  createGroup,
  createListener,
  createStack,
  healthOf,
  registerHealthy,
  startTarget,
  virtualWorld,
  type Program,
  type TestTarget,
  type World,
} from './test-elb.ts'

let world: World<VirtualClock>
const targets: TestTarget[] = []
beforeEach(async () => {
  world = await virtualWorld()
})
afterEach(async () => {
  for (const target of targets.splice(0)) target.close()
  await world.close()
})

async function start(health?: Program): Promise<TestTarget> {
  const target = await startTarget(undefined, health)
  targets.push(target)
  return target
}

/** Answers its checks as the letters say, one each: `p` passes, `f` fails; the last one stays. */
function byLetters(letters: string): Program {
  let next = 0
  return (_request, response) => {
    const letter = letters[Math.min(next++, letters.length - 1)]
    response.writeHead(letter === 'p' ? 200 : 503).end()
  }
}

describe('the state after each check', () => {
  test.each<[string, string, { healthy?: number; unhealthy?: number }, string]>([
    ['a new target is healthy after one passed check', 'p', { healthy: 5 }, 'H'],
    ['a new target is unhealthy at the threshold', 'fff', { unhealthy: 3 }, 'I I U'],
    ['a new target may pass late', 'fp', { unhealthy: 3 }, 'I H'],
    ['one failure does not count', 'pfpf', { unhealthy: 2 }, 'H H H H'],
    ['failures in a row do', 'pff', { unhealthy: 2 }, 'H H U'],
    ['an unhealthy one has to pass in a row', 'ffpfppp', { healthy: 3 }, 'I U U U U U H'],
    ['and is unhealthy at once never again', 'ffppf', { healthy: 2 }, 'I U U H H'],
  ])('%s', async (_rule, letters, { healthy = 2, unhealthy = 2 }, states) => {
    const { group } = await createStack(world, {
      HealthyThresholdCount: healthy,
      UnhealthyThresholdCount: unhealthy,
    })
    world.elb.targetGroups.register(group, (await start(byLetters(letters))).target)
    expect((await healthOf(world, group))[0]).toEqual({
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    })
    const seen: (string | undefined)[] = []
    await world.clock.advance(1_000)
    for (let index = 0; index < letters.length; index++) {
      seen.push((await healthOf(world, group))[0]?.State?.[0]?.toUpperCase())
      await world.clock.advance(10_000)
    }
    expect(seen.join(' ')).toBe(states)
  })

  test('while it is not known, its first failures are told as initial checks', async () => {
    const { group } = await createStack(world)
    world.elb.targetGroups.register(group, (await start(byLetters('f'))).target)
    await world.clock.advance(1_000)
    expect((await healthOf(world, group))[0]).toEqual({
      State: 'initial',
      Reason: 'Elb.InitialHealthChecking',
      Description: 'Initial health checks in progress',
    })
  })

  test('a healthy one has no reason', async () => {
    const { group } = await createStack(world)
    await registerHealthy(world, group, await start())
    expect((await healthOf(world, group))[0]).toEqual({ State: 'healthy' })
  })
})

describe('why a target is unhealthy', () => {
  test.each<[string, Program, string, string]>([
    [
      'another status',
      (_request, response) => response.writeHead(418).end(),
      'Target.ResponseCodeMismatch',
      'Health checks failed with these codes: [418]',
    ],
    [
      'a closed connection',
      (request) => request.socket.destroy(),
      'Target.FailedHealthChecks',
      'Health checks failed',
    ],
    [
      'no HTTP',
      (request) => request.socket.end('hello\r\n\r\n'),
      'Target.FailedHealthChecks',
      'Health checks failed',
    ],
    [
      'an upgrade nobody asked for',
      (request) =>
        request.socket.end('HTTP/1.1 101 Up\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      'Target.FailedHealthChecks',
      'Health checks failed',
    ],
  ])('%s', async (_what, health, Reason, Description) => {
    const { group } = await createStack(world)
    world.elb.targetGroups.register(group, (await start(health)).target)
    await world.clock.advance(11_000)
    expect(await healthOf(world, group)).toEqual([{ State: 'unhealthy', Reason, Description }])
  })

  test('nobody listens', async () => {
    const { group } = await createStack(world)
    const gone = await start()
    gone.close()
    world.elb.targetGroups.register(group, gone.target)
    await world.clock.advance(11_000)
    expect((await healthOf(world, group))[0]?.Reason).toBe('Target.FailedHealthChecks')
  })

  // The shortest time-out that AWS has is 2 seconds, and a socket waits for it on the wall.
  test('no answer in time', async () => {
    const { group } = await createStack(world, { HealthCheckTimeoutSeconds: 2 })
    let checks = 0
    const silentSecond: Program = (_request, response) => {
      if (checks++ === 0) response.writeHead(503).end()
    }
    world.elb.targetGroups.register(group, (await start(silentSecond)).target)
    await world.clock.advance(11_000)
    expect(await healthOf(world, group)).toEqual([
      { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' },
    ])
  })
})

test.each<[string, number, boolean]>([
  ['200', 200, true],
  ['200', 201, false],
  ['200-299', 204, true],
  ['200-299', 300, false],
  ['200,302', 302, true],
  ['200,302', 301, false],
  ['200-204,401', 401, true],
])('matcher %s and status %i: %s', (codes, status, isMatch) => {
  expect(matches(codes, status)).toBe(isMatch)
})

test('checks come at their interval of AWS time, however long an answer takes, with the time of AWS', async () => {
  const { group } = await createStack(world, { HealthCheckIntervalSeconds: 30 })
  const target = await start()
  const startedAt = world.clock.now()
  world.elb.targetGroups.register(group, target.target)
  await world.clock.advance(100_000)
  const times = target.checks.map(({ headers }) => Number(headers['x-local-aws-now']) - startedAt)
  expect(times).toEqual([1_000, 31_000, 61_000, 91_000])
  expect(target.checks[0]?.headers['user-agent']).toBe('ELB-HealthChecker/2.0')
})

test('a check may go to a port of its own', async () => {
  const [main, admin] = [await start(byLetters('f')), await start()]
  const { group } = await createStack(world, { HealthCheckPort: String(admin.target.dial.port) })
  world.elb.targetGroups.register(group, main.target)
  await world.clock.advance(1_000)
  expect([main.checks.length, admin.checks.length]).toEqual([0, 1])
  const { TargetHealthDescriptions } = await world.client.describeTargetHealth({
    TargetGroupArn: group,
  })
  expect(TargetHealthDescriptions).toEqual([
    {
      Target: { Id: main.target.id, Port: 3000 },
      HealthCheckPort: String(admin.target.dial.port),
      TargetHealth: { State: 'healthy' },
    },
  ])
})

test('targets of a group that no listener uses are not checked until one does', async () => {
  const { loadBalancer } = await createStack(world)
  const group = await createGroup(world, 'spare')
  const target = await start()
  world.elb.targetGroups.register(group, target.target)
  expect(world.elb.targetGroups.find(group)).toEqual({ targetType: 'ip', hasLoadBalancer: false })
  await world.clock.advance(60_000)
  expect(target.checks).toHaveLength(0)
  const unused = {
    State: 'unused',
    Reason: 'Target.NotInUse',
    Description: 'Target group is not configured to receive traffic from the load balancer',
  }
  expect(await healthOf(world, group)).toEqual([unused])

  const forward = [{ Type: 'forward' as const, TargetGroupArn: group }]
  const listener = await createListener(world, loadBalancer, forward, 81)
  expect(world.elb.targetGroups.find(group)?.hasLoadBalancer).toBe(true)
  await world.clock.advance(10_000)
  expect(await healthOf(world, group)).toEqual([{ State: 'healthy' }])

  await world.client.deleteListener({ ListenerArn: listener.arn })
  expect(await healthOf(world, group)).toEqual([unused])
  await world.clock.advance(10_000)
  await createListener(world, loadBalancer, forward, 81)
  expect((await healthOf(world, group))[0]?.State).toBe('initial')
})

test('a target that is asked for and not registered is told so; registering by the API takes the default port', async () => {
  const { group } = await createStack(world)
  const TargetGroupArn = group
  await world.client.registerTargets({ TargetGroupArn, Targets: [{ Id: '127.0.0.1' }] })
  const { TargetHealthDescriptions } = await world.client.describeTargetHealth({
    TargetGroupArn,
    Targets: [{ Id: '127.0.0.1' }, { Id: '10.0.0.9', Port: 3000 }],
  })
  expect(TargetHealthDescriptions?.map((each) => [each.Target, each.TargetHealth])).toEqual([
    [
      { Id: '127.0.0.1', Port: 3000 },
      {
        State: 'initial',
        Reason: 'Elb.RegistrationInProgress',
        Description: 'Target registration is in progress',
      },
    ],
    [
      { Id: '10.0.0.9', Port: 3000 },
      {
        State: 'unused',
        Reason: 'Target.NotRegistered',
        Description: 'Target is not registered to the target group',
      },
    ],
  ])
})

test('who watches is told of each change and of each failure, and not of a check that changes nothing', async () => {
  const { group } = await createStack(world)
  const target = await start(byLetters('pppfffpp'))
  const told: (string | undefined)[] = []
  world.elb.targetGroups.onHealthCheck((arn, { id }, { State }) => {
    expect([arn, id]).toEqual([group, target.target.id])
    told.push(State)
  })
  world.elb.targetGroups.register(group, target.target)
  await world.clock.advance(80_000)
  expect(told).toEqual(['healthy', 'healthy', 'unhealthy', 'unhealthy', 'healthy'])
})

test('after closing, nothing listens and no clock is kept going', async () => {
  const { group, listener } = await createStack(world)
  const target = await start()
  await registerHealthy(world, group, target)
  await world.elb.close()
  await world.clock.advance(120_000)
  expect(target.checks).toHaveLength(1)
  const socket = connect(listener.port, '127.0.0.1')
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNREFUSED')
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import {
  ask,
  createStack,
  gate,
  registerHealthy,
  startNamed,
  startTarget,
  tally,
  virtualWorld,
  type Program,
  type Stack,
  type TestTarget,
  type World,
} from './test-elb.ts'

let world: World<VirtualClock>
let stack: Stack
let port: number
const targets: TestTarget[] = []
beforeEach(async () => {
  world = await virtualWorld()
  stack = await createStack(world)
  port = stack.listener.port
})
afterEach(async () => {
  for (const target of targets.splice(0)) target.close()
  await world.close()
})

/** A healthy target with this behaviour. */
async function behind(answer?: Program): Promise<TestTarget> {
  const target = await startTarget(answer)
  targets.push(target)
  await registerHealthy(world, stack.group, target)
  return target
}

const countOf = (name: string): number =>
  world.metrics.filter((each) => each.name === name && !('TargetGroup' in each.dimensions)).length

describe('what a target gets', () => {
  test('headers of the load balancer, none that are hop by hop', async () => {
    const target = await behind()
    const agent = new Agent({ keepAlive: true })
    await ask(port, {
      path: '/a?b=c',
      agent,
      headers: {
        host: 'shop.example.com',
        'x-own': '1',
        'x-forwarded-for': '192.0.2.1',
        connection: 'keep-alive, x-drop',
        'x-drop': '1',
        te: 'trailers',
        'keep-alive': 'timeout=5',
      },
    })
    agent.destroy()
    const { headers, url } = target.seen[0] ?? {}
    expect(url).toBe('/a?b=c')
    expect(headers).toMatchObject({
      host: 'shop.example.com',
      'x-own': '1',
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(port),
      'x-local-aws-now': String(world.clock.now()),
    })
    for (const name of ['te', 'keep-alive', 'x-drop']) expect(headers).not.toHaveProperty(name)
  })

  test.each<[string, string | undefined, RegExp]>([
    ['a Root when there is none', undefined, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/],
    ['a Self beside the Root', 'Root=1-2-3', /^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-2-3$/],
    ['a Root beside other fields', 'CalledFrom=app', /^Root=1-[0-9a-f-]+;CalledFrom=app$/],
  ])('a trace id: %s', async (_what, given, expected) => {
    const target = await behind()
    await ask(port, given === undefined ? {} : { headers: { 'x-amzn-trace-id': given } })
    expect(target.seen[0]?.headers['x-amzn-trace-id']).toMatch(expected)
  })

  test.each<[string, string, Record<string, string>]>([
    ['a POST with a length', 'POST', { 'content-length': '5' }],
    ['a POST in chunks', 'POST', { 'transfer-encoding': 'chunked' }],
    ['a DELETE in chunks', 'DELETE', { 'transfer-encoding': 'chunked' }],
    ['a GET with a body', 'GET', { 'content-length': '5' }],
  ])('the whole body of %s', async (_what, method, headers) => {
    await behind(async (request, response) => {
      response.end(`${request.method} ${await text(request)}`)
    })
    expect((await ask(port, { method, headers, body: 'hello' })).body).toBe(`${method} hello`)
  })
})

test('an answer comes back as it was: status, headers, several cookies, body', async () => {
  await behind((_request, response) => {
    response
      .writeHead(201, {
        'set-cookie': ['a=1', 'b=2'],
        'x-own': '1',
        connection: 'x-drop',
        'x-drop': '1',
      })
      .end('made')
  })
  const answer = await ask(port)
  expect([answer.status, answer.body]).toEqual([201, 'made'])
  expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-own': '1' })
  expect(answer.headers).not.toHaveProperty('x-drop')
})

test.each([204, 304])('an answer of %i has no body', async (status) => {
  await behind((_request, response) => response.writeHead(status).end())
  expect(await ask(port)).toMatchObject({ status, body: '' })
})

test('HEAD gives the length and no body', async () => {
  await behind((_request, response) => response.writeHead(200, { 'content-length': 7 }).end())
  const answer = await ask(port, { method: 'HEAD' })
  expect([answer.headers['content-length'], answer.body]).toEqual(['7', ''])
})

test('bodies stream both ways: an echo answers each part before the next is sent', async () => {
  await behind((request, response) => {
    response.flushHeaders()
    request.pipe(response)
  })
  const request = httpRequest({ host: '127.0.0.1', port, method: 'POST' })
  request.write('one')
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const parts = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  expect(String((await parts.next()).value)).toBe('one')
  request.write('two')
  expect(String((await parts.next()).value)).toBe('two')
  request.end()
  expect((await parts.next()).done).toBe(true)
})

test('connections to a target are kept for requests that may be sent twice, and only those', async () => {
  const target = await behind()
  await tally(port, 20)
  const sockets = (): Set<Socket> => new Set(target.seen.map(({ socket }) => socket))
  expect(sockets().size).toBe(1)
  await tally(port, 3, { method: 'POST', body: 'x' })
  expect(sockets().size).toBe(4)
})

describe('a connection that ends', () => {
  /** Answers the first request of each connection and hangs up on the second without a word. */
  const hangsUpOnSecond = (): Program => {
    const known = new Set<Socket>()
    return (request, response) => {
      if (known.has(request.socket)) {
        request.socket.destroy()
        return
      }
      known.add(request.socket)
      response.end('ok')
    }
  }

  test('while it is kept costs no request: it is sent again on a fresh one', async () => {
    const target = await behind(hangsUpOnSecond())
    expect(await tally(port, 10)).toEqual({ ok: 10 })
    expect(target.seen.length).toBeGreaterThan(10)
    expect(countOf('RequestCount')).toBe(10)
    expect(countOf('HTTPCode_ELB_5XX_Count')).toBe(0)
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('never has a %s sent twice', async (method) => {
    const target = await behind(hangsUpOnSecond())
    await tally(port, 2)
    const before = target.seen.length
    expect(await tally(port, 5, { method, body: 'x' })).toEqual({ ok: 5 })
    expect(target.seen.length - before).toBe(5)
  })

  test('on a fresh connection is a 502, and the request is not sent again', async () => {
    const target = await behind((request) => request.socket.destroy())
    const answer = await ask(port)
    expect([answer.status, answer.headers.server]).toEqual([502, 'awselb/2.0'])
    expect(answer.body).toContain('502 Bad Gateway')
    expect(target.seen).toHaveLength(1)
    expect(countOf('HTTPCode_ELB_502_Count')).toBe(1)
    expect(countOf('TargetConnectionErrorCount')).toBe(0)
  })

  test.each<[string, Record<string, string>]>([
    ['with a length', { 'content-length': '100' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('in the middle of an answer %s ends that of the client as well', async (_what, headers) => {
    await behind((request, response) => {
      response.writeHead(200, headers)
      response.write('half', () => request.socket.destroy())
    })
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('that cannot be made is a 502 and a connection error', async () => {
    const target = await behind()
    target.close()
    expect((await ask(port)).status).toBe(502)
    expect(countOf('TargetConnectionErrorCount')).toBe(1)
    expect(countOf('RequestCount')).toBe(1)
  })
})

test.each<[string, string]>([
  ['no HTTP', 'hello\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'],
  ['a status above 599', 'HTTP/1.1 700 Odd\r\ncontent-length: 0\r\n\r\n'],
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Up\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
])('an answer that is %s is a 502', async (_what, answer) => {
  await behind((request) => request.socket.end(answer))
  expect((await ask(port)).status).toBe(502)
})

test('no answer within the idle time-out is a 504', async () => {
  await world.client.modifyLoadBalancerAttributes({
    LoadBalancerArn: stack.loadBalancer,
    Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }],
  })
  const target = await behind(() => undefined)
  const answer = await ask(port)
  expect(answer.status).toBe(504)
  expect(target.seen).toHaveLength(1)
  expect(countOf('HTTPCode_ELB_504_Count')).toBe(1)
})

test('a client that leaves takes its request along; it is not sent again', async () => {
  const arrived = gate()
  const left = gate()
  const target = await behind((request, response) => {
    if (request.url !== '/slow') {
      response.end('ok')
      return
    }
    request.socket.once('close', left.open)
    arrived.open()
  })
  await ask(port)
  const leaving = new AbortController()
  const asking = ask(port, { path: '/slow', signal: leaving.signal })
  await arrived.opened
  leaving.abort()
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' })
  await left.opened
  await world.clock.settle()
  expect(target.seen.map(({ url }) => url)).toEqual(['/', '/slow'])
  expect([countOf('HTTPCode_ELB_4XX_Count'), countOf('HTTPCode_ELB_5XX_Count')]).toEqual([1, 0])
})

describe('who is asked', () => {
  test('nobody, when no target is registered: 503, and the request is not counted', async () => {
    const answer = await ask(port)
    expect(answer.status).toBe(503)
    expect(answer.body).toContain('503 Service Temporarily Unavailable')
    expect(countOf('HTTPCode_ELB_503_Count')).toBe(1)
    expect(countOf('RequestCount')).toBe(0)
  })

  test('only healthy targets while there is one; all of them when there is none', async () => {
    const health = { good: 200, bad: 503 }
    for (const name of ['good', 'bad'] as const) {
      const target = await startTarget(
        (_request, response) => response.end(name),
        (_request, response) => response.writeHead(health[name]).end(),
      )
      targets.push(target)
      world.elb.targetGroups.register(stack.group, target.target)
    }
    await world.clock.advance(11_000)
    expect(await tally(port, 4)).toEqual({ good: 4 })
    health.good = 503
    await world.clock.advance(20_000)
    expect(await tally(port, 4)).toEqual({ good: 2, bad: 2 })
    health.bad = 200
    await world.clock.advance(20_000)
    expect(await tally(port, 4)).toEqual({ bad: 4 })
  })

  test('a new target not before its first check has passed', async () => {
    const [old, young] = [await startNamed('old'), await startNamed('young')]
    targets.push(old, young)
    await registerHealthy(world, stack.group, old)
    world.elb.targetGroups.register(stack.group, young.target)
    expect(await tally(port, 4)).toEqual({ old: 4 })
    await world.clock.advance(1_000)
    expect(await tally(port, 4)).toEqual({ old: 2, young: 2 })
  })
})

test('the virtual clock waits for requests on their way', async () => {
  const release = gate()
  const arrived = gate()
  await behind(async (_request, response) => {
    arrived.open()
    await release.opened
    response.end()
  })
  const asking = ask(port)
  await arrived.opened
  const before = world.clock.now()
  const advancing = world.clock.advance(5_000)
  await new Promise((resolve) => setImmediate(resolve))
  expect(world.clock.now()).toBe(before)
  release.open()
  await asking
  await advancing
  expect(world.clock.now()).toBe(before + 5_000)
})

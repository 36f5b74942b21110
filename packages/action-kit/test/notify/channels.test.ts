/** Delivery over real connections: what each answer leads to, and that the address is in none of it. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { notify, slackChannel, webhookChannel, type Channel } from '../../src/notify/channels.ts'
import { PATIENCE, SHORT_PATIENCE } from '../../src/notify/post.ts'
import {
  startServer,
  testClock,
  type Answer,
  type ScriptedServer,
  type TestClock,
} from '../support/scripted-server.ts'
import { HOSTILE, makeNews } from './make-news.ts'

const SECRET = 'services/T0SECRET/B0SECRET/hush_hush'
const OK: Answer = { status: 200, body: 'ok' }

const started: ScriptedServer[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close()))
})

async function serve(...answers: readonly Answer[]): Promise<ScriptedServer> {
  const server = await startServer(answers)
  started.push(server)
  return server
}

const address = (server: ScriptedServer): string => `${server.url}/${SECRET}?token=hush_hush`

interface Told {
  readonly caveat: string | undefined
  readonly server: ScriptedServer
  readonly clock: TestClock
}

/** Tells Slack the news; `answers` is what Slack says, try by try. */
async function tellSlack(
  answers: readonly Answer[],
  { timeLimit = 10_000, now = 0 } = {},
): Promise<Told> {
  const server = await serve(...answers)
  const clock = testClock(now)
  const channel = slackChannel(address(server), { clock, patience: { ...PATIENCE, timeLimit } })
  const [caveat] = await notify(makeNews(), [channel])
  return { caveat, server, clock }
}

describe('Slack', () => {
  test('gets blocks and text, once', async () => {
    const { caveat, server } = await tellSlack([OK])
    expect(caveat).toBeUndefined()
    expect(server.seen).toHaveLength(1)
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      path: `/${SECRET}?token=hush_hush`,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    })
    expect(JSON.parse(server.seen[0]?.body ?? '')).toMatchObject({
      text: expect.stringContaining('web in prod: rolled-back'),
      blocks: expect.arrayContaining([expect.objectContaining({ type: 'header' })]),
    })
  })

  test.each([
    [400, 'invalid_payload', 'answered 400. Slack says invalid_payload.'],
    [
      403,
      'action_prohibited',
      'answered 403. Slack says action_prohibited. The webhook was revoked',
    ],
    [404, 'no_service', 'answered 404. Slack says no_service. The webhook was revoked'],
    [410, 'channel_is_archived', 'answered 410. Slack says channel_is_archived. The webhook'],
    [400, `<html>/${SECRET}</html>`, 'answered 400.'],
    [400, 'hush_hush', 'answered 400.'],
  ])('%d %s is final and told', async (status, body, words) => {
    const { caveat, server } = await tellSlack([{ status, body }])
    expect(caveat).toContain(`Slack was not notified: ${server.host} ${words}`)
    expect(caveat).not.toMatch(/SECRET|hush/)
    expect(server.seen).toHaveLength(1)
  })

  test.each<[string, Answer]>([
    ['500', { status: 500, body: 'rollup_error' }],
    ['503', { status: 503 }],
    ['a lost connection', 'reset'],
  ])('%s is tried again, with growing pauses', async (_what, answer) => {
    const { caveat, server, clock } = await tellSlack([answer, answer, OK])
    expect(caveat).toBeUndefined()
    expect(server.seen).toHaveLength(3)
    expect(clock.pauses).toEqual([1_000, 2_000])
  })

  test.each<[Answer, string]>([
    [{ status: 500, body: 'rollup_error' }, 'answered 500. Slack says rollup_error. (3 tries)'],
    ['reset', 'could not be reached (UND_ERR_SOCKET). (3 tries)'],
  ])('%j three times is given up', async (answer, words) => {
    const { caveat, server } = await tellSlack([answer])
    expect(caveat).toBe(`Slack was not notified: ${server.host} ${words}`)
    expect(server.seen).toHaveLength(3)
  })

  test.each([
    ['7', 7_000],
    ['Thu, 01 Jan 1970 00:00:20 GMT', 15_000],
    ['nonsense', 1_000],
  ])('429 with Retry-After %s is waited for', async (retryAfter, pause) => {
    const limited = { status: 429, headers: { 'retry-after': retryAfter } }
    const { caveat, clock } = await tellSlack([limited, OK], { now: 5_000 })
    expect(caveat).toBeUndefined()
    expect(clock.pauses).toEqual([pause])
  })

  test('429 with a long Retry-After is not waited for', async () => {
    const { caveat, server, clock } = await tellSlack([
      { status: 429, headers: { 'retry-after': '3600' } },
    ])
    expect(caveat).toContain('It asks for a pause of 3600 s')
    expect(clock.pauses).toEqual([])
    expect(server.seen).toHaveLength(1)
  })

  test('a redirect is not followed', async () => {
    const elsewhere = await serve(OK)
    const { caveat, server } = await tellSlack([
      { status: 307, headers: { location: `${elsewhere.url}/${SECRET}` } },
    ])
    expect(caveat).toBe(
      `Slack was not notified: ${server.host} answered 307. Redirects are not followed: give the final address.`,
    )
    expect(elsewhere.seen).toEqual([])
  })

  test.each<[Answer, string]>([
    ['hang', 'did not answer within 0.1 s. (3 tries)'],
    ['stall', 'answered 500. Slack says wait. (3 tries)'],
  ])('a server that does not end (%j) is given up in time', async (answer, words) => {
    const { caveat } = await tellSlack([answer], { timeLimit: 100 })
    expect(caveat).toContain(words)
  })
})

describe('an address that is not fit', () => {
  test.each([
    ['ftp://hooks.example/hush_hush', 'https://'],
    ['http://hooks.example/hush_hush', 'https://'],
    ['http://localhost.evil.example/hush_hush', 'https://'],
    ['hush_hush', 'not a URL'],
    ['https://user:hush_hush@hooks.example/', 'a user or a password'],
  ])('%s is refused, and not repeated', async (secret, words) => {
    const delivery = { clock: testClock() }
    const caveats = await notify(makeNews(), [
      slackChannel(secret, delivery),
      webhookChannel(secret, delivery),
    ])
    expect(caveats).toHaveLength(2)
    for (const caveat of caveats) {
      expect(caveat).toContain(words)
      expect(caveat).not.toContain('hush')
    }
  })

  test('a host that is not there is named, its path is not', async () => {
    const delivery = { clock: testClock() }
    const server = await serve(OK)
    await started.pop()?.close()
    const [caveat] = await notify(makeNews(), [webhookChannel(address(server), delivery)])
    expect(caveat).toBe(
      `The webhook was not notified: ${server.host} could not be reached (ECONNREFUSED). (3 tries)`,
    )
  })
})

describe('the generic webhook', () => {
  test('gets everything, each try of a delivery with the same id', async () => {
    const server = await serve({ status: 502 }, { status: 204 })
    const channel = webhookChannel(address(server), { clock: testClock() })
    expect(await notify(makeNews(), [channel])).toEqual([])
    const { severity, facts, title, outcome, report } = makeNews()
    expect(JSON.parse(server.seen[1]?.body ?? '')).toEqual({
      version: 1,
      title,
      outcome,
      severity,
      facts,
      links: {
        run: 'https://github.com/octo-org/ledger/actions/runs/42',
        environment: 'https://ledger.example/',
      },
      report,
    })
    const ids = server.seen.map(({ headers }) => headers['x-ecs-pipeline-delivery'])
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(new Set(ids).size).toBe(1)
  })

  test('text of other people stays the same text, and ends no page that it is put into', async () => {
    const server = await serve(OK)
    const report = { reasons: HOSTILE.map((each) => each.toWellFormed()) }
    await notify(makeNews({ report }), [webhookChannel(address(server), { clock: testClock() })])
    const body = server.seen[0]?.body ?? ''
    expect(body).not.toMatch(/[<>&\u2028]/)
    expect(JSON.parse(body)).toMatchObject({ report })
  })

  test.each([401, 403, 404])('%d asks to check the address', async (status) => {
    const server = await serve({ status, body: `no ${SECRET}` })
    const caveats = await notify(makeNews(), [
      webhookChannel(address(server), { clock: testClock() }),
    ])
    expect(caveats).toEqual([
      `The webhook was not notified: ${server.host} answered ${status}. Check the address.`,
    ])
  })

  test('a report that is no JSON is a caveat', async () => {
    const server = await serve(OK)
    const report: { self?: unknown } = {}
    report.self = report
    const [caveat] = await notify(makeNews({ report }), [
      webhookChannel(address(server), { clock: testClock() }),
    ])
    expect(caveat).toMatch(/^The webhook was not notified: /)
    expect(caveat).not.toContain('hush')
  })
})

describe('several channels', () => {
  test('are told at the same time, and the failure of one is its own', async () => {
    const [slack, hook] = [await serve('hang'), await serve(OK)]
    const delivery = { clock: testClock(), patience: { ...SHORT_PATIENCE, timeLimit: 300 } }
    const order: string[] = []
    const topic: Channel = {
      name: 'The topic',
      send: (news) => {
        order.push(news.title)
        throw new Error('denied\n::error::forged', { cause: new Error('no role') })
      },
    }
    const caveats = await notify(makeNews(), [
      slackChannel(address(slack), delivery),
      topic,
      webhookChannel(address(hook), delivery),
    ])
    expect(caveats).toEqual([
      `Slack was not notified: ${slack.host} did not answer within 0.3 s.`,
      'The topic was not notified: denied ::error::forged',
    ])
    expect(order).toHaveLength(1)
    expect(hook.seen).toHaveLength(1)
  })

  test('none are no caveats', async () => {
    expect(await notify(makeNews(), [])).toEqual([])
  })
})

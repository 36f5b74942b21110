/** Metrics through the ports: CloudWatch by the local endpoint or by scripted answers, Prometheus by a server that speaks its API. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Denied, Refused, Unreachable, type Metrics, type Series } from '@ecs-pipeline/rollout'
import { startLocalAws, VirtualClock, type LocalAws } from '@ecs-pipeline/local-aws'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { createPorts } from '../src/create-ports.ts'
import { startScriptedEndpoint, type ScriptedEndpoint } from './scripted-endpoint.ts'

const MINUTE = 60_000
const clock = new VirtualClock()
let aws: LocalAws
const environment = (endpoint: string): void => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
}
beforeAll(async () => {
  aws = await startLocalAws({ clock })
})
afterAll(() => aws.close())

const metrics = (prometheusToken?: string): Metrics =>
  createPorts({
    cluster: 'prod',
    service: 'web',
    clock: { now: () => clock.now(), sleep: () => Promise.resolve() },
    prometheusToken,
  }).metrics

const metric = (name: string): Series => ({
  id: name,
  period: 60,
  query: {
    kind: 'metric',
    metric: { namespace: 'App', name, statistic: 'Sum', dimensions: { Service: 'web' } },
  },
})

describe('CloudWatch', () => {
  const start = Math.floor(clock.now() / MINUTE) * MINUTE

  beforeAll(async () => {
    environment(aws.endpoint)
    await clock.advance(5 * MINUTE)
    await new CloudWatch({}).putMetricData({
      Namespace: 'App',
      MetricData: [0, 1, 3].map((minute) => ({
        MetricName: 'Errors',
        Dimensions: [{ Name: 'Service', Value: 'web' }],
        Timestamp: new Date(start + minute * MINUTE),
        Value: minute + 10,
      })),
    })
  })

  test('values come by the beginning of their period; a gap has none', async () => {
    environment(aws.endpoint)
    const [errors, nothing] = await metrics().read([metric('Errors'), metric('Nothing')], {
      from: start,
      to: start + 4 * MINUTE,
    })
    expect([...(errors?.values ?? [])]).toEqual([
      [start, 10],
      [start + MINUTE, 11],
      [start + 3 * MINUTE, 13],
    ])
    expect(errors?.error).toBeUndefined()
    expect([...(nothing?.values ?? [])]).toEqual([])
  })

  test('the end is exclusive', async () => {
    const [errors] = await metrics().read([metric('Errors')], { from: start, to: start + MINUTE })
    expect([...(errors?.values.keys() ?? [])]).toEqual([start])
  })

  test('an expression calls its metrics by their own names, whatever stands beside it', async () => {
    const ratio = (id: string): Series => ({
      id,
      period: 60,
      query: {
        kind: 'expression',
        expression: '100*e/r',
        metrics: {
          e: { namespace: 'App', name: 'Errors', statistic: 'Sum', dimensions: { Service: 'web' } },
          r: { namespace: 'App', name: 'Errors', statistic: 'Sum', dimensions: { Service: 'web' } },
        },
      },
    })
    const answers = await metrics().read([ratio('a'), metric('Errors'), ratio('b')], {
      from: start,
      to: start + MINUTE,
    })
    expect(answers.map((each) => each.values.get(start))).toEqual([100, 10, 100])
  })
})

describe('what CloudWatch may answer besides', () => {
  let endpoint: ScriptedEndpoint | undefined
  afterEach(async () => {
    await endpoint?.close()
    endpoint = undefined
  })
  const answer = async (...pages: readonly object[]): Promise<void> => {
    let page = 0
    endpoint = await startScriptedEndpoint(() => pages[page++] ?? {})
    environment(endpoint.url)
  }
  const result = (over: object): object => ({
    MetricDataResults: [{ Id: 's0', Timestamps: [], Values: [], StatusCode: 'Complete', ...over }],
  })
  const read = () => metrics().read([metric('Errors')], { from: 0, to: MINUTE })

  test('more pages are read, and PartialData of a page before the last is no gap', async () => {
    await answer(
      { ...result({ StatusCode: 'PartialData', Timestamps: [0], Values: [1] }), NextToken: 'more' },
      result({ Timestamps: [60], Values: [2] }),
    )
    const [errors] = await read()
    expect(errors).toMatchObject({ error: undefined })
    expect([...(errors?.values.values() ?? [])]).toEqual([1, 2])
    expect(endpoint?.seen).toHaveLength(2)
  })

  test.each(['InternalError', 'PartialData', 'SomethingNew'])(
    '%s at the end is told',
    async (StatusCode) => {
      await answer(result({ StatusCode, Messages: [{ Code: 'x', Value: 'try later' }] }))
      expect((await read())[0]?.error).toBe(`CloudWatch answers ${StatusCode}: try later`)
    },
  )

  test('Forbidden is a denial', async () => {
    await answer(result({ StatusCode: 'Forbidden' }))
    await expect(read()).rejects.toBeInstanceOf(Denied)
  })

  test('newest first is never asked for', async () => {
    await answer(result({}))
    await read()
    expect(endpoint?.seen[0]?.body).toMatchObject({ ScanBy: 'TimestampAscending' })
  })
})

describe('Prometheus', () => {
  let server: Server
  let url: string
  let seen: { path: string; body: URLSearchParams; token: string | undefined }[]
  let reply: { status: number; body: string }
  /** What takes its place after one answer. */
  let next: typeof reply | undefined

  beforeAll(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => {
        seen.push({
          path: request.url ?? '',
          body: new URLSearchParams(body),
          token: request.headers.authorization,
        })
        response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body)
        reply = next ?? reply
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prom/`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const vector = (...values: readonly string[]): string =>
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'vector',
        result: values.map((value) => ({ metric: {}, value: [1, value] })),
      },
    })
  const ask = (body: string, status = 200, token?: string, minutes = 1) => {
    seen = []
    reply = { status, body }
    next = undefined
    return metrics(token).read(
      [{ id: 'p', period: 60, query: { kind: 'prometheus', url, query: 'sum(rate(x[1m]))' } }],
      { from: 0, to: minutes * MINUTE },
    )
  }

  test('one instant query for each period, at its end', async () => {
    const [series] = await ask(vector('0.5'), 200, 'secret', 2)
    expect([...(series?.values ?? [])]).toEqual([
      [0, 0.5],
      [MINUTE, 0.5],
    ])
    expect(seen.map((each) => each.path)).toEqual(['/prom/api/v1/query', '/prom/api/v1/query'])
    expect(seen.map((each) => each.body.get('time'))).toEqual(['60', '120'])
    expect(seen[0]?.body.get('query')).toBe('sum(rate(x[1m]))')
    expect(seen[0]?.token).toBe('Bearer secret')
  })

  test.each([
    ['an empty vector', vector(), undefined],
    ['NaN', vector('NaN'), undefined],
    ['infinity', vector('+Inf'), Infinity],
    [
      'a scalar',
      JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '7'] } }),
      7,
    ],
  ])('%s', async (_what, body, value) => {
    expect((await ask(body))[0]?.values.get(0)).toBe(value)
  })

  test.each([
    ['two series', vector('1', '2'), 200, Refused, 'Put sum() or max() around it'],
    [
      'a matrix',
      JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }),
      200,
      Refused,
      'one number',
    ],
    [
      'a wrong query',
      JSON.stringify({ status: 'error', error: 'parse error' }),
      400,
      Refused,
      'parse error',
    ],
    ['no token', 'no', 401, Denied, 'prometheus-token'],
  ] as const)('%s is an error', async (_what, body, status, ErrorClass, words) => {
    const failure = ask(body, status)
    await expect(failure).rejects.toBeInstanceOf(ErrorClass)
    await expect(ask(body, status)).rejects.toThrow(words)
  })

  test.each([
    ['too many requests', 'no', 429],
    ['a server error', 'gone', 503],
    ['garbage', '<html>', 200],
  ])('%s is asked again, and passes', async (_what, body, status) => {
    const asking = ask(body, status)
    next = { status: 200, body: vector('7') }
    expect((await asking)[0]?.values.get(0)).toBe(7)
    expect(seen).toHaveLength(2)
  })

  test.each([
    ['a server error', 'gone', 503],
    ['garbage', '<html>', 200],
  ])('%s that stays is told', async (_what, body, status) => {
    const asking = ask(body, status)
    await expect(asking).rejects.toBeInstanceOf(Unreachable)
    await expect(asking).rejects.toThrow(/Prometheus does not answer .* \(asked 8 times/)
  })

  test('nobody there is told', async () => {
    const query = { kind: 'prometheus', url: 'http://127.0.0.1:1', query: 'x' } as const
    const asking = metrics().read([{ id: 'p', period: 60, query }], { from: 0, to: MINUTE })
    await expect(asking).rejects.toBeInstanceOf(Unreachable)
  })
})

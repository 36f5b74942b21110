/** What is no request of AWS is answered in the protocol that it seems to be in, and nothing breaks. */
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { ECS } from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type { Served } from '../support/serve.ts'
import { CBOR, post, serveWire, type Answer } from './test-wire.ts'

let served: Served
beforeAll(async () => {
  served = await serveWire()
})
afterAll(() => {
  served.close()
})
beforeEach(() => {
  served.calls.clear()
})

/** Whatever came before, the next request is answered as ever. */
const expectToGoOn = async (): Promise<void> => {
  expect(await new ECS(served.client).listClusters({})).toMatchObject({ clusterArns: [] })
}

const ECS_TARGET = 'AmazonEC2ContainerServiceV20141113'
const json = (operation: string, body: string | Buffer, headers = {}): Promise<Answer> =>
  post(
    served.url,
    {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${ECS_TARGET}.${operation}`,
      ...headers,
    },
    body,
  )
const form = (body: string): Promise<Answer> =>
  post(served.url, { 'content-type': 'application/x-www-form-urlencoded' }, body)
const cbor = (operation: string, body: Buffer): Promise<Answer> =>
  post(
    `${served.url}/service/GraniteServiceVersion20100801/operation/${operation}`,
    { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
    body,
  )

describe('JSON', () => {
  test.each([
    ['DescribeServices', '{"services":'],
    ['DescribeServices', 'null'],
    ['DescribeServices', '5'],
    ['DescribeServices', '"services"'],
    ['DescribeServices', '{"services":"web"}'],
    ['DescribeServices', '{"services":{"a":1}}'],
    ['DescribeServices', '{"services":[null]}'],
    ['DescribeServices', '{"services":[["web"]]}'],
    ['DescribeServices', '{"services":["web"],"cluster":5}'],
    ['ListClusters', '{"maxResults":"many"}'],
    ['CreateService', '{"serviceName":"a","enableExecuteCommand":"yes"}'],
    ['RegisterTaskDefinition', '{"family":"a","containerDefinitions":[5]}'],
    ['RegisterTaskDefinition', '{"family":"a","containerDefinitions":[{"cpu":"x"}]}'],
    [
      'RegisterTaskDefinition',
      '{"family":"a","containerDefinitions":[{"dockerLabels":{"a":{"b":"c"}}}]}',
    ],
  ])('%s %s is a SerializationException', async (operation, body) => {
    const answer = await json(operation, body)
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'x-amzn-errortype': 'SerializationException' },
    })
    expect(served.calls.entries()).toMatchObject([
      { service: 'ECS', operation, status: 400, error: 'SerializationException', wire: 'json' },
    ])
    await expectToGoOn()
  })

  test('the member that is wrong is named by its place', async () => {
    const { body } = await json(
      'RegisterTaskDefinition',
      '{"family":"a","containerDefinitions":[{"name":"a"},{"portMappings":[{"hostPort":[]}]}]}',
    )
    expect(JSON.parse(body)).toMatchObject({
      message: "'containerDefinitions.2.member.portMappings.1.member.hostPort' has to be a number.",
    })
  })

  test.each([
    ['null in the place of a member that may be absent', '{"maxResults":null}'],
    ['a member that no model has', '{"colour":"blue"}'],
    ['no body', ''],
  ])('%s is no mistake', async (_what, body) => {
    expect(await json('ListClusters', body)).toMatchObject({ status: 200 })
  })
})

describe('a form', () => {
  const elb = (rest: string): string => `Action=DescribeLoadBalancers&Version=2015-12-01&${rest}`

  test.each([
    ['a name that is a value and a branch', elb('Names=x&Names.member.1=y')],
    ['a branch in the place of a text', elb('Names.member.1.x=y')],
    ['a text in the place of a number', elb('PageSize=many')],
    ['names of nothing but dots', elb('.=1&...=2')],
    [
      'a time that is none',
      'Action=PutMetricData&Version=2010-08-01&Namespace=A&MetricData.member.1.Timestamp=soon',
    ],
  ])('with %s is a SerializationException', async (_what, body) => {
    const answer = await form(body)
    expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'text/xml' } })
    expect(answer.body).toContain('<Code>SerializationException</Code>')
    await expectToGoOn()
  })

  test.each([
    ['empty lists', elb('Names=&LoadBalancerArns')],
    ['broken percent signs', elb('Names.member.1=%%%')],
    ['members that no model has', elb('__proto__.x=1&constructor.prototype=2')],
  ])('with %s is read', async (_what, body) => {
    expect(await form(body)).toMatchObject({ status: 200 })
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test.each(['Action=Nothing&Version=2015-12-01', 'Action=DescribeLoadBalancers', ''])(
    'that asks for nothing here is told so in XML: "%s"',
    async (body) => {
      const answer = await form(body)
      expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'text/xml' } })
      expect(answer.body).toContain('<Code>UnknownOperationException</Code>')
    },
  )
})

describe('CBOR', () => {
  test.each<[string, number[]]>([
    ['two breaks', [0xff, 0xff]],
    ['an open map', [0xbf]],
    ['a number', [0x05]],
    ['a list that would have 2^64 items', [0x9b, 255, 255, 255, 255, 255, 255, 255, 255]],
  ])('that is %s is a SerializationException in CBOR', async (_what, bytes) => {
    const answer = await cbor('ListMetrics', Buffer.from(bytes))
    expect(answer).toMatchObject({
      status: 400,
      headers: {
        'smithy-protocol': 'rpc-v2-cbor',
        'content-type': 'application/cbor',
        'x-amzn-errortype': 'SerializationException',
      },
    })
    expect(await new CloudWatch({ ...served.client, ...CBOR }).listMetrics({})).toMatchObject({
      Metrics: [],
    })
  })

  test('that asks for an operation which does not exist is told so in CBOR', async () => {
    expect(await cbor('Nothing', Buffer.from([0xa0]))).toMatchObject({
      status: 400,
      headers: {
        'smithy-protocol': 'rpc-v2-cbor',
        'x-amzn-errortype': 'UnknownOperationException',
      },
    })
  })
})

describe('a body', () => {
  const LIMIT = 16 * 1024 * 1024

  test.each<[string, Buffer, object, number, string | undefined]>([
    ['in gzip is read', gzipSync('{}'), { 'content-encoding': 'gzip' }, 200, undefined],
    [
      'that is no gzip, but says so',
      Buffer.from('{}'),
      { 'content-encoding': 'gzip' },
      400,
      'SerializationException',
    ],
    [
      'that is too large once unzipped',
      gzipSync(Buffer.alloc(LIMIT + 1, 32)),
      { 'content-encoding': 'gzip' },
      413,
      'RequestEntityTooLarge',
    ],
    ['that is too large', Buffer.alloc(LIMIT + 1, 32), {}, 413, 'RequestEntityTooLarge'],
  ])('%s', async (_what, body, headers, status, error) => {
    const answer = await json('ListClusters', body, headers)
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([status, error])
    await expectToGoOn()
  })

  test('that the client breaks off costs nothing', async () => {
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: ${ECS_TARGET}.ListClusters\r\ncontent-length: 99\r\n\r\n{"max`,
    )
    await new Promise<void>((resolve) => socket.end(resolve))
    socket.destroy()
    await expectToGoOn()
    expect(served.calls.count('ListClusters')).toBe(1)
  })
})

describe('a request', () => {
  test.each<[string, Record<string, string>]>([
    ['in no protocol', {}],
    ['for a service that is not here', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }],
    ['for no operation', { 'x-amz-target': ECS_TARGET }],
    ['for an operation that no model has', { 'x-amz-target': `${ECS_TARGET}.__proto__` }],
  ])('%s is an UnknownOperationException', async (_what, headers) => {
    expect(await post(served.url, headers, '{}')).toMatchObject({
      status: 400,
      headers: { 'x-amzn-errortype': 'UnknownOperationException' },
    })
    expect(served.calls.entries()).toMatchObject([{ service: '?', status: 400 }])
  })

  test.each(['//', 'http://', '*', '/?', '/%'])('may ask for the path %s', async (path) => {
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1')
    socket.end(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nx-amz-target: ${ECS_TARGET}.ListClusters\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`,
    )
    expect(await text(socket)).toContain('HTTP/1.1 200 OK')
  })
})

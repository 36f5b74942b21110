/** Errors that a test orders, and the log of every call. */
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { ECS, type ListClustersCommandOutput } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CallLog, type CallRecord } from '../../src/calls.ts'
import type { Fault } from '../../src/wire/faults.ts'
import type { Served } from '../support/serve.ts'
import { CBOR, failure, serveWire } from './test-wire.ts'

let served: Served
beforeAll(async () => {
  served = await serveWire()
})
afterAll(() => {
  served.close()
})
beforeEach(() => {
  served.calls.clear()
  served.faults.clear()
})

const THROTTLED = { code: 'ThrottlingException', message: 'Rate exceeded' }
const list = (): Promise<unknown> => new ECS(served.client).listClusters({})
const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (error as Error).name,
  )

describe('a fault', () => {
  test.each<[string, Partial<Fault>, string]>([
    ['hits every call', {}, 'xxxxx'],
    ['hits as many calls as it says', { times: 2 }, 'xx...'],
    ['lets as many calls pass first as it says', { after: 2 }, '..xxx'],
    ['does both', { after: 1, times: 2 }, '.xx..'],
    ['never hits when it has no time', { times: 0 }, '.....'],
    ['of this service hits', { service: 'ECS', times: 1 }, 'x....'],
    ['of another service does not', { service: 'ECR' }, '.....'],
    ['of another operation does not', { operation: 'ListServices' }, '.....'],
  ])('%s', async (_rule, fault, expected) => {
    served.faults.add({ operation: 'ListClusters', error: THROTTLED, ...fault })
    const seen: string[] = []
    for (let call = 0; call < 5; call++) seen.push((await outcome(list())) === 'ok' ? '.' : 'x')
    expect(seen.join('')).toBe(expected)
  })

  test('counts only the calls that no earlier fault has hit', async () => {
    served.faults.add({ operation: 'ListClusters', error: THROTTLED, times: 1 })
    served.faults.add({
      operation: 'ListClusters',
      error: { code: 'AccessDeniedException', message: 'No.' },
      after: 1,
    })
    expect([await outcome(list()), await outcome(list()), await outcome(list())]).toEqual([
      'ThrottlingException',
      'ok',
      'AccessDeniedException',
    ])
  })

  test('makes an answer say something else, on the wire, for as many calls as it says', async () => {
    served.faults.add({
      operation: 'ListClusters',
      after: 1,
      times: 1,
      change: (answer: ListClustersCommandOutput) => ({
        clusterArns: [...(answer.clusterArns ?? []), 'arn:of-the-future'],
      }),
    })
    const arns = async (): Promise<unknown> =>
      (await new ECS(served.client).listClusters({})).clusterArns
    const before = (await arns()) as readonly string[]
    expect(await arns()).toEqual([...before, 'arn:of-the-future'])
    expect(await arns()).toEqual(before)
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['JSON', list, 'ListClusters'],
    [
      'XML',
      () => new ElasticLoadBalancingV2(served.client).describeLoadBalancers({}),
      'DescribeLoadBalancers',
    ],
    ['CBOR', () => new CloudWatch({ ...served.client, ...CBOR }).listMetrics({}), 'ListMetrics'],
  ])('has its code, message and status in %s', async (_protocol, call, operation) => {
    served.faults.add({ operation, error: { code: 'Odd', message: 'How odd', status: 503 } })
    expect(await failure(call())).toMatchObject({
      name: 'Odd',
      message: 'How odd',
      $metadata: { httpStatusCode: 503 },
    })
  })

  test('is retried by the SDK when it says that the server is at fault', async () => {
    served.faults.add({
      operation: 'ListClusters',
      error: { code: 'ServerException', message: 'Oops', status: 500 },
      times: 1,
    })
    expect(await new ECS({ ...served.client, maxAttempts: 2 }).listClusters({})).toMatchObject({
      clusterArns: [],
    })
    expect(served.calls.entries().map((call) => call.status)).toEqual([500, 200])
  })
})

test('an answer that a fault gives is the answer, and nothing is done', async () => {
  const failures = [{ reason: 'RESOURCE:MEMORY', arn: 'arn:instance' }]
  served.faults.add({ operation: 'StopServiceDeployment', answer: {}, times: 1 })
  served.faults.add({ operation: 'DescribeServices', answer: { services: [], failures } })
  const ecs = new ECS(served.client)
  expect(await outcome(ecs.stopServiceDeployment({ serviceDeploymentArn: 'arn:one' }))).toBe('ok')
  expect(await ecs.describeServices({ services: ['web'] })).toMatchObject({ failures })
  expect(served.calls.entries().map((call) => call.status)).toEqual([200, 200])
})

describe('an answer that is lost', () => {
  const hasty = (): ECS =>
    new ECS({
      ...served.client,
      // Long enough for an answer of a busy machine, short enough to wait for none.
      requestHandler: { requestTimeout: 1000, throwOnRequestTimeout: true },
    })

  test.each(['silence', 'reset', 'garbage'] as const)(
    'by %s: the operation is not done, unless the fault says so',
    async (lost) => {
      served.faults.add({ operation: 'StopServiceDeployment', lost, times: 1 })
      served.faults.add({ operation: 'StopServiceDeployment', lost, times: 1, done: true })
      const stop = (): Promise<unknown> =>
        hasty().stopServiceDeployment({ serviceDeploymentArn: 'arn:one' })
      for (let call = 0; call < 2; call++) expect(await outcome(stop())).not.toBe('ok')
      const [first, second] = served.calls.entries()
      expect(first).toMatchObject({ lost })
      expect(first).not.toHaveProperty('error')
      expect(second).toMatchObject({ lost, error: 'ConflictException' })
      expect(await outcome(stop())).toBe('ConflictException')
    },
  )

  test('is a time-out of the client when nothing comes', async () => {
    served.faults.add({ operation: 'ListClusters', lost: 'silence', times: 1 })
    expect(await outcome(hasty().listClusters({}))).toBe('TimeoutError')
    expect(await outcome(hasty().listClusters({}))).toBe('ok')
    expect(served.calls.entries()).toMatchObject([{ status: 0, lost: 'silence' }, { status: 200 }])
  })

  test('is a broken connection when it is reset', async () => {
    served.faults.add({ operation: 'ListClusters', lost: 'reset', times: 1 })
    expect(await failure(list())).toMatchObject({
      message: expect.stringContaining('ECONNRESET'),
    })
    expect(await outcome(list())).toBe('ok')
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['JSON', list, 'ListClusters'],
    ['CBOR', () => new CloudWatch({ ...served.client, ...CBOR }).listMetrics({}), 'ListMetrics'],
  ])(
    'is a good status with a body that cannot be read, in %s',
    async (_protocol, call, operation) => {
      served.faults.add({ operation, lost: 'garbage', body: 'It works!', times: 1 })
      expect(await failure(call())).toMatchObject({ $metadata: { httpStatusCode: 200 } })
      expect(served.calls.entries()).toMatchObject([{ status: 200, lost: 'garbage' }])
      expect(await outcome(call())).toBe('ok')
    },
  )
})

describe('the log of calls', () => {
  test('has each call with its parameters, its time and its end', async () => {
    await new ECS(served.client).listClusters({ maxResults: 5 })
    await outcome(new ECS(served.client).describeServices({ services: ['web'], cluster: 'prod' }))
    expect(served.calls.entries()).toEqual([
      {
        service: 'ECS',
        operation: 'ListClusters',
        input: { maxResults: 5 },
        at: Date.UTC(2026, 10, 20, 10),
        status: 200,
        wire: 'json',
        userAgent: expect.stringContaining('aws-sdk-js'),
      },
      expect.objectContaining({
        operation: 'DescribeServices',
        input: { services: ['web'], cluster: 'prod' },
        status: 400,
        error: 'ClusterNotFoundException',
      }),
    ])
    expect(served.calls.count('DescribeServices')).toBe(1)
    expect(served.calls.count('ListTasks')).toBe(0)
    served.calls.clear()
    expect(served.calls.entries()).toEqual([])
  })

  describe('in a file', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'calls-test-'))
    })
    afterEach(() => rm(folder, { recursive: true }))

    const record = (operation: string): CallRecord => ({
      service: 'ECS',
      operation,
      input: { text: 'two\nlines' },
      at: 5,
      status: 200,
      wire: 'json',
      userAgent: 'x',
    })

    test('is one line of JSON for each, is appended to, and outlives clear', async () => {
      const file = join(folder, 'calls.jsonl')
      const log = new CallLog(file)
      log.add(record('ListTasks'))
      log.clear()
      new CallLog(file).add(record('ListServices'))
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        record('ListTasks'),
        record('ListServices'),
      ])
    })

    test('is there before the first call, and refused where it cannot be', async () => {
      const file = join(folder, 'calls.jsonl')
      const log = new CallLog(file)
      expect(log.entries()).toEqual([])
      expect(await readFile(file, 'utf8')).toBe('')
      expect(() => new CallLog(join(folder, 'nowhere', 'calls.jsonl'))).toThrow('ENOENT')
    })
  })
})

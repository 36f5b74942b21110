import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as ecs from '@aws-sdk/client-ecs'
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CallLog } from '../../src/calls.ts'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { defineService } from '../../src/wire/service.ts'
import { serve, type Served } from '../support/serve.ts'

const $metadata = {}
const options = { region: 'us-east-1' }
let served: Served

beforeAll(async () => {
  served = await serve(
    [
      defineService(
        ecs,
        new ecs.ECSClient(options),
        {
          DescribeServices: () => {
            throw new ecs.ClusterNotFoundException({ message: 'Cluster not found.', $metadata })
          },
          ListClusters: () => {
            throw new Error('a mistake with a secret in it')
          },
          CreateService: () => ({ service: {} }),
        },
        {
          CreateService: [
            { path: 'launchType', oneOf: ['EC2', 'FARGATE'] },
            { path: 'serviceName', pattern: /^[\w-]+$/ },
            { path: 'desiredCount', maximum: 5000 },
            { path: 'tags.key', maxLength: 3 },
          ],
        },
      ),
      defineService(elb, new elb.ElasticLoadBalancingV2Client(options), {
        DescribeTargetHealth: () => {
          throw new elb.TargetGroupNotFoundException({
            message: 'One or more target groups not found',
            $metadata,
          })
        },
      }),
      defineService(cloudwatch, new cloudwatch.CloudWatchClient(options), {
        SetAlarmState: () => {
          throw new cloudwatch.ResourceNotFound({ message: 'Alarm not found', $metadata })
        },
        PutMetricData: () => ({}),
      }),
    ],
    new VirtualClock(),
  )
})
afterAll(() => {
  served.close()
})
beforeEach(() => {
  served.calls.clear()
  served.faults.clear()
})

const failure = async (
  work: Promise<unknown>,
): Promise<Error & { $metadata?: { httpStatusCode?: number } }> => {
  try {
    await work
  } catch (error) {
    return error as Error
  }
  throw new Error('It did not fail.')
}

describe('a typed error is the SDK class again at the client', () => {
  test('in JSON', async () => {
    const error = await failure(new ecs.ECS(served.client).describeServices({ services: ['a'] }))
    expect(error).toBeInstanceOf(ecs.ClusterNotFoundException)
    expect(error).toMatchObject({
      message: 'Cluster not found.',
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('in query and XML, by the code that the query protocol uses', async () => {
    const client = new elb.ElasticLoadBalancingV2(served.client)
    const error = await failure(client.describeTargetHealth({ TargetGroupArn: 'x' }))
    expect(error).toBeInstanceOf(elb.TargetGroupNotFoundException)
    expect(error).toMatchObject({ Code: 'TargetGroupNotFound' })
  })

  test.each([
    ['JSON', {}],
    ['CBOR', { protocol: SmithyRpcV2CborProtocol }],
  ])('of CloudWatch in %s', async (_name, protocol) => {
    const client = new cloudwatch.CloudWatch({ ...served.client, ...protocol })
    const error = await failure(
      client.setAlarmState({ AlarmName: 'a', StateValue: 'OK', StateReason: 'r' }),
    )
    expect(error).toBeInstanceOf(cloudwatch.ResourceNotFound)
    expect(error.$metadata?.httpStatusCode).toBe(404)
  })
})

test('a mistake of the endpoint is a 500 that tells nothing, and its stack is in the call log', async () => {
  const error = await failure(new ecs.ECS(served.client).listClusters({}))
  expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
  expect(error.message).not.toContain('secret')
  expect(served.calls.entries()[0]?.stack).toContain('a mistake with a secret in it')
})

test('an operation that is not implemented says so', async () => {
  const error = await failure(new ecs.ECS(served.client).listTasks({}))
  expect(error).toMatchObject({ name: 'UnknownOperationException' })
  expect(error.message).toContain('ECS ListTasks is not implemented')
})

describe('what is no request of AWS is answered with 400, and nothing breaks', () => {
  const json = { 'content-type': 'application/x-amz-json-1.1' }
  const target = { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeServices' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }

  test.each<[string, Record<string, string>, string | Buffer, string]>([
    ['broken JSON', { ...json, ...target }, '{"services":', 'SerializationException'],
    ['a wrong type', { ...json, ...target }, '{"services":"x"}', ''],
    [
      'a broken gzip',
      { ...json, ...target, 'content-encoding': 'gzip' },
      'no gzip',
      'UnknownOperationException',
    ],
    [
      'an unknown target',
      { ...json, 'x-amz-target': 'Nothing.Here' },
      '{}',
      'UnknownOperationException',
    ],
    ['an unknown action', form, 'Action=Nothing&Version=2015-12-01', 'UnknownOperationException'],
    [
      'a form that contradicts itself',
      form,
      'Action=DescribeTargetHealth&Version=2015-12-01&Targets=x&Targets.member.1.Id=y',
      'SerializationException',
    ],
    [
      'broken CBOR',
      { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
      Buffer.from([0xff, 0x00]),
      'UnknownOperationException',
    ],
    ['no protocol at all', {}, 'hello', 'UnknownOperationException'],
  ])('%s', async (_what, headers, body, expected) => {
    const { status, text } = await post(served.url, headers, body)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(text).toContain(expected)
    // And the next one is answered as ever.
    expect(
      (await failure(new ecs.ECS(served.client).describeServices({ services: ['a'] }))).name,
    ).toBe('ClusterNotFoundException')
  })

  test('a body over the limit', async () => {
    const { status } = await post(
      served.url,
      { ...json, ...target },
      Buffer.alloc(17 * 1024 * 1024, 32),
    )
    expect(status).toBe(400)
  })
})

describe('what the model of a service does not allow', () => {
  test('a required member that is missing, at any depth', async () => {
    const client = new cloudwatch.CloudWatch(served.client)
    const error = await failure(
      client.putMetricData({
        Namespace: 'App',
        MetricData: [{ Value: 1 } as cloudwatch.MetricDatum],
      }),
    )
    expect(error.message).toBe(
      "1 validation error detected: Value null at 'MetricData.1.member.MetricName' failed to satisfy constraint: Member must not be null",
    )
  })

  test('value sets, patterns, bounds and lengths, all in one error', async () => {
    const error = await failure(
      new ecs.ECS(served.client).createService({
        serviceName: 'no spaces',
        launchType: 'MOON' as ecs.LaunchType,
        desiredCount: 5001,
        tags: [{ key: 'long', value: 'x' }],
      }),
    )
    expect(error.message).toContain('4 validation errors detected')
    expect(error.message).toContain("'MOON' at 'launchType'")
    expect(error.message).toContain('enum value set: [EC2, FARGATE]')
    expect(error.message).toContain('less than or equal to 5000')
    expect(error.message).toContain('length less than or equal to 3')
  })
})

describe('faults', () => {
  const call = (): Promise<unknown> =>
    new ecs.ECS(served.client).createService({ serviceName: 'a' })
  const error = { code: 'ThrottlingException', message: 'Rate exceeded' }

  test('hit as many calls as they say, after as many as they say', async () => {
    served.faults.add({ operation: 'CreateService', error, after: 1, times: 2 })
    const seen: string[] = []
    for (let number = 0; number < 4; number++) {
      seen.push(
        await call().then(
          () => 'ok',
          (each: unknown) => (each as Error).name,
        ),
      )
    }
    expect(seen).toEqual(['ok', 'ThrottlingException', 'ThrottlingException', 'ok'])
  })

  test('of another service, or another operation, hit nothing', async () => {
    served.faults.add({ operation: 'CreateService', service: 'ECR', error })
    served.faults.add({ operation: 'ListTasks', error })
    await expect(call()).resolves.toBeDefined()
  })
})

test('every call is recorded: what, with which parameters, and how it ended', async () => {
  const file = join(tmpdir(), `calls-${process.pid}.log`)
  const log = new CallLog(file)
  const entry = {
    service: 'ECS',
    operation: 'ListTasks',
    input: { a: 1 },
    at: 5,
    status: 200,
    wire: 'json',
    userAgent: 'x',
  }
  log.add(entry)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(entry)
  await rm(file)

  await failure(new ecs.ECS(served.client).describeServices({ services: ['web'], cluster: 'prod' }))
  expect(served.calls.entries()).toHaveLength(1)
  expect(served.calls.entries()[0]).toMatchObject({
    service: 'ECS',
    operation: 'DescribeServices',
    input: { services: ['web'], cluster: 'prod' },
    status: 400,
    error: 'ClusterNotFoundException',
  })
  expect(served.calls.count('DescribeServices')).toBe(1)
})

function post(
  url: string,
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const path = 'smithy-protocol' in headers ? '/service/Nothing/operation/Here' : '/'
    const sent = request(`${url}${path}`, { method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, text })
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** What a client of the SDK makes of the errors that the endpoint answers with, in each protocol. */
import { CloudWatch, ResourceNotFound } from '@aws-sdk/client-cloudwatch'
import { ClusterNotFoundException, ConflictException, ECS } from '@aws-sdk/client-ecs'
import {
  ElasticLoadBalancingV2,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Served } from '../support/serve.ts'
import { CBOR, failure, post, serveWire } from './test-wire.ts'

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

const alarm = { AlarmName: 'a', StateValue: 'OK', StateReason: 'r' } as const

describe('an error is its class of the SDK again at the client', () => {
  test.each<[string, () => Promise<unknown>, new (...args: never[]) => Error, object]>([
    [
      'in JSON',
      () => new ECS(served.client).describeServices({ services: ['a'] }),
      ClusterNotFoundException,
      { message: 'Cluster not found.', $fault: 'client', $metadata: { httpStatusCode: 400 } },
    ],
    [
      'with the members that its model has',
      () => new ECS(served.client).stopServiceDeployment({ serviceDeploymentArn: 'arn' }),
      ConflictException,
      { message: 'Not now.', resourceIds: ['arn:one', 'arn:two'] },
    ],
    [
      'in XML, by the code of the query protocol',
      () => new ElasticLoadBalancingV2(served.client).describeTargetHealth({ TargetGroupArn: 'x' }),
      TargetGroupNotFoundException,
      { message: 'No such group', Code: 'TargetGroupNotFound', $metadata: { httpStatusCode: 400 } },
    ],
    [
      'in the JSON of a service that once spoke query',
      () => new CloudWatch(served.client).setAlarmState(alarm),
      ResourceNotFound,
      { message: 'Alarm not found', $metadata: { httpStatusCode: 404 } },
    ],
    [
      'in CBOR',
      () => new CloudWatch({ ...served.client, ...CBOR }).setAlarmState(alarm),
      ResourceNotFound,
      { message: 'Alarm not found', $metadata: { httpStatusCode: 404 } },
    ],
  ])('%s', async (_how, call, ExceptionClass, expected) => {
    const error = await failure(call())
    expect(error).toBeInstanceOf(ExceptionClass)
    expect(error).toMatchObject(expected)
  })

  test('every answer has the id of its request', async () => {
    const error = await failure(new ECS(served.client).describeServices({ services: ['a'] }))
    expect(error.$metadata).toMatchObject({ requestId: expect.stringMatching(/^[\da-f-]{36}$/) })
  })
})

test('CloudWatch is answered in the query protocol when a client still speaks it', async () => {
  const answer = await post(
    served.url,
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Action=SetAlarmState&Version=2010-08-01&AlarmName=a&StateValue=OK&StateReason=r',
  )
  expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'text/xml' } })
  expect(answer.body).toContain('<Code>ResourceNotFound</Code><Message>Alarm not found</Message>')
})

test('a mistake of the endpoint is a 500 that tells nothing; the call log has its stack', async () => {
  const error = await failure(new ECS(served.client).listServices({}))
  expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
  expect(error.message).not.toContain('secret')
  expect(served.calls.entries()[0]).toMatchObject({
    operation: 'ListServices',
    status: 500,
    stack: expect.stringContaining('a mistake with a secret in it'),
  })
})

describe('an operation that is not implemented says so, in the protocol it was asked in:', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['JSON', () => new ECS(served.client).listTasks({}), 'ECS ListTasks'],
    [
      'XML',
      () => new ElasticLoadBalancingV2(served.client).describeSSLPolicies({}),
      'Elastic Load Balancing v2 DescribeSSLPolicies',
    ],
    [
      'CBOR',
      () => new CloudWatch({ ...served.client, ...CBOR }).listDashboards({}),
      'CloudWatch ListDashboards',
    ],
  ])('%s', async (_protocol, call, operation) => {
    const error = await failure(call())
    expect(error).toMatchObject({
      name: 'UnknownOperationException',
      message: `${operation} is not implemented by the local endpoint`,
      $metadata: { httpStatusCode: 400 },
    })
  })
})

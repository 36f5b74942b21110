/** What the model of a service does not allow never reaches the service, and is told in one error, as AWS words it. */
import { CloudWatch, type MetricDatum } from '@aws-sdk/client-cloudwatch'
import { ECS } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Served } from '../support/serve.ts'
import { failure, serveWire } from './test-wire.ts'

let served: Served
beforeAll(async () => {
  served = await serveWire()
})
afterAll(() => {
  served.close()
})

const create = (input: object): Promise<unknown> =>
  new ECS(served.client).createService({ serviceName: 'web', ...input })
const put = (...data: object[]): Promise<unknown> =>
  new CloudWatch(served.client).putMetricData({
    Namespace: 'App',
    MetricData: data as MetricDatum[],
  })

const failed = (value: string, path: string, rule: string): string =>
  `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: Member must ${rule}`

test.each<[string, () => Promise<unknown>, string]>([
  [
    'a member that is required',
    () => new ECS(served.client).describeServices({} as { services: string[] }),
    failed('null', 'services', 'not be null'),
  ],
  [
    'one that is required in an item of a list',
    () => put({ MetricName: 'a', Value: 1 }, { Value: 1 }),
    failed('null', 'MetricData.2.member.MetricName', 'not be null'),
  ],
  [
    'one that is required far below',
    () => put({ MetricName: 'a', Dimensions: [{ Name: 'b' }] }),
    failed('null', 'MetricData.1.member.Dimensions.1.member.Value', 'not be null'),
  ],
  [
    'a value set',
    () => create({ launchType: 'MOON' }),
    failed("'MOON'", 'launchType', 'satisfy enum value set: [EC2, FARGATE]'),
  ],
  [
    'a pattern',
    () => create({ serviceName: 'no spaces' }),
    failed("'no spaces'", 'serviceName', 'satisfy regular expression pattern: ^[\\w-]+$'),
  ],
  [
    'a least value',
    () => create({ desiredCount: -1 }),
    failed("'-1'", 'desiredCount', 'have value greater than or equal to 0'),
  ],
  [
    'a greatest value',
    () => create({ desiredCount: 5001 }),
    failed("'5001'", 'desiredCount', 'have value less than or equal to 5000'),
  ],
  [
    'a least length, in any item of a list',
    () => create({ tags: [{ key: 'ok' }, { key: '' }] }),
    failed("''", 'tags.key', 'have length greater than or equal to 1'),
  ],
  [
    'a greatest length',
    () => create({ tags: [{ key: 'four' }] }),
    failed("'four'", 'tags.key', 'have length less than or equal to 3'),
  ],
])('%s', async (_what, call, message) => {
  expect(await failure(call())).toMatchObject({ message, $metadata: { httpStatusCode: 400 } })
})

test('a list that is too long', async () => {
  const tags = [{ key: 'a' }, { key: 'b' }, { key: 'c' }]
  expect((await failure(create({ tags }))).message).toMatch(
    / at 'tags' failed .* have length less than or equal to 2$/,
  )
})

test('all violations are told at once, and the service sees nothing of it', async () => {
  const error = await failure(
    create({ serviceName: 'no spaces', launchType: 'MOON', desiredCount: 5001 }),
  )
  expect(error.message).toMatch(
    /^3 validation errors detected: Value 'MOON' at 'launchType' .*; Value 'no spaces' at 'serviceName' .*; Value '5001' at 'desiredCount' /,
  )
})

test('what is on the edge is allowed', async () => {
  await create({ desiredCount: 0 })
  await create({ desiredCount: 5000, launchType: 'EC2', tags: [{ key: 'abc' }, { key: 'a' }] })
  await put({ MetricName: 'a', Value: 0, Dimensions: [{ Name: 'b', Value: '' }] })
})

test.each<[string, () => Promise<unknown>, string]>([
  ['ECS', () => create({ desiredCount: -1 }), 'InvalidParameterException'],
  // Its code in the query protocol is ValidationError, and so it is in the header that the SDK goes by.
  ['CloudWatch', () => put({}), 'ValidationException'],
  [
    'ELBv2',
    () =>
      new ElasticLoadBalancingV2(served.client).describeTargetHealth({
        TargetGroupArn: undefined,
      }),
    'ValidationError',
  ],
])('%s has a code of its own for it', async (_service, call, name) => {
  expect((await failure(call())).name).toBe(name)
})

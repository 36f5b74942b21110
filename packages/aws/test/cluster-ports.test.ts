/** The ports of services that are deployed together: what they ask at the same moment is one call. */
import { afterEach, expect, test } from '@jest/globals'
import { NotFound, Refused, type Ports, type Series } from '@ecs-pipeline/rollout'
import { createClusterPorts } from '../src/create-ports.ts'
import {
  startScriptedEndpoint,
  type ScriptedEndpoint,
  type SeenRequest,
} from './scripted-endpoint.ts'

let endpoint: ScriptedEndpoint | undefined
afterEach(async () => {
  await endpoint?.close()
  endpoint = undefined
})

async function stage(
  answer: (request: SeenRequest) => object,
): Promise<{ portsOf: (service: string) => Ports; seen: readonly SeenRequest[] }> {
  endpoint = await startScriptedEndpoint(answer)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  // The next turn of the event loop: everybody who asks in this one has asked by then.
  const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) }
  return { portsOf: createClusterPorts({ cluster: 'prod', clock }), seen: endpoint.seen }
}

const names = (count: number): string[] => Array.from({ length: count }, (_each, at) => `s${at}`)

test('DescribeServices takes ten, and each gets its own answer', async () => {
  const { portsOf, seen } = await stage(({ body }) => {
    const asked = body['services'] as string[]
    return {
      services: asked
        .filter((name) => name !== 's3')
        .map((name) => ({
          serviceName: name,
          serviceArn: `arn:aws:ecs:eu-west-1:123456789012:service/prod/${name}`,
        }))
        .reverse(),
      failures: asked.includes('s3')
        ? [{ arn: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/s3', reason: 'MISSING' }]
        : [],
    }
  })
  const answers = await Promise.allSettled(
    names(12).map((name) => portsOf(name).deployments.service()),
  )
  expect(seen.map(({ body }) => (body['services'] as string[]).length).sort()).toEqual([10, 2])
  expect(
    answers.map((each) =>
      each.status === 'fulfilled' ? each.value.name : each.reason instanceof NotFound,
    ),
  ).toEqual(names(12).map((name) => (name === 's3' ? true : name)))
})

test('service deployments and their revisions by twenty', async () => {
  const { portsOf, seen } = await stage(({ body }) => ({
    serviceDeployments: ((body['serviceDeploymentArns'] ?? []) as string[]).map((arn) => ({
      serviceDeploymentArn: arn,
    })),
    serviceRevisions: ((body['serviceRevisionArns'] ?? []) as string[]).map((arn) => ({
      serviceRevisionArn: arn,
    })),
  }))
  await Promise.all(
    names(20).map(async (name) => {
      const { deployments } = portsOf(name)
      expect(await deployments.serviceDeployment(`d-${name}`)).toMatchObject({ arn: `d-${name}` })
      const revisions = await deployments.revisions([`r-${name}`])
      expect(revisions.map(({ arn }) => arn)).toEqual([`r-${name}`])
    }),
  )
  const operations = seen.map(({ operation }) => operation)
  expect(operations.filter((each) => each === 'DescribeServiceDeployments')).toHaveLength(1)
  expect(operations.length).toBeLessThanOrEqual(3)
})

const latency = (service: string): Series => ({
  id: 'latency',
  period: 60,
  query: {
    kind: 'metric',
    metric: {
      namespace: 'App',
      name: 'Latency',
      statistic: 'Average',
      dimensions: { Service: service },
    },
  },
})

/** Answers every query of GetMetricData with a value per minute of the span that was asked for. */
const everyMinute = ({ body }: SeenRequest): object => {
  const from = Number(body['StartTime'])
  const minutes = Array.from(
    { length: (Number(body['EndTime']) - from) / 60 },
    (_each, at) => from + at * 60,
  )
  return {
    MetricDataResults: (body['MetricDataQueries'] as { Id: string }[]).map(({ Id }) => ({
      Id,
      Timestamps: minutes,
      Values: minutes,
      StatusCode: 'Complete',
    })),
  }
}

test('the metrics of all in one call, and to each the span that it asked for', async () => {
  const { portsOf, seen } = await stage(everyMinute)
  const [web, api] = await Promise.all([
    portsOf('web').metrics.read([latency('web')], { from: 0, to: 120_000 }),
    portsOf('api').metrics.read([latency('api')], { from: 60_000, to: 240_000 }),
  ])
  expect(seen).toHaveLength(1)
  expect(seen[0]?.body).toMatchObject({ StartTime: 0, EndTime: 240 })
  expect([...(web?.[0]?.values.keys() ?? [])]).toEqual([0, 60_000])
  expect([...(api?.[0]?.values.keys() ?? [])]).toEqual([60_000, 120_000, 180_000])
})

test('a query that CloudWatch does not take blinds only whose it is', async () => {
  const { portsOf, seen } = await stage((request) => {
    const isBad = JSON.stringify(request.body).includes('"Value":"bad"')
    return isBad
      ? { __type: 'ValidationError', message: 'Error in expression' }
      : everyMinute(request)
  })
  const [good, bad] = await Promise.allSettled(
    ['web', 'bad'].map((name) =>
      portsOf(name).metrics.read([latency(name)], { from: 0, to: 60_000 }),
    ),
  )
  expect(good?.status).toBe('fulfilled')
  expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(Refused) })
  expect(seen).toHaveLength(3)
})

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

/** A cluster in which each service has two running tasks and one stopped; `others` are tasks of services not ours. */
function cluster(
  services: readonly string[],
  { others = 0, pageSize = 100, forbidsAll = false } = {},
): (request: SeenRequest) => object {
  const running = [
    ...services.flatMap((name) => [`${name}/1`, `${name}/2`]),
    ...Array.from({ length: others }, (_each, at) => `other${at}/1`),
  ]
  const stopped = services.map((name) => `${name}/3`)
  return ({ operation, body }) => {
    if (operation === 'DescribeTasks') {
      return {
        tasks: (body['tasks'] as string[]).map((taskArn) => ({
          taskArn,
          group: `service:${taskArn.split('/')[0] ?? ''}`,
        })),
      }
    }
    const service = body['serviceName'] as string | undefined
    if (service === undefined && forbidsAll) {
      return { __type: 'AccessDeniedException', message: 'User: x is not authorized' }
    }
    const all = (body['desiredStatus'] === 'STOPPED' ? stopped : running).filter(
      (arn) => service === undefined || arn.startsWith(`${service}/`),
    )
    const start = Number(body['nextToken'] ?? 0)
    const end = start + pageSize
    return {
      taskArns: all.slice(start, end),
      ...(end < all.length && { nextToken: String(end) }),
    }
  }
}

const listsIn = (seen: readonly SeenRequest[]): readonly SeenRequest[] =>
  seen.filter(({ operation }) => operation === 'ListTasks')

async function runningOf(
  portsOf: (service: string) => Ports,
  services: readonly string[],
): Promise<readonly (readonly string[])[]> {
  return Promise.all(
    services.map(async (name) => (await portsOf(name).tasks.running()).map(({ arn }) => arn)),
  )
}
const pairs = (services: readonly string[]): string[][] =>
  services.map((name) => [`${name}/1`, `${name}/2`])

test('the tasks of many services in one list, and each gets its own', async () => {
  const services = names(12)
  const { portsOf, seen } = await stage(cluster(services, { others: 3 }))
  // An ARN names the service as well.
  const asked = services.map((name) => (name === 's3' ? `arn:aws:ecs:x:1:service/prod/s3` : name))
  expect(await runningOf(portsOf, asked)).toEqual(pairs(services))
  expect(listsIn(seen).map(({ body }) => body['serviceName'])).toEqual([undefined])
  expect(seen).toHaveLength(2)
})

test('running tasks and stopped ones are not mixed up', async () => {
  const services = names(6)
  const { portsOf, seen } = await stage(cluster(services))
  const [running, stopped] = await Promise.all([
    runningOf(portsOf, services),
    Promise.all(services.map((name) => portsOf(name).tasks.stopped())),
  ])
  expect(running).toEqual(pairs(services))
  expect(stopped.map((tasks) => tasks.map(({ arn }) => arn))).toEqual(
    services.map((name) => [`${name}/3`]),
  )
  expect(listsIn(seen)).toHaveLength(2)
})

test('few services list their own', async () => {
  const { portsOf, seen } = await stage(cluster(names(5)))
  expect(await runningOf(portsOf, names(5))).toEqual(pairs(names(5)))
  const listed = listsIn(seen).map(({ body }) => String(body['serviceName']))
  expect(listed.sort()).toEqual(names(5))
})

test('where most tasks of the cluster are of others, each lists its own, and from then on at once', async () => {
  const services = names(6)
  const { portsOf, seen } = await stage(cluster(services, { others: 100, pageSize: 10 }))
  expect(await runningOf(portsOf, services)).toEqual(pairs(services))
  expect(listsIn(seen)).toHaveLength(3 + 6)
  expect(await runningOf(portsOf, services)).toEqual(pairs(services))
  expect(listsIn(seen)).toHaveLength(3 + 6 + 6)
})

test('several pages, where they are fewer than the services', async () => {
  const services = names(12)
  const { portsOf, seen } = await stage(cluster(services, { pageSize: 5 }))
  expect(await runningOf(portsOf, services)).toEqual(pairs(services))
  expect(listsIn(seen)).toHaveLength(5)
})

test('a policy that does not let the whole cluster be listed is no reason to know nothing', async () => {
  const services = names(6)
  const { portsOf } = await stage(cluster(services, { forbidsAll: true }))
  expect(await runningOf(portsOf, services)).toEqual(pairs(services))
})

const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1'

test('an image is looked up once for all services, and one that is missing again for each who comes later', async () => {
  let images: object[] = []
  const { portsOf, seen } = await stage(() => ({ images }))
  const find = (service: string): Promise<string> =>
    portsOf(service)
      .images.find(IMAGE)
      .then(({ kind }) => kind)
  expect(await Promise.all(names(3).map(find))).toEqual(['missing', 'missing', 'missing'])
  expect(seen).toHaveLength(1)
  images = [{ imageId: { imageDigest: `sha256:${'a'.repeat(64)}` } }]
  expect(await find('s1')).toBe('found')
  expect(await find('s2')).toBe('found')
  expect(seen).toHaveLength(2)
})

/** The ports against the local endpoint, through real SDK clients: what the scenarios do not look at closely. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { NotFound, type Ports } from '@ecs-pipeline/rollout'
import {
  buildImage,
  pushImage,
  startLocalAws,
  VirtualClock,
  type LocalAws,
} from '@ecs-pipeline/local-aws'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { ECR } from '@aws-sdk/client-ecr'
import { ECS } from '@aws-sdk/client-ecs'
import { createPorts } from '../src/create-ports.ts'
import { unknownMembers } from '../src/unknown-members.ts'

let aws: LocalAws
let ports: Ports
let pushed: string

beforeAll(async () => {
  const clock = new VirtualClock()
  aws = await startLocalAws({ clock })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  const sleepless = { now: () => clock.now(), sleep: () => Promise.resolve() }
  ports = createPorts({ cluster: 'prod', service: 'web', clock: sleepless })
  await new ECS({}).createCluster({ clusterName: 'prod' })
  const ecr = new ECR({})
  await ecr.createRepository({ repositoryName: 'web' })
  const token = (await ecr.getAuthorizationToken({})).authorizationData?.[0]?.authorizationToken
  pushed = await pushImage(await buildImage({ files: { 'app.js': 'ok' } }), {
    registry: `http://${aws.registryHost}`,
    repository: 'web',
    tag: '1',
    authorization: `Basic ${token ?? ''}`,
  })
})
afterAll(() => aws.close())

const HOST = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

describe('images', () => {
  test('a tag becomes a digest', async () => {
    expect(await ports.images.find(`${HOST}/web:1`)).toEqual({
      kind: 'found',
      digest: pushed,
      pinned: `${HOST}/web@${pushed}`,
      platformDigests: [],
    })
  })

  test.each([
    [`${HOST}/web:2`, 'missing'],
    [`${HOST}/nothing:1`, 'missing'],
    [`${HOST}/web@sha256:${'0'.repeat(64)}`, 'missing'],
    ['not a reference', 'missing'],
    ['nginx:1', 'elsewhere'],
    ['public.ecr.aws/nginx/nginx:1', 'elsewhere'],
  ])('%s is %s', async (reference, kind) => {
    expect(await ports.images.find(reference)).toMatchObject({ kind })
  })
})

describe('task definitions', () => {
  const document = {
    family: 'web',
    containerDefinitions: [
      {
        name: 'app',
        image: 'nginx:1',
        memory: 64,
        environment: [{ name: 'EMPTY', value: '' }],
        newSetting: { on: true },
      },
    ],
    newerThanTheSdk: 'kept',
  }

  test('what the SDK does not know is named, and reaches ECS all the same', async () => {
    expect(unknownMembers(document)).toEqual([
      'containerDefinitions[0].newSetting',
      'newerThanTheSdk',
    ])
    const bodies: string[] = []
    const spy = await spyOn(aws.endpoint, bodies)
    process.env['AWS_ENDPOINT_URL'] = spy.url
    try {
      const clock = { now: () => 0, sleep: () => Promise.resolve() }
      const spied = createPorts({ cluster: 'prod', service: 'web', clock })
      const registered = await spied.taskDefinitions.register(document, { commit: 'abc' })
      expect(registered).toMatchObject({ family: 'web', revision: 1, status: 'ACTIVE' })
    } finally {
      process.env['AWS_ENDPOINT_URL'] = aws.endpoint
      spy.close()
    }
    expect(JSON.parse(bodies[0] ?? '{}')).toMatchObject({
      ...document,
      tags: [{ key: 'commit', value: 'abc' }],
    })
  })

  test('what comes back can be registered again: the read-only members are gone, empty values are not', async () => {
    const found = await ports.taskDefinitions.describe('web')
    expect(found.tags).toEqual({ commit: 'abc' })
    expect(found.document).not.toHaveProperty('revision')
    expect(found.document).toMatchObject({
      containerDefinitions: [{ environment: [{ name: 'EMPTY', value: '' }] }],
    })
  })

  test('one that is not there is NotFound', async () => {
    await expect(ports.taskDefinitions.describe('nobody:7')).rejects.toThrow(NotFound)
  })
})

describe('log tails', () => {
  const definition = (logConfiguration: object): Record<string, unknown> => ({
    containerDefinitions: [{ name: 'app', logConfiguration }],
  })
  const awslogs = {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': '/web',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'p',
    },
  }

  test('the last lines, oldest first', async () => {
    const logs = new CloudWatchLogs({})
    await logs.createLogGroup({ logGroupName: '/web' })
    await logs.createLogStream({ logGroupName: '/web', logStreamName: 'p/app/t1' })
    const logEvents = ['one', 'two', 'three\nfour\n'].map((message, index) => ({
      message,
      timestamp: aws.clock.now() + index,
    }))
    await logs.putLogEvents({ logGroupName: '/web', logStreamName: 'p/app/t1', logEvents })
    expect(await ports.logTails.tail(definition(awslogs), 'app', 't1', 3)).toEqual([
      'two',
      'three',
      'four',
    ])
  })

  test.each([
    ['another driver', { logDriver: 'fluentd' }, 't1'],
    ['a stream that is not there', awslogs, 't2'],
  ])('%s: nothing is known', async (_what, configuration, task) => {
    expect(await ports.logTails.tail(definition(configuration), 'app', task, 3)).toBeUndefined()
  })
})

test('a cluster or service that is not there is NotFound', async () => {
  await expect(ports.deployments.service()).rejects.toThrow(NotFound)
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const elsewhere = createPorts({ cluster: 'nowhere', service: 'web', clock })
  await expect(elsewhere.deployments.service()).rejects.toThrow(/nowhere/)
})

/** Passes requests on and keeps their bodies. */
async function spyOn(target: string, bodies: string[]): Promise<{ url: string; close(): void }> {
  const { createServer } = await import('node:http')
  const { text } = await import('node:stream/consumers')
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request)
      bodies.push(body)
      const { host: _host, 'content-length': _length, ...headers } = request.headers
      const answer = await fetch(target + (request.url ?? '/'), {
        method: 'POST',
        headers: headers as Record<string, string>,
        body,
      })
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(await answer.text())
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

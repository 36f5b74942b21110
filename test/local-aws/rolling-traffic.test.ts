/** A good rolling release under steady traffic loses nobody: real requests, real tasks, the endpoint as a process. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { ROOT } from '../support/run-bundle.ts'
import {
  clientsFor,
  CLUSTER,
  createGround,
  createLoadBalancer,
  createService,
  FAST_CLOCK_GRACE,
  publishImage,
  taskDefinitionFor,
  type Clients,
} from '../support/stack.ts'
import { Traffic } from '../support/traffic.ts'

const PER_SECOND = 250

let aws: LocalAwsProcess
let clients: Clients
beforeAll(async () => {
  aws = await startLocalAwsProcess(['--speed', '20'])
  clients = clientsFor(aws)
  await createGround(clients)
}, 30_000)
afterAll(async () => {
  expect(await aws.stop()).toBe(0)
})

const image = async (version: string): Promise<string> =>
  publishImage(aws, clients, {
    tag: version,
    files: { 'app.cjs': await readFile(join(ROOT, 'test/support/task-app.cjs')) },
    command: ['node', '/app.cjs'],
    environment: { VERSION: version },
  })

async function untilCompleted(taskDefinition: string): Promise<void> {
  for (;;) {
    const { services } = await clients.ecs.describeServices({ cluster: CLUSTER, services: ['web'] })
    const primary = services?.[0]?.deployments?.[0]
    if (primary?.taskDefinition === taskDefinition && primary.rolloutState === 'COMPLETED') return
    await aws.sleep(2000)
  }
}

test('a good rolling release under at least 200 requests a second fails none', async () => {
  const loadBalancer = await createLoadBalancer(clients, 'web')
  const first = await createService(aws, clients, {
    name: 'web',
    image: await image('one'),
    loadBalancer,
    settings: FAST_CLOCK_GRACE,
  })
  await untilCompleted(first)
  const url = await aws.listenerUrl(loadBalancer.listenerArn)
  const versions = new Set([await (await fetch(url)).text()])
  const second = await clients.ecs.registerTaskDefinition(
    taskDefinitionFor('web', await image('two'), aws.region),
  )
  const arn = second.taskDefinition?.taskDefinitionArn ?? ''

  const traffic = new Traffic(url, PER_SECOND)
  const began = performance.now()
  traffic.start()
  await clients.ecs.updateService({ cluster: CLUSTER, service: 'web', taskDefinition: arn })
  await untilCompleted(arn)
  const seconds = (performance.now() - began) / 1000
  await traffic.stop()
  const { served, failed, failures } = traffic.count()
  versions.add(await (await fetch(url)).text())

  expect({ failed, failures }).toEqual({ failed: 0, failures: {} })
  expect(served / seconds).toBeGreaterThanOrEqual(200)
  expect([...versions]).toEqual(['one', 'two'])
}, 60_000)

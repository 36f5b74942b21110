/** `npm run local-aws` as a user starts it: what it prints, how it refuses, how it ends. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { run, type CommandResult } from '../support/command.ts'
import { startLocalAwsProcess } from '../support/local-aws-process.ts'
import { NODE_24, ROOT } from '../support/run-bundle.ts'
import {
  clientsFor,
  CLUSTER,
  createGround,
  createLoadBalancer,
  createService,
  publishImage,
} from '../support/stack.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-process-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (...args: readonly string[]): Promise<CommandResult> =>
  run(NODE_24, [join(ROOT, 'packages/local-aws/src/main.ts'), ...args])

/** Every process of this machine whose environment says that it is a task of ours. */
async function tasksMarked(mark: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const environments = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')),
  )
  return ids.filter((_id, index) => environments[index]?.includes(mark))
}

test('it serves, writes its log, and SIGTERM ends it with every task it has started', async () => {
  const log = join(folder, 'calls.log')
  const mark = `MARK=${folder}`
  const aws = await startLocalAwsProcess(['--speed', '60', '--log', log])
  expect(aws).toMatchObject({ account: '123456789012', region: 'us-east-1', clock: { rate: 60 } })
  const clients = clientsFor(aws)
  await createGround(clients)
  const loadBalancer = await createLoadBalancer(clients, 'web')
  const image = await publishImage(aws, clients, {
    tag: '1',
    files: { 'app.cjs': await readFile(join(ROOT, 'test/support/task-app.cjs')) },
    command: ['node', '/app.cjs'],
    environment: { MARK: folder },
  })
  await createService(aws, clients, { name: 'web', image, loadBalancer })
  for (let runningCount = 0; runningCount < 2;) {
    await aws.sleep(2000)
    const { services } = await clients.ecs.describeServices({ cluster: CLUSTER, services: ['web'] })
    runningCount = services?.[0]?.runningCount ?? 0
  }
  expect(await tasksMarked(mark)).toHaveLength(2)

  expect(await aws.stop()).toBe(0)
  expect(await tasksMarked(mark)).toEqual([])
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
  const operations = lines.map((line) => (JSON.parse(line) as { operation: string }).operation)
  expect(operations).toContain('CreateService')
  expect(operations).toContain('DescribeServices')
})

test('--help helps, and starts nothing', async () => {
  const { exitCode, stdout } = await start('--help')
  expect(exitCode).toBe(0)
  for (const option of ['--port', '--registry-port', '--speed', '--driver', '--log']) {
    expect(stdout).toContain(option)
  }
})

describe('wrong options end it with 2 and one clear line', () => {
  test.each([
    [['--port', 'many'], "--port has to be a number, not 'many'."],
    [['--port', '70000'], '--port has to be a port'],
    [['--speed', '0'], '--speed has to be above 0'],
    [['--driver', 'podman'], "--driver has to be process or docker, not 'podman'."],
    [['--nonsense'], '--nonsense'],
    [['--port', '0', '--registry-port', '0', '--log', '/nowhere/calls.log'], '/nowhere/calls.log'],
  ])('%j', async (args, expected) => {
    const { exitCode, output } = await start(...args)
    expect(exitCode).toBe(2)
    expect(output).toContain(expected)
    expect(output).toContain('--help')
    expect(output).not.toMatch(/^\s+at /m)
  })

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const { exitCode, output } = await start('--port', String(port), '--registry-port', '0')
    server.close()
    expect(exitCode).toBe(2)
    expect(output).toContain(`Port ${port} of 127.0.0.1, for the AWS endpoint, is in use.`)
  })
})

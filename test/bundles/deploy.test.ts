/** The committed bundle, as a process on Node 24, against the endpoint as a process, on one scaled clock. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { ROOT, runBundle, type BundleRun } from '../support/run-bundle.ts'
import {
  awsEnvironment,
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

const WRITES = new Set(['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment'])

let aws: LocalAwsProcess
let clients: Clients
let workspace: string
let goodImage: string

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'ecs-pipeline-workspace-'))
  aws = await startLocalAwsProcess(['--speed', '30'])
  clients = clientsFor(aws)
  await createGround(clients)
  goodImage = await image('good')
  const loadBalancer = await createLoadBalancer(clients, 'ledger')
  await createService(aws, clients, {
    name: 'ledger',
    image: goodImage,
    loadBalancer,
    settings: FAST_CLOCK_GRACE,
  })
  await untilStable('ledger')
}, 60_000)

afterAll(async () => {
  const exitCode = await aws.stop()
  await rm(workspace, { recursive: true, force: true })
  expect(exitCode).toBe(0)
})

async function image(behaviour: string): Promise<string> {
  return publishImage(aws, clients, {
    tag: behaviour,
    files: { 'app.cjs': await readFile(join(ROOT, 'test/support/task-app.cjs')) },
    command: ['node', '/app.cjs'],
    environment: { BEHAVIOUR: behaviour.replace(/-\d$/, ''), VERSION: behaviour },
  })
}

async function untilStable(service: string): Promise<void> {
  for (;;) {
    const answer = await clients.ecs.describeServices({ cluster: CLUSTER, services: [service] })
    if (answer.services?.[0]?.deployments?.[0]?.rolloutState === 'COMPLETED') return
    await aws.sleep(5000)
  }
}

const deploy = (
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<BundleRun> =>
  runBundle('deploy', {
    inputs: { cluster: CLUSTER, service: 'ledger', ...inputs },
    env: { ...awsEnvironment(aws), ...env },
    clock: aws.clock,
    workspace,
  })

describe('releases', () => {
  test('a good one is green, with every output and a summary that begins with what users get', async () => {
    const run = await deploy({ image: await image('good-2') })
    expect(run.stdout + run.stderr).not.toContain('::error')
    expect(run.exitCode).toBe(0)
    expect(run.outputs).toMatchObject({
      outcome: 'deployed',
      'rolled-back': 'false',
      'rolled-back-by': 'none',
      'reason-code': 'completed',
    })
    expect(run.outputs['task-definition-arn']).toMatch(/task-definition\/ledger:2$/)
    expect(run.outputs['running-task-definition-arn']).toBe(run.outputs['task-definition-arn'])
    expect(run.outputs['image-digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(run.outputs['service-deployment-arn']).toContain(':service-deployment/')
    expect(run.summary).toMatch(/ledger: deployed[\s\S]*Users get now[\s\S]*ledger:2/)
    expect(run.report).toMatchObject({ version: 1, outcome: 'deployed', passed: true })
  }, 60_000)

  test('a crashing one is red, names exit code and log lines, and users are back', async () => {
    const run = await deploy({ image: await image('crash') })
    expect(run.exitCode).toBe(1)
    expect(run.outputs).toMatchObject({ outcome: 'rolled-back', 'rolled-back': 'true' })
    expect(run.outputs['running-task-definition-arn']).toMatch(/ledger:2$/)
    expect(run.stdout).toMatch(/::error.*ledger: rolled-back/)
    expect(run.summary).toContain('LEDGER_CURRENCY is missing')
    expect(run.summary).toContain('Essential container in task exited')
  }, 60_000)

  test('a cancelled run ends in time, and says so', async () => {
    const ended = await runBundle('deploy', {
      inputs: {
        cluster: CLUSTER,
        service: 'ledger',
        image: await image('good-3'),
        'on-cancel': 'rollback',
      },
      env: awsEnvironment(aws),
      clock: aws.clock,
      interrupt: { signal: 'SIGINT', at: 'rolling out' },
    })
    expect(ended.exitCode).toBe(1)
    expect(ended.outputs).toMatchObject({ outcome: 'cancelled', 'rolled-back-by': 'action' })
    await untilStable('ledger')
  }, 60_000)
})

describe('bad input: refused, one clear error, and nothing changed', () => {
  const definition = (over: object): string =>
    JSON.stringify({ ...taskDefinitionFor('ledger', goodImage, 'us-east-1'), ...over })

  test.each<[string, Record<string, string>, Record<string, () => string>, RegExp]>([
    ['an unknown value', { 'on-failure': 'rolback' }, {}, /on-failure.*rolback.*rollback/s],
    ['a number out of range', { 'wait-for-minutes': '0' }, {}, /wait-for-minutes.*0/s],
    ['a service that is not there', { service: 'leger' }, {}, /leger/],
    ['a cluster that is not there', { cluster: 'prodction' }, {}, /prodction/],
    ['a missing file', { 'task-definition': 'nowhere.json' }, {}, /nowhere\.json.*no such file/s],
    [
      'JSON that breaks off',
      { 'task-definition': 'bad.json' },
      { 'bad.json': () => '{\n  "family": "ledger",\n  "cpu": }' },
      /bad\.json.*line 3 column 10/s,
    ],
    [
      'YAML that is none',
      { 'task-definition': 'bad.yml' },
      { 'bad.yml': () => 'family: ledger\ncontainerDefinitions:\n  - name: "app\n' },
      /bad\.yml.*line \d+ column \d+/s,
    ],
    [
      'a task definition without containers',
      { 'task-definition': 'empty.json' },
      { 'empty.json': () => definition({ containerDefinitions: [] }) },
      /containerDefinitions/,
    ],
    ['a container that is not there', { image: 'web=nginx:1' }, {}, /`web`.*app/s],
    [
      'an image that was never pushed',
      { image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger:nope' },
      {},
      /nope/,
    ],
  ])(
    '%s',
    async (_what, inputs, files, expected) => {
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(workspace, name), content())
      }
      await aws.takeCalls()
      const run = await deploy(inputs)
      expect(run.exitCode).toBe(1)
      expect(run.outputs['outcome']).toBe('refused')
      expect(run.stdout).toMatch(expected)
      expect(run.stdout.match(/^::error/gm)).toHaveLength(1)
      expect(run.stdout + run.stderr).not.toMatch(/^\s+at .*\.js:\d+/m)
      const writes = (await aws.takeCalls()).filter((call) => WRITES.has(call.operation))
      expect(writes).toEqual([])
    },
    30_000,
  )

  test.each([
    ['CODE_DEPLOY', 'codedeploy-appspec: appspec.yaml: There is no such file.'],
    ['EXTERNAL', 'EXTERNAL'],
  ] as const)(
    'a service with the controller %s',
    async (type, said) => {
      const service = `controlled-${type.toLowerCase().replace('_', '-')}`
      await createService(aws, clients, {
        name: service,
        image: goodImage,
        desiredCount: 0,
        settings: { deploymentController: { type } },
      })
      const run = await deploy({ service })
      expect(run.exitCode).toBe(1)
      expect(run.outputs['outcome']).toBe('refused')
      expect(run.stdout).toContain(said)
    },
    30_000,
  )
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { ImagePullError, type PulledImage } from '../../src/services/ecr/part.ts'
import { createLifecycle } from '../../src/services/ecs/lifecycle/lifecycle.ts'
import type { ClusterRecord, TaskRecord } from '../../src/services/ecs/model.ts'
import type { TaskDriver } from '../../src/tasks/driver.ts'
import { createProcessDriver } from '../../src/tasks/process-driver.ts'
import { nodeImage, SERVER } from '../tasks/make-image.ts'

const PLACE = { account: '123456789012', region: 'us-east-1' }
const LISTEN =
  'import { createServer } from "node:net"; createServer().listen(Number(process.env.PORT))'
const IMAGES: Record<string, string> = {
  server: SERVER,
  crash: 'console.error("boom"); process.exit(3)',
  done: 'console.log("migrated")',
  stubborn: `${LISTEN}; process.on("SIGTERM", () => console.log("no"))`,
  idle: `${LISTEN}; process.on("SIGTERM", () => { console.log("idle ends"); process.exit(0) })`,
  environment: `${LISTEN}; console.log(JSON.stringify(process.env))`,
}

let clock: VirtualClock
let driver: TaskDriver
let lifecycle: ReturnType<typeof createLifecycle>
let cluster: ClusterRecord
let printed: string[]
let history: string[]

beforeEach(() => {
  clock = new VirtualClock(0)
  driver = createProcessDriver()
  printed = []
  history = []
  cluster = { name: 'c', arn: 'arn', shape: {}, tags: [], services: new Map(), tasks: new Map() }
  lifecycle = createLifecycle({
    clock,
    place: PLACE,
    driver,
    images: { pull },
    logs: {
      hasGroup: (group) => group === 'known',
      write: (group, stream, line) => printed.push(`${group} ${stream}: ${line}`),
    },
    secrets: (valueFrom) => (valueFrom === '/known' ? 'hidden' : undefined),
    patience: { stopping: 300 },
  })
  let last = 'PROVISIONING'
  lifecycle.onChange(({ lastStatus }) => {
    if (lastStatus !== last) history.push(`${clock.now() / 1000}s ${lastStatus}`)
    last = lastStatus
  })
})

afterEach(async () => {
  lifecycle.close()
  await driver.close()
})

async function pull(reference: string): Promise<PulledImage> {
  const code = IMAGES[reference]
  if (code === undefined)
    throw new ImagePullError(`CannotPullContainerError: ${reference}: not found`)
  return nodeImage(code)
}

const LOGGED: ContainerDefinition = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': 'known', 'awslogs-stream-prefix': 'ecs' },
  },
}

const containerOf = (image: string, more: ContainerDefinition = {}): ContainerDefinition => ({
  name: image,
  image,
  essential: true,
  portMappings: [{ containerPort: 3000 }],
  ...LOGGED,
  ...more,
})

const serverOf = (more: ContainerDefinition = {}): ContainerDefinition =>
  containerOf('server', more)

/** What a program printed may still be on its way. */
const untilPrinted = async (lines: number): Promise<void> => {
  while (printed.length < lines) await clock.settle()
}

function start(
  containerDefinitions: ContainerDefinition[],
  more: Partial<TaskDefinition> = {},
  overrides = {},
): TaskRecord {
  return lifecycle.start({
    cluster,
    taskDefinition: {
      family: 'f',
      revision: 1,
      arn: 'arn:f:1',
      shape: { containerDefinitions, ...more },
      tags: [],
    },
    group: 'family:f',
    launchType: 'FARGATE',
    overrides,
  })
}

describe('a task', () => {
  test('goes from PROVISIONING to RUNNING, and through draining to STOPPED', async () => {
    const task = start([serverOf()])
    expect([task.lastStatus, task.desiredStatus]).toEqual(['PROVISIONING', 'RUNNING'])
    await clock.advance(20_000)
    await untilPrinted(1)
    expect(task.lastStatus).toBe('RUNNING')
    lifecycle.beforeStop = () => clock.sleep(10_000)
    const stopped = lifecycle.stop(task, 'enough', 'UserInitiated')
    expect(task.desiredStatus).toBe('STOPPED')
    expect(lifecycle.stop(task, 'again', 'UserInitiated')).toBe(stopped)
    await clock.advance(20_000)
    await stopped
    expect(history).toEqual([
      '5s PENDING',
      '10s ACTIVATING',
      '11s RUNNING',
      '20s DEACTIVATING',
      '30s STOPPING',
      '30s DEPROVISIONING',
      '32s STOPPED',
    ])
    expect(task).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      pullStartedAt: 5_000,
      pullStoppedAt: 10_000,
      startedAt: 11_000,
      stoppingAt: 20_000,
      executionStoppedAt: 30_000,
      stoppedAt: 32_000,
      containers: [
        { exitCode: 0, lastStatus: 'STOPPED', imageDigest: expect.stringMatching(/^sha256:/) },
      ],
    })
    expect(printed).toEqual([
      `known ecs/server/${task.id}: listening`,
      `known ecs/server/${task.id}: bye`,
    ])
  })

  test('listens when it is RUNNING, at an address of its own', async () => {
    const tasks = [start([serverOf()]), start([serverOf()])]
    await clock.advance(11_000)
    const targets = tasks.map((task) => lifecycle.target(task, 'server', 3000))
    expect(new Set(targets.map((target) => target?.id)).size).toBe(2)
    for (const target of targets) {
      expect(target?.port).toBe(3000)
      const answer = await fetch(`http://${target?.dial.host}:${target?.dial.port}/`)
      expect(await answer.text()).toBe('hello')
    }
  })

  test('gets variables, secrets and overrides, the latter last', async () => {
    start(
      [
        containerOf('environment', {
          environment: [
            { name: 'A', value: '1' },
            { name: 'B', value: '1' },
          ],
          secrets: [{ name: 'S', valueFrom: '/known' }],
        }),
      ],
      {},
      { containerOverrides: [{ name: 'environment', environment: [{ name: 'B', value: '2' }] }] },
    )
    await clock.advance(11_000)
    await untilPrinted(1)
    const seen: unknown = JSON.parse(printed[0]?.replace(/^.*?: /, '') ?? '')
    expect(seen).toMatchObject({ A: '1', B: '2', S: 'hidden', AWS_REGION: 'us-east-1' })
  })

  test('is killed when SIGTERM and the stop timeout did not end it', async () => {
    const task = start([containerOf('stubborn', { stopTimeout: 60 })])
    await clock.advance(11_000)
    void lifecycle.stop(task, 'enough', 'UserInitiated')
    await clock.advance(59_000)
    expect(task.lastStatus).toBe('STOPPING')
    await clock.advance(1_000)
    expect([task.lastStatus, task.containers[0]?.exitCode]).toEqual(['DEPROVISIONING', 137])
    expect(printed).toEqual([`known ecs/stubborn/${task.id}: no`])
  })

  test.each([0, 3_000, 5_000, 7_000, 10_000])(
    'can be stopped %d ms after its start',
    async (ms) => {
      const task = start([serverOf()])
      await clock.advance(ms)
      void lifecycle.stop(task, 'changed my mind', 'UserInitiated')
      await clock.advance(2_000)
      expect(task).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'changed my mind' })
      expect(task.containers[0]?.lastStatus).toBe('STOPPED')
    },
  )
})

describe('a task that fails', () => {
  test('ends with the exit code of its essential container', async () => {
    const task = start([containerOf('crash')])
    await clock.advance(15_000)
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3 }],
    })
    expect(task.startedAt).toBeUndefined()
    expect(printed).toEqual([`known ecs/crash/${task.id}: boom`])
  })

  test('lives on when a container ends that is not essential', async () => {
    const task = start([serverOf(), containerOf('crash', { essential: false })])
    await clock.advance(15_000)
    expect(task.lastStatus).toBe('RUNNING')
    expect(task.containers.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'STOPPED'])
  })

  const inGroup = (options: Record<string, string>): ContainerDefinition => ({
    logConfiguration: { logDriver: 'awslogs', options },
  })

  test.each<[string, ContainerDefinition, string]>([
    ['its image is missing', { image: 'nope' }, 'CannotPullContainerError: nope: not found'],
    [
      'its command is missing',
      { entryPoint: ['nope'] },
      'CannotStartContainerError: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown',
    ],
    [
      'its log group is missing',
      inGroup({ 'awslogs-group': 'nope' }),
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    ],
    [
      'its secret is missing',
      { secrets: [{ name: 'S', valueFrom: 'arn:aws:secretsmanager:us-east-1:1:secret:x' }] },
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:us-east-1:1:secret:x from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    ],
    [
      'its parameter is missing',
      { secrets: [{ name: 'S', valueFrom: 'arn:aws:ssm:us-east-1:1:parameter/a/b' }] },
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /a/b',
    ],
  ])('does not start when %s', async (_name, more, stoppedReason) => {
    const task = start([serverOf(more)])
    await clock.advance(15_000)
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason,
    })
    expect(task.containers[0]?.exitCode).toBeUndefined()
    expect(task.containers[0]?.reason ?? stoppedReason).toBe(stoppedReason)
  })

  test('makes its log group when it is told to', async () => {
    const task = start([
      serverOf(
        inGroup({
          'awslogs-group': 'new',
          'awslogs-create-group': 'true',
          'awslogs-stream-prefix': 'x',
        }),
      ),
    ])
    await clock.advance(11_000)
    await untilPrinted(1)
    expect([task.lastStatus, printed]).toEqual(['RUNNING', [`new x/server/${task.id}: listening`]])
  })

  test('exits with 1 and says exec format error on a foreign architecture', async () => {
    const task = start([serverOf()], { runtimePlatform: { cpuArchitecture: 'ARM64' } })
    await clock.advance(15_000)
    expect(task).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 1 }],
    })
    expect(printed).toEqual([`known ecs/server/${task.id}: exec node: exec format error`])
  })
})

describe('dependsOn', () => {
  const after = (containerName: string, condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY') =>
    serverOf({ dependsOn: [{ containerName, condition }] })

  test.each<[string, ContainerDefinition[]]>([
    ['START', [after('idle', 'START'), containerOf('idle')]],
    ['SUCCESS', [after('done', 'SUCCESS'), containerOf('done', { essential: false })]],
    ['COMPLETE', [after('crash', 'COMPLETE'), containerOf('crash', { essential: false })]],
    [
      'HEALTHY',
      [
        after('idle', 'HEALTHY'),
        containerOf('idle', { healthCheck: { command: ['CMD-SHELL', 'exit 0'], interval: 5 } }),
      ],
    ],
  ])('%s is waited for', async (_name, definitions) => {
    const task = start(definitions)
    await clock.advance(30_000)
    expect(task.lastStatus).toBe('RUNNING')
    expect(task.containers[0]?.lastStatus).toBe('RUNNING')
  })

  test.each<[string, ContainerDefinition[]]>([
    [
      'SUCCESS of one that fails',
      [after('crash', 'SUCCESS'), containerOf('crash', { essential: false })],
    ],
    [
      'HEALTHY of one that ends',
      [after('crash', 'HEALTHY'), containerOf('crash', { essential: false })],
    ],
  ])('%s fails the task', async (_name, definitions) => {
    const task = start(definitions)
    await clock.advance(20_000)
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason:
        'dependency graph: failed to resolve container ordering dependency [crash] for target [server] as dependency did not exit successfully.',
    })
  })

  test('a task can be stopped while a container waits for another', async () => {
    const task = start([after('idle', 'COMPLETE'), containerOf('idle', { essential: false })])
    await clock.advance(20_000)
    expect(task.lastStatus).toBe('PENDING')
    void lifecycle.stop(task, 'enough', 'UserInitiated')
    await clock.advance(5_000)
    expect(task.lastStatus).toBe('STOPPED')
    expect(task.containers.map(({ exitCode }) => exitCode)).toEqual([undefined, 0])
  })

  test('containers stop in reverse order', async () => {
    const task = start([after('idle', 'START'), containerOf('idle')])
    await clock.advance(11_000)
    await untilPrinted(1)
    void lifecycle.stop(task, 'enough', 'UserInitiated')
    await clock.advance(5_000)
    expect(printed.map((line) => line.replace(/^.*: /, ''))).toEqual([
      'listening',
      'bye',
      'idle ends',
    ])
  })
})

describe('container health', () => {
  const check = (command: string, more = {}): ContainerDefinition =>
    serverOf({
      healthCheck: { command: ['CMD-SHELL', command], interval: 10, retries: 2, ...more },
    })

  test.each<[string, ContainerDefinition, number, string]>([
    ['unknown before the first check', check('exit 0'), 19, 'UNKNOWN'],
    ['healthy after one success', check('exit 0'), 21, 'HEALTHY'],
    ['unknown after one failure of two', check('exit 1'), 21, 'UNKNOWN'],
    ['unhealthy after all retries', check('exit 1'), 31, 'UNHEALTHY'],
    [
      'unknown while failures fall in the start period',
      check('exit 1', { startPeriod: 60 }),
      60,
      'UNKNOWN',
    ],
    ['unknown without a check', serverOf(), 60, 'UNKNOWN'],
  ])('is %s', async (_name, definition, seconds, healthStatus) => {
    const task = start([definition])
    await clock.advance(seconds * 1000)
    expect(task.healthStatus).toBe(healthStatus)
  })
})

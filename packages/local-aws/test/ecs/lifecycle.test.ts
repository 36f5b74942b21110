import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { containerOf, createTaskWorld, serverOf, type TaskWorld } from './task-world.ts'

let world: TaskWorld
beforeEach(() => {
  world = createTaskWorld()
})
afterEach(() => world.close())

describe('a task', () => {
  test('goes from PROVISIONING to RUNNING, and through draining to STOPPED', async () => {
    const task = world.start([serverOf()])
    expect([task.lastStatus, task.desiredStatus]).toEqual(['PROVISIONING', 'RUNNING'])
    await world.clock.advance(20_000)
    await world.untilPrinted(1)
    expect(task.lastStatus).toBe('RUNNING')
    world.lifecycle.beforeStop = () => world.clock.sleep(10_000)
    const stopped = world.lifecycle.stop(task, 'enough', 'UserInitiated')
    expect(task.desiredStatus).toBe('STOPPED')
    expect(world.lifecycle.stop(task, 'again', 'UserInitiated')).toBe(stopped)
    await world.clock.advance(20_000)
    await stopped
    expect(world.history).toEqual([
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
    expect(world.printed).toEqual([
      `known ecs/server/${task.id}: listening`,
      `known ecs/server/${task.id}: bye`,
    ])
  })

  test('listens when it is RUNNING, at an address of its own', async () => {
    const tasks = [world.start([serverOf()]), world.start([serverOf()])]
    await world.clock.advance(11_000)
    const targets = tasks.map((task) => world.lifecycle.target(task, 'server', 3000))
    expect(new Set(targets.map((target) => target?.id)).size).toBe(2)
    for (const target of targets) {
      expect(target?.port).toBe(3000)
      const answer = await fetch(`http://${target?.dial.host}:${target?.dial.port}/`)
      expect(await answer.text()).toBe('hello')
    }
  })

  test('gets variables, secrets and overrides, the latter last', async () => {
    world.start(
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
    await world.clock.advance(11_000)
    await world.untilPrinted(1)
    const seen: unknown = JSON.parse(world.printed[0]?.replace(/^.*?: /, '') ?? '')
    expect(seen).toMatchObject({ A: '1', B: '2', S: 'hidden', AWS_REGION: 'us-east-1' })
  })

  test('is killed when SIGTERM and the stop timeout did not end it', async () => {
    const task = world.start([containerOf('stubborn', { stopTimeout: 60 })])
    await world.clock.advance(11_000)
    void world.lifecycle.stop(task, 'enough', 'UserInitiated')
    await world.clock.advance(59_000)
    expect(task.lastStatus).toBe('STOPPING')
    await world.clock.advance(1_000)
    expect([task.lastStatus, task.containers[0]?.exitCode]).toEqual(['DEPROVISIONING', 137])
    expect(world.printed).toEqual([`known ecs/stubborn/${task.id}: no`])
  })

  test.each([0, 3_000, 5_000, 7_000, 10_000])(
    'can be stopped %d ms after its start',
    async (ms) => {
      const task = world.start([serverOf()])
      await world.clock.advance(ms)
      void world.lifecycle.stop(task, 'changed my mind', 'UserInitiated')
      await world.clock.advance(2_000)
      expect(task).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'changed my mind' })
      expect(task.containers[0]?.lastStatus).toBe('STOPPED')
    },
  )
})

describe('a task that fails', () => {
  test('ends with the exit code of its essential container', async () => {
    const task = world.start([containerOf('crash')])
    await world.clock.advance(15_000)
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3 }],
    })
    expect(task.startedAt).toBeUndefined()
    expect(world.printed).toEqual([`known ecs/crash/${task.id}: boom`])
  })

  test('lives on when a container ends that is not essential', async () => {
    const task = world.start([serverOf(), containerOf('crash', { essential: false })])
    await world.clock.advance(15_000)
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
    const task = world.start([serverOf(more)])
    await world.clock.advance(15_000)
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason,
    })
    expect(task.containers[0]?.exitCode).toBeUndefined()
    expect(task.containers[0]?.reason ?? stoppedReason).toBe(stoppedReason)
  })

  test('makes its log group when it is told to', async () => {
    const task = world.start([
      serverOf(
        inGroup({
          'awslogs-group': 'new',
          'awslogs-create-group': 'true',
          'awslogs-stream-prefix': 'x',
        }),
      ),
    ])
    await world.clock.advance(11_000)
    await world.untilPrinted(1)
    expect([task.lastStatus, world.printed]).toEqual([
      'RUNNING',
      [`new x/server/${task.id}: listening`],
    ])
  })

  test('exits with 1 and says exec format error on a foreign architecture', async () => {
    const task = world.start([serverOf()], { runtimePlatform: { cpuArchitecture: 'ARM64' } })
    await world.clock.advance(15_000)
    expect(task).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 1 }],
    })
    expect(world.printed).toEqual([`known ecs/server/${task.id}: exec node: exec format error`])
  })
})

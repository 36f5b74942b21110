import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { containerOf, createTaskWorld, serverOf, type TaskWorld } from './task-world.ts'

let world: TaskWorld
beforeEach(() => {
  world = createTaskWorld()
})
afterEach(() => world.close())

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
    const task = world.start(definitions)
    await world.clock.advance(30_000)
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
    const task = world.start(definitions)
    await world.clock.advance(20_000)
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason:
        'dependency graph: failed to resolve container ordering dependency [crash] for target [server] as dependency did not exit successfully.',
    })
  })

  test('a task can be stopped while a container waits for another', async () => {
    const task = world.start([after('idle', 'COMPLETE'), containerOf('idle', { essential: false })])
    await world.clock.advance(20_000)
    expect(task.lastStatus).toBe('PENDING')
    void world.lifecycle.stop(task, 'enough', 'UserInitiated')
    await world.clock.advance(5_000)
    expect(task.lastStatus).toBe('STOPPED')
    expect(task.containers.map(({ exitCode }) => exitCode)).toEqual([undefined, 0])
  })

  test('containers stop in reverse order', async () => {
    const task = world.start([after('idle', 'START'), containerOf('idle')])
    await world.clock.advance(11_000)
    await world.untilPrinted(1)
    void world.lifecycle.stop(task, 'enough', 'UserInitiated')
    await world.clock.advance(5_000)
    expect(world.printed.map((line) => line.replace(/^.*: /, ''))).toEqual([
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
    const task = world.start([definition])
    await world.clock.advance(seconds * 1000)
    expect(task.healthStatus).toBe(healthStatus)
  })
})

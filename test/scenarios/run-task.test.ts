/** A one-off task runs from the new revision before the service is updated. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { renderSummary } from '@ecs-pipeline/reporting'
import type { RunTaskRequest, Task } from '@aws-sdk/client-ecs'
import type { DeployInputs } from '../../actions/deploy/inputs.ts'
import { CLUSTER } from '../support/stack.ts'
import type { ActionRun, DeployOptions } from './support/run-on-stage.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const MIGRATES = 'console.log("applying 3 migrations"); console.log("done")'
const FAILS =
  'console.log("applying 3 migrations"); console.error("error: relation \\"users\\" does not exist"); process.exit(1)'
const SECRET = 'hunter2-hunter2'

const program = (source: string, over: object = {}): Partial<DeployInputs> => ({
  runTask: true,
  runTaskContainerOverrides: JSON.stringify([
    { name: 'app', command: ['node', '-e', source], ...over },
  ]),
})

/** A release of a good image, with a task before it. */
async function release(
  name: string,
  inputs: Partial<DeployInputs>,
  options: Omit<DeployOptions, 'inputs'> = {},
): Promise<ActionRun> {
  await stage.service({ name })
  const image = await stage.image('good')
  return stage.deploy(name, {
    ...options,
    inputs: { images: [{ container: undefined, image }], ...inputs },
  })
}

const count = (calls: readonly string[], operation: string): number =>
  calls.filter((call) => call === operation).length

/** What RunTask was asked for, each time. */
const asked = (): readonly RunTaskRequest[] =>
  stage.aws.calls
    .entries()
    .filter(({ operation }) => operation === 'RunTask')
    .map(({ input }) => input as RunTaskRequest)

const describeTask = async (arn: string | undefined): Promise<Task> => {
  const { tasks } = await stage.clients.ecs.describeTasks({ cluster: CLUSTER, tasks: [arn ?? ''] })
  return tasks?.[0] ?? {}
}

describe('a task that does its work', () => {
  test('runs from the new revision, in the network of the service, before the service is updated', async () => {
    const { report, calls, lines, drafts } = await release('migrated', program(MIGRATES))
    expect(report).toMatchObject({
      outcome: 'deployed',
      passed: true,
      oneOffTask: { result: 'succeeded', containers: [{ exitCode: 0, failed: false }] },
    })
    expect(calls.indexOf('RunTask')).toBeGreaterThan(calls.indexOf('RegisterTaskDefinition'))
    expect(calls.indexOf('RunTask')).toBeLessThan(calls.indexOf('UpdateService'))
    expect(count(calls, 'RunTask')).toBe(1)
    expect(asked()).toEqual([
      {
        cluster: CLUSTER,
        taskDefinition: report.taskDefinition,
        startedBy: 'GitHub-Actions',
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ['subnet-0a1b2c3d4e5f60001'],
            securityGroups: ['sg-0a1b2c3d4e5f60001'],
          },
        },
        overrides: { containerOverrides: [{ name: 'app', command: ['node', '-e', MIGRATES] }] },
        clientToken: expect.stringMatching(/^[\w-]{36}$/),
      },
    ])
    const log = lines.join('\n')
    expect(log).toMatch(/one-off task: started arn:\S+, it has 30 minutes/)
    expect(log).toMatch(/one-off task: PROVISIONING[\s\S]*one-off task: STOPPED/)
    expect(log).toMatch(/The log of container app of the one-off task[\s\S]*applying 3 migrations/)
    expect(log).not.toContain(MIGRATES)
    expect(drafts.find(({ phase }) => phase === 'running-task')).toMatchObject({
      outcome: 'refused',
      oneOffTask: { result: 'running', mayRun: true, arns: report.oneOffTask?.arns },
    })
    expect(renderSummary(report).join('\n')).toContain('### The one-off task did its work')
  })

  test('marks its revision, so that a rollback by hand warns of what it does not undo', async () => {
    await release('by-hand', program(MIGRATES))
    const { report } = await stage.rollBack('by-hand')
    expect(report).toMatchObject({ outcome: 'rolled-back', passed: true })
    expect(report.caveats.join('\n')).toMatch(
      /one-off task \(\w{32}\) ran from \S+by-hand:2.*not undone/,
    )
  })

  test('is not undone by the rollback of its own release, which says so', async () => {
    await stage.service({ name: 'taken-back' })
    const image = await stage.image('crash')
    const { report } = await stage.deploy('taken-back', {
      inputs: { images: [{ container: undefined, image }], ...program(MIGRATES) },
    })
    expect(report.outcome).toBe('rolled-back')
    expect(report.caveats.join('\n')).toMatch(/one-off task .*taken-back:2.*is not undone/)
  })

  test('runs also when nothing is to be deployed', async () => {
    await release('same', {})
    const { report, calls } = await stage.deploy('same', { inputs: program(MIGRATES) })
    expect(report).toMatchObject({
      outcome: 'no-change',
      passed: true,
      oneOffTask: { result: 'succeeded' },
    })
    expect(calls).not.toContain('UpdateService')
    expect(calls).not.toContain('RegisterTaskDefinition')
  })

  test('ends what another deployment has overtaken meanwhile', async () => {
    await stage.service({ name: 'overtaken' })
    const image = await stage.image('good')
    const { report, calls } = await stage.deploy('overtaken', {
      inputs: { images: [{ container: undefined, image }], ...program(MIGRATES) },
      meanwhile: async (sleep) => {
        await sleep(5000)
        await stage.clients.ecs.updateService({
          cluster: CLUSTER,
          service: 'overtaken',
          forceNewDeployment: true,
        })
      },
    })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'concurrent-deployment' })
    expect(report.reason).toMatch(/began while the one-off task ran.*had run before that/)
    expect(count(calls, 'UpdateService')).toBe(1)
  })
})

describe('a task that fails: refused, and the service is not touched', () => {
  test('by its exit code: every container, its code, the words of ECS and the last lines are told', async () => {
    const { report, calls, lines } = await release('broken', program(FAILS))
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'run-task-failed',
      passed: false,
      oneOffTask: {
        result: 'failed',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        mayRun: false,
        containers: [{ container: 'app', exitCode: 1, failed: true }],
      },
      diagnoses: [{ rule: 'crashed', cause: expect.stringContaining('relation "users"') }],
    })
    expect(report.reason).toMatch(
      /one-off task arn:\S+ failed: container app: exit code 1\. ECS says: Essential container in task exited \(EssentialContainerExited\)/,
    )
    expect(report.reason).toContain('broken:2 was registered before that')
    expect(calls).not.toContain('UpdateService')
    expect(lines.join('\n')).toContain('relation "users" does not exist')
    const summary = renderSummary(report).join('\n')
    expect(summary).toContain('### The one-off task failed')
    expect(summary).toContain('relation "users" does not exist')
    expect(await stage.running('broken')).toEqual(['broken:1', 'broken:1'])
  })

  test('when it never starts: the words of ECS, and no exit code', async () => {
    await stage.service({ name: 'no-image' })
    const image = 'ghcr.io/somebody/nothing:1'
    const { report, calls } = await stage.deploy('no-image', {
      inputs: { images: [{ container: undefined, image }], runTask: true },
    })
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'run-task-failed',
      oneOffTask: {
        result: 'failed',
        stopCode: 'TaskFailedToStart',
        containers: [{ exitCode: undefined, failed: true }],
      },
      diagnoses: [{ rule: expect.stringMatching(/image|registry/) }],
    })
    expect(report.reason).toMatch(/could not start: container app: no exit code.*CannotPull/)
    expect(calls).not.toContain('UpdateService')
  })

  test('when ECS finds no place for it', async () => {
    stage.aws.faults.add({
      operation: 'RunTask',
      answer: {
        tasks: [],
        failures: [
          {
            reason:
              'Capacity is unavailable at this time. Please try again later or in a different availability zone',
          },
        ],
      },
    })
    const { report, calls } = await release('no-place', program(MIGRATES))
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'run-task-failed',
      oneOffTask: { result: 'not-started', arns: [], mayRun: false },
      diagnoses: [{ rule: 'no-fargate-capacity' }],
    })
    expect(report.reason).toMatch(
      /did not start the one-off task\. Capacity is unavailable.*run again later/,
    )
    expect(count(calls, 'RunTask')).toBe(1)
    expect(calls).not.toContain('UpdateService')
  })

  test('when ECS does not take the request: its own words', async () => {
    const inputs = { ...program(MIGRATES), runTaskLaunchType: 'EC2' } as const
    const { report, calls } = await release('no-instances', inputs)
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'input' })
    expect(report.reason).toContain('No Container Instances were found in your cluster.')
    expect(calls).not.toContain('UpdateService')
  })

  test('when the caller may not run tasks: the permission is named', async () => {
    stage.aws.faults.add({
      operation: 'RunTask',
      error: {
        code: 'AccessDeniedException',
        message: 'User is not authorized to perform: ecs:RunTask',
      },
    })
    const { report } = await release('no-permission', program(MIGRATES))
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'denied' })
    expect(report.reason).toContain('ecs:RunTask')
  })
})

describe('a task that does not end in time', () => {
  const inputs = { runTask: true, waitForMinutes: 2 }

  test('is stopped, and its release is refused', async () => {
    const { report, calls, took } = await release('endless', inputs)
    expect(report.reason).toMatch(
      /had not ended after 2 minutes \(wait-for-minutes\)\. It was stopped\./,
    )
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'run-task-failed',
      oneOffTask: { result: 'time-limit', stopCode: 'UserInitiated', mayRun: false },
      diagnoses: [],
    })
    expect(count(calls, 'StopTask')).toBe(1)
    expect(calls).not.toContain('UpdateService')
    expect(took).toBeGreaterThanOrEqual(120_000)
    expect(took).toBeLessThan(150_000)
    expect((await describeTask(report.oneOffTask?.arns?.[0])).lastStatus).toBe('STOPPED')
  })

  test('with on-timeout: leave it goes on, and the command that stops it is shown', async () => {
    const { report, calls } = await release('endless-left', { ...inputs, onTimeout: 'leave' })
    expect(report).toMatchObject({
      outcome: 'refused',
      oneOffTask: { result: 'time-limit', mayRun: true },
    })
    expect(calls).not.toContain('StopTask')
    const arn = report.oneOffTask?.arns?.[0] ?? ''
    expect(report.nextSteps.join('\n')).toContain(`stop-task --cluster ${CLUSTER} --task ${arn}`)
    await stage.clients.ecs.stopTask({ cluster: CLUSTER, task: arn })
  })

  test('that cannot be stopped is told as one that may run', async () => {
    stage.aws.faults.add({
      operation: 'StopTask',
      error: { code: 'AccessDeniedException', message: 'Not authorized to perform: ecs:StopTask' },
    })
    const { report } = await release('endless-denied', inputs)
    expect(report.oneOffTask).toMatchObject({ result: 'time-limit', mayRun: true })
    expect(report.reason).toMatch(/could not be stopped: .*ecs:StopTask/)
    stage.aws.faults.clear()
    await stage.clients.ecs.stopTask({
      cluster: CLUSTER,
      task: report.oneOffTask?.arns?.[0] ?? '',
    })
  })
})

describe('a run that is cancelled while its task runs', () => {
  test.each([
    ['leave', 0, 'The task goes on alone.'],
    ['rollback', 1, 'The task was told to stop.'],
  ] as const)('with on-cancel: %s', async (onCancel, stops, says) => {
    const cancel = new AbortController()
    const { report, calls, took } = await release(
      `cancelled-${onCancel}`,
      { runTask: true, onCancel },
      {
        signal: cancel.signal,
        meanwhile: async (sleep) => {
          await sleep(30_000)
          cancel.abort()
        },
      },
    )
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'cancelled',
      oneOffTask: { result: 'cancelled', mayRun: true },
    })
    expect(report.reason).toContain(says)
    expect(count(calls, 'StopTask')).toBe(stops)
    expect(calls).not.toContain('UpdateService')
    expect(took).toBeLessThan(31_000)
    const arn = report.oneOffTask?.arns?.[0] ?? ''
    if (stops === 0) await stage.clients.ecs.stopTask({ cluster: CLUSTER, task: arn })
  })
})

describe('an answer of RunTask that is lost', () => {
  test('although the task was started: it is asked for again, and runs once', async () => {
    stage.aws.faults.add({ operation: 'RunTask', lost: 'garbage', done: true, times: 1 })
    const { report } = await release('lost-answer', program(MIGRATES))
    expect(report).toMatchObject({ outcome: 'deployed', oneOffTask: { result: 'succeeded' } })
    const tokens = asked().map(({ clientToken }) => clientToken)
    expect(tokens).toHaveLength(2)
    expect(new Set(tokens).size).toBe(1)
    const { taskArns } = await stage.clients.ecs.listTasks({
      cluster: CLUSTER,
      startedBy: 'GitHub-Actions',
      family: 'lost-answer',
      desiredStatus: 'STOPPED',
    })
    expect(taskArns).toEqual(report.oneOffTask?.arns)
  })

  test('every time: refused, and nobody claims to know whether it runs', async () => {
    stage.aws.faults.add({ operation: 'RunTask', lost: 'garbage' })
    const { report, calls } = await release('no-answer', program(MIGRATES))
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'unreachable',
      oneOffTask: { result: 'lost', arns: undefined, mayRun: true },
    })
    expect(report.reason).toContain(
      'Whether the one-off task was started all the same is not known.',
    )
    expect(report.nextSteps.join('\n')).toContain('--started-by GitHub-Actions')
    expect(calls).not.toContain('UpdateService')
  })
})

test('a task that can no longer be watched stops the release, and is named', async () => {
  stage.aws.faults.add({
    operation: 'DescribeTasks',
    after: 2,
    error: { code: 'AccessDeniedException', message: 'Not authorized: ecs:DescribeTasks' },
  })
  const { report, calls } = await release('unseen', program(MIGRATES))
  expect(report).toMatchObject({
    outcome: 'refused',
    reasonCode: 'denied',
    oneOffTask: { result: 'lost', mayRun: true },
  })
  expect(report.reason).toMatch(/one-off task arn:\S+ was started, but can no longer be watched/)
  expect(calls).not.toContain('UpdateService')
})

test('with wait-for-task-stopped: false the release goes on at once, and says what is not known', async () => {
  const { report, calls } = await release('unwatched', {
    ...program(FAILS),
    waitForTaskStopped: false,
  })
  expect(report).toMatchObject({
    outcome: 'deployed',
    oneOffTask: { result: 'not-waited-for', mayRun: true },
  })
  expect(report.caveats.join('\n')).toContain('Nobody waited for the one-off task')
  expect(calls.indexOf('UpdateService')).toBeGreaterThan(calls.indexOf('RunTask'))
})

test('values of overridden variables are in no log, report and summary', async () => {
  const source = 'console.log("connecting with", process.env.DATABASE_PASSWORD); process.exit(1)'
  const environment = [{ name: 'DATABASE_PASSWORD', value: SECRET }]
  const { report, lines } = await release('secretive', program(source, { environment }))
  expect(asked()[0]?.overrides?.containerOverrides?.[0]?.environment).toEqual(environment)
  expect(report.oneOffTask?.containers[0]?.logTail).toEqual(['connecting with ***'])
  expect(lines.join('\n')).toContain('connecting with ***')
  for (const told of [JSON.stringify(report), lines.join('\n'), renderSummary(report).join('\n')]) {
    expect(told).not.toContain(SECRET)
  }
})

test('inputs of a task without run-task are a warning', async () => {
  const { report, calls } = await release('no-task', {
    runTaskSubnets: ['subnet-1'],
    runTaskContainerOverrides: '[broken',
  })
  expect(report.outcome).toBe('deployed')
  expect(report.caveats).toEqual([
    'run-task-container-overrides, run-task-subnets are not used: there is no one-off task without `run-task: true`.',
  ])
  expect(calls).not.toContain('RunTask')
})

test.each<[string, Partial<DeployInputs>, RegExp]>([
  [
    'text that cannot be read',
    { runTaskContainerOverrides: '[{"name": "app",\n "command": ["x"]' },
    /^run-task-container-overrides:\d+:\d+: /,
  ],
  [
    'a container that is not there',
    { runTaskContainerOverrides: '[{"name": "ap", "command": ["x"]}]' },
    /^run-task-container-overrides:1:2: there is no container `ap`.* It has: app\.$/,
  ],
])('bad input is refused before anything is changed: %s', async (_case, inputs, says) => {
  await stage.service({ name: `bad-${says.source.length}` })
  const { report, calls } = await stage.deploy(`bad-${says.source.length}`, {
    inputs: { runTask: true, ...inputs },
  })
  expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'input' })
  expect(report.reason).toMatch(says)
  expect(calls).not.toContain('RegisterTaskDefinition')
  expect(calls).not.toContain('RunTask')
})

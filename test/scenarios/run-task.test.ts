/** A one-off task runs from the new revision before the service is updated. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { renderSummary } from '@ecs-pipeline/reporting'
import type { RunTaskRequest } from '@aws-sdk/client-ecs'
import type { DeployInputs } from '../../actions/deploy/inputs.ts'
import { CLUSTER } from '../support/stack.ts'
import { count } from './support/count.ts'
import { FAILS, MIGRATES, program, release } from './support/run-task.ts'
import { imagesOf } from './support/make-inputs.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const SECRET = 'hunter2-hunter2'

/** What RunTask was asked for, each time. */
const asked = (): readonly RunTaskRequest[] =>
  stage.aws.calls
    .entries()
    .filter(({ operation }) => operation === 'RunTask')
    .map(({ input }) => input as RunTaskRequest)

describe('a task that does its work', () => {
  test('runs from the new revision, in the network of the service, before the service is updated', async () => {
    const { report, calls, lines, drafts } = await release(stage, 'migrated', program(MIGRATES))
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
    await release(stage, 'by-hand', program(MIGRATES))
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
      inputs: { ...imagesOf(image), ...program(MIGRATES) },
    })
    expect(report.outcome).toBe('rolled-back')
    expect(report.caveats.join('\n')).toMatch(/one-off task .*taken-back:2.*is not undone/)
  })

  test('runs also when nothing is to be deployed', async () => {
    await release(stage, 'same', {})
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
      inputs: { ...imagesOf(image), ...program(MIGRATES) },
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
    const { report, calls, lines } = await release(stage, 'broken', program(FAILS))
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
      inputs: { ...imagesOf(image), runTask: true },
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
    const { report, calls } = await release(stage, 'no-place', program(MIGRATES))
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
    const { report, calls } = await release(stage, 'no-instances', inputs)
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
    const { report } = await release(stage, 'no-permission', program(MIGRATES))
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'denied' })
    expect(report.reason).toContain('ecs:RunTask')
  })
})

test('with wait-for-task-stopped: false the release goes on at once, and says what is not known', async () => {
  const { report, calls } = await release(stage, 'unwatched', {
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
  const { report, lines } = await release(stage, 'secretive', program(source, { environment }))
  expect(asked()[0]?.overrides?.containerOverrides?.[0]?.environment).toEqual(environment)
  expect(report.oneOffTask?.containers[0]?.logTail).toEqual(['connecting with ***'])
  expect(lines.join('\n')).toContain('connecting with ***')
  for (const told of [JSON.stringify(report), lines.join('\n'), renderSummary(report).join('\n')]) {
    expect(told).not.toContain(SECRET)
  }
})

test('inputs of a task without run-task are a warning', async () => {
  const { report, calls } = await release(stage, 'no-task', {
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

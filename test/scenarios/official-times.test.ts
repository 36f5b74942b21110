/** The inputs of the official deploy action that say when AWS is asked, and how often; and its outputs. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { outputsOf } from '@ecs-pipeline/reporting'
import { DEPLOY_OUTPUTS } from '../manifest/official.ts'
import { CLUSTER } from '../support/stack.ts'
import { TASK, TIMES } from './support/official-rows.ts'
import { OfficialStage, type Given } from './support/official-stage.ts'
import type { ActionRun } from './support/run-on-stage.ts'
import type { Behaviour } from './support/stage.ts'

let official: OfficialStage
beforeAll(async () => {
  official = await OfficialStage.open()
})
afterAll(() => official.close())
afterEach(() => official.stage.clear())

async function release(
  service: string,
  given: Given,
  behaviour: Behaviour = 'good',
): Promise<ActionRun> {
  await official.stage.service({ name: service })
  const file = await official.file(service, {}, behaviour)
  return official.deploy({ service, 'task-definition': file, ...given })
}

/** AWS time of the calls of that name after the service was updated, in seconds since then. */
function secondsAfterUpdate(operation: string): readonly number[] {
  const updated = official.calls('UpdateService')[0]?.at ?? NaN
  return official
    .calls(operation)
    .filter(({ at }) => at > updated)
    .map(({ at }) => (at - updated) / 1000)
}

/** The longest time between two of them. */
const longestGap = (seconds: readonly number[]): number =>
  Math.max(...seconds.slice(1).map((each, index) => each - (seconds[index] ?? NaN)))

const PROOFS: Readonly<Record<string, () => Promise<void>>> = {
  'wait-for-service-stability': async () => {
    const waited = await release('waited', { 'wait-for-service-stability': 'true' })
    expect(waited.report.outcome).toBe('deployed')
    expect(secondsAfterUpdate('DescribeServices').length).toBeGreaterThan(2)
    const left = await release('left', { 'wait-for-service-stability': 'false' })
    expect(left.report.outcome).toBe('unwatched')
    expect(left.took).toBeLessThan(5000)
  },
  'wait-for-minutes': async () => {
    const given = { 'wait-for-minutes': '2', 'on-timeout': 'leave', 'max-failed-tasks': '100' }
    const { report } = await release('limited', given, 'sick')
    expect(report).toMatchObject({ outcome: 'timed-out', reasonCode: 'time-limit' })
    const looks = secondsAfterUpdate('DescribeServices')
    expect(looks.at(-1)).toBeGreaterThanOrEqual(110)
    expect(looks.at(-1)).toBeLessThanOrEqual(130)
  },
  'wait-max-delay-seconds': async () => {
    await release('often', { 'wait-max-delay-seconds': '5' })
    const often = secondsAfterUpdate('DescribeServices')
    expect(longestGap(often)).toBeLessThanOrEqual(5)
    await release('seldom', { 'wait-max-delay-seconds': '600' })
    // Ours: never more than `poll-seconds`.
    expect(longestGap(secondsAfterUpdate('DescribeServices'))).toBeLessThanOrEqual(10)
  },
  'wait-for-task-stopped': async () => {
    const waited = await release('task-waited', {
      ...TASK,
      'run-task-container-overrides': '[{"name": "app", "command": ["node", "-e", "0"]}]',
      'wait-for-task-stopped': 'true',
    })
    const [arn = ''] = waited.report.oneOffTask?.arns ?? []
    const looks = official.calls('DescribeTasks').filter(({ input }) => isAbout(input, arn))
    expect(looks[0]?.input).toEqual({ cluster: CLUSTER, tasks: [arn] })
    expect(looks.at(-1)?.at).toBeLessThanOrEqual(official.calls('UpdateService')[0]?.at ?? 0)
    expect(waited.report.oneOffTask?.result).toBe('succeeded')
    const left = await release('task-left', { ...TASK, 'wait-for-service-stability': 'false' })
    const [other = ''] = left.report.oneOffTask?.arns ?? []
    expect(official.calls('DescribeTasks').some(({ input }) => isAbout(input, other))).toBe(false)
    expect(official.calls('UpdateService')).toHaveLength(1)
  },
  'max-retries': async () => {
    await official.stage.service({ name: 'throttled' })
    official.stage.aws.faults.add({
      operation: 'DescribeServices',
      error: { code: 'ThrottlingException', message: 'Rate exceeded' },
    })
    const { report } = await official.deploy({ service: 'throttled', 'max-retries': '2' })
    expect(report).toMatchObject({ outcome: 'refused', passed: false })
    expect(official.calls('DescribeServices')).toHaveLength(3)
  },
}

const isAbout = (input: unknown, arn: string): boolean =>
  (input as { readonly tasks?: readonly string[] }).tasks?.includes(arn) ?? false

test('there is a proof for every one', () => {
  expect(Object.keys(PROOFS)).toEqual(TIMES)
})

test.each(Object.entries(PROOFS))('%s', async (_name, prove) => {
  await prove()
})

test('every output that is not to come is there, as the official action writes it', async () => {
  const { report } = await release('told', {
    ...TASK,
    'run-task-started-by': 'told',
    'wait-for-service-stability': 'false',
  })
  const outputs = outputsOf(report, 'report.json')
  const { taskDefinition } = await official.stage.clients.ecs.describeTaskDefinition({
    taskDefinition: 'told',
  })
  const { taskArns } = await official.stage.clients.ecs.listTasks({
    cluster: CLUSTER,
    startedBy: 'told',
  })
  const expected: Readonly<Record<string, string | undefined>> = {
    'task-definition-arn': taskDefinition?.taskDefinitionArn,
    // `core.setOutput` of a list writes it as JSON.
    // Of a service that ECS deploys; test/scenarios/codedeploy.test.ts has the other kind.
    'codedeploy-deployment-id': '',
    'run-task-arn': JSON.stringify(taskArns),
  }
  expect(outputs).toMatchObject(expected)
  expect(Object.keys(expected)).toEqual(DEPLOY_OUTPUTS)
})

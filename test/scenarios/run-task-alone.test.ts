/** A one-off task without a service, as the official action has it: for a schedule, or before something else. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { renderSummary } from '@ecs-pipeline/reporting'
import { LOG_GROUP } from '../support/stack.ts'
import { OfficialStage, writesOf } from './support/official-stage.ts'
import { FAILS, MIGRATES } from './support/run-task.ts'

let official: OfficialStage
beforeAll(async () => {
  official = await OfficialStage.open()
})
afterAll(() => official.close())

const task = (source: string): Record<string, string> => ({
  'run-task': 'true',
  'run-task-subnets': 'subnet-1',
  'run-task-container-overrides': JSON.stringify([
    { name: 'app', command: ['node', '-e', source] },
  ]),
})

test('runs from the revision that is registered for it, and nothing is deployed', async () => {
  const { report, calls, drafts } = await official.deploy({
    'task-definition': await official.file('nightly'),
    ...task(MIGRATES),
  })
  expect(report).toMatchObject({
    outcome: 'registered',
    passed: true,
    service: '',
    oneOffTask: { result: 'succeeded', taskDefinition: report.taskDefinition },
  })
  expect(report.reason).toMatch(
    /The new revision is \S+nightly:1\. The one-off task did its work\./,
  )
  // Its revision is marked, so that whoever leaves it is told what is not undone.
  expect(writesOf(calls)).toEqual(['RegisterTaskDefinition', 'TagResource'])
  expect(calls).not.toContain('DescribeServices')
  expect(drafts.map(({ phase }) => phase)).toContain('running-task')
})

test('runs from a revision that is there already: then nothing is registered either', async () => {
  const { report, calls } = await official.deploy({
    'task-definition-arn': 'nightly:1',
    ...task(MIGRATES),
  })
  expect(report).toMatchObject({ outcome: 'no-change', passed: true, reasonCode: 'task-run' })
  expect(report.reason).toMatch(/did its work\. It ran from \S+nightly:1\./)
  expect(writesOf(calls)).toEqual(['TagResource'])
  const summary = renderSummary(report).join('\n')
  expect(summary).toContain('**Users get now:** what they got before. Nothing was deployed.')
  expect(summary).toContain('Nothing was registered, and nothing deployed')
})

test('that fails ends the run, and names its container, exit code and last lines', async () => {
  const { report, calls } = await official.deploy({
    'task-definition': await official.file('broken'),
    ...task(FAILS),
  })
  expect(report).toMatchObject({
    outcome: 'refused',
    passed: false,
    reasonCode: 'run-task-failed',
    oneOffTask: { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 1 }] },
  })
  expect(report.reason).toContain('container app: exit code 1')
  expect(report.reason).toMatch(/broken:1 was registered before that/)
  expect(renderSummary(report).join('\n')).toContain('relation "users" does not exist')
  expect(writesOf(calls)).toEqual(['RegisterTaskDefinition'])
})

test('that fails names every container, with its exit code, its reason and its last lines', async () => {
  const image = await official.stage.image('good')
  const container = (name: string, source: string, over: object = {}): object => ({
    name,
    image,
    essential: true,
    command: ['node', '-e', source],
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': LOG_GROUP,
        'awslogs-region': 'us-east-1',
        'awslogs-stream-prefix': 'pair',
      },
    },
    ...over,
  })
  // The one ends only when the other has printed, so that it is no race which of them ends first.
  const flag = JSON.stringify(join(official.workspace, 'printed'))
  const wait = `console.log("waiting"); fs.writeFileSync(${flag}, ""); setInterval(() => 0, 1000)`
  const fail = `
    while (!fs.existsSync(${flag})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    console.log("step 1"); console.error("no such table"); process.exit(4)`
  const containerDefinitions = [
    container('migrate', fail),
    container('agent', wait, { essential: false }),
  ]
  const { report, lines } = await official.deploy({
    'task-definition': await official.file('pair', { containerDefinitions }),
    'run-task': 'true',
    'run-task-subnets': 'subnet-1',
  })
  expect(report.reason).toMatch(
    /failed: container migrate: exit code 4; container agent: exit code 1(37|43)\. ECS says: Essential container in task exited \(EssentialContainerExited\)\./,
  )
  expect(report.oneOffTask?.containers).toEqual([
    expect.objectContaining({ container: 'migrate', failed: true }),
    expect.objectContaining({ container: 'agent', failed: false }),
  ])
  const summary = renderSummary(report).join('\n')
  for (const told of [summary, lines.join('\n')]) {
    expect(told).toContain('no such table')
    expect(told).toContain('waiting')
  }
})

test('needs its subnets: there is no service whose network it could take over', async () => {
  const { report, calls } = await official.deploy({
    'task-definition': await official.file('nowhere'),
    ...task(MIGRATES),
    'run-task-subnets': '',
  })
  expect(report).toMatchObject({ outcome: 'refused', passed: false })
  expect(report.reason).toContain('run-task-subnets:')
  expect(writesOf(calls)).toEqual([])
})

test.each([
  ['run-task-subnets', { 'run-task-subnets': 'subnet-1' }],
  ['run-task-security-groups', { 'run-task-subnets': '', 'run-task-security-groups': 'sg-1' }],
])('a task definition without a network of its own takes no %s', async (input, given) => {
  const over = { networkMode: 'bridge', requiresCompatibilities: ['EC2'] }
  const { report, calls } = await official.deploy({
    'task-definition': await official.file('bridged', over),
    ...task(MIGRATES),
    ...given,
  })
  expect(report).toMatchObject({ outcome: 'refused', passed: false })
  expect(report.reason).toContain(`${input}: the network mode of the task definition is bridge`)
  expect(writesOf(calls)).toEqual([])
})

test('a volume that the task definition does not leave open is refused before anything is registered', async () => {
  const { report, calls } = await official.deploy({
    'task-definition': await official.file('dry'),
    ...task(MIGRATES),
    'run-task-managed-ebs-volume-name': 'ebs1',
    'run-task-managed-ebs-volume':
      '{"roleArn": "arn:aws:iam::123456789012:role/ebs", "sizeInGiB": 8}',
  })
  expect(report.reason).toContain(
    'run-task-managed-ebs-volume-name: the task definition has no volume',
  )
  expect(writesOf(calls)).toEqual([])
})

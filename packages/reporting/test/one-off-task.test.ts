import { describe, expect, test } from '@jest/globals'
import type { DeployReport, OneOffTaskReport } from '@ecs-pipeline/rollout'
import { oneOffBlocks, oneOffFailures, stepsAfter } from '../src/one-off-task.ts'
import { outputsOf } from '../src/outputs.ts'

const ARN = 'arn:aws:ecs:us-east-1:123456789012:task/production/0123456789abcdef'

const makeReport = (over: Partial<OneOffTaskReport> = {}): OneOffTaskReport => ({
  result: 'failed',
  reason: 'It failed.',
  reasonCode: 'run-task-failed',
  arns: [ARN],
  taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/ledger:2',
  startedBy: 'GitHub-Actions',
  askedAt: 0,
  stoppedAt: 65_000,
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  mayRun: false,
  containers: [
    {
      container: 'app',
      exitCode: 1,
      reason: undefined,
      failed: true,
      logTail: ['no <b>table</b>'],
    },
    { container: 'agent', exitCode: 143, reason: 'odd', failed: false, logTail: undefined },
  ],
  startFailures: [],
  ...over,
})
const blocks = (task: OneOffTaskReport | undefined): string =>
  oneOffBlocks({ oneOffTask: task } as DeployReport).join('\n\n')

describe('in the summary', () => {
  test('it has its end, every container and the last lines of the failed one unfolded', () => {
    expect(blocks(makeReport())).toBe(`### The one-off task failed

Task 0123456789abcdef of ledger:2, stopped after 1 min 5 s. Essential container in task exited (EssentialContainerExited).

| Container | Exit code | Detail |
| --- | --- | --- |
| app | 1 |  |
| agent | 143 | odd |

<details open><summary>The last log line of container app of the one-off task</summary>

\`\`\`
no <b>table</b>
\`\`\`

</details>`)
  })

  test('it is nothing where there was none', () => {
    expect(blocks(undefined)).toBe('')
  })

  test('one that was not started has no table', () => {
    const task = makeReport({
      result: 'not-started',
      arns: [],
      containers: [],
      stoppedAt: undefined,
      stopCode: undefined,
      stoppedReason: undefined,
    })
    expect(blocks(task)).toBe('### The one-off task was not started\n\nledger:2.')
  })
})

test('only failed containers are evidence, and none when it was out of time', () => {
  expect(oneOffFailures(makeReport()).map(({ container }) => container)).toEqual(['app'])
  expect(oneOffFailures(makeReport({ result: 'time-limit' }))).toEqual([])
  expect(oneOffFailures(undefined)).toEqual([])
})

describe('what to do next', () => {
  test.each<[string, Partial<OneOffTaskReport>, RegExp]>([
    ['failed', {}, /half a migration/],
    ['may still run', { mayRun: true }, new RegExp(`stop-task --cluster prod --task ${ARN}`)],
    ['may have been started', { mayRun: true, arns: undefined }, /--started-by GitHub-Actions/],
    ['was not started', { arns: [] }, /^Mend what the one-off task met[^\n]*$/],
  ])('after one that %s', (_case, over, says) => {
    expect(stepsAfter(makeReport(over), 'prod').join('\n')).toMatch(says)
  })
})

/** As `core.setOutput` of the official action writes a list. */
test.each<[OneOffTaskReport | undefined, string]>([
  [undefined, ''],
  [makeReport({ arns: undefined }), ''],
  [makeReport({ arns: [] }), '[]'],
  [makeReport(), `["${ARN}"]`],
])('the output run-task-arn is a JSON list', (oneOffTask, expected) => {
  const report = { action: 'deploy', images: [], oneOffTask } as unknown as DeployReport
  expect(outputsOf(report, 'report.json')['run-task-arn']).toBe(expected)
  expect(outputsOf({ ...report, action: 'rollback' }, 'report.json')).not.toHaveProperty(
    'run-task-arn',
  )
})

/** The one-off task of the committed bundle: what the step tells, and what the post part does when it was killed. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { BundleStage, reportOf, type Inputs } from '../support/bundle-stage.ts'

let stage: BundleStage
beforeAll(async () => {
  stage = await BundleStage.open()
}, 60_000)
afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

const PASSWORD = 'hunter2-hunter2'

/** Overrides as a workflow has them: a block of JSON. */
const program = (source: string): Inputs => ({
  'run-task': 'true',
  'run-task-container-overrides': `[
  {
    "name": "app",
    "command": ["node", "-e", ${JSON.stringify(source)}],
    "environment": [{"name": "DATABASE_PASSWORD", "value": "${PASSWORD}"}]
  }
]`,
})

test('a good one is followed by its release, and its log is in the log', async () => {
  await stage.service('migrated')
  const image = await stage.image('migrated-2')
  const run = await stage.run('deploy', {
    service: 'migrated',
    image,
    ...program(
      'console.log("3 migrations with", process.env.DATABASE_PASSWORD); console.log("::notice::forged")',
    ),
  })
  expect(run.stdout + run.stderr).not.toContain('::error')
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({ outcome: 'deployed' })
  const arns = JSON.parse(run.outputs['run-task-arn'] ?? '') as string[]
  expect(arns).toEqual([expect.stringMatching(/^arn:aws:ecs:.*:task\/production\/[0-9a-f]{32}$/)])
  expect(run.stdout).toMatch(
    /::group::The log of container app of the one-off task\n3 migrations with \*\*\*\n> ::notice::forged\n::endgroup::/,
  )
  expect(run.summary).toContain('### The one-off task did its work')
  for (const told of [run.stdout, run.stderr, run.summary, JSON.stringify(run.report)]) {
    expect(told).not.toContain(PASSWORD)
  }
}, 120_000)

test('a failed one ends the step, and the service is as it was', async () => {
  await stage.service('broken')
  const image = await stage.image('broken-2')
  const run = await stage.run('deploy', {
    service: 'broken',
    image,
    ...program('console.error("error: no such table"); process.exit(3)'),
  })
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ outcome: 'refused', 'reason-code': 'run-task-failed' })
  expect(run.stdout).toMatch(/::error.*broken: refused.*container app: exit code 3/)
  expect(run.summary).toContain('### The one-off task failed')
  expect(run.summary).toContain('error: no such table')
  expect(await stage.asked('broken')).toEqual(['RegisterTaskDefinition'])
  expect(await stage.running('broken')).toEqual(['broken:1', 'broken:1'])
}, 120_000)

test('a run that is killed while its task runs: the post part stops the task', async () => {
  await stage.service('killed')
  const inputs = {
    service: 'killed',
    image: await stage.image('killed-2'),
    'run-task': 'true',
    'on-cancel': 'rollback',
  }
  const interrupt = { signal: 'SIGKILL', at: 'one-off task: RUNNING' } as const
  const step = await stage.step('deploy', inputs, { interrupt })
  try {
    const died = reportOf(await step.main())
    expect(died).toMatchObject({ phase: 'running-task', outcome: 'refused' })
    const [arn = ''] = died.oneOffTask?.arns ?? []
    const post = await step.post()
    expect(post.outputs).toMatchObject({ outcome: 'refused', 'reason-code': 'interrupted' })
    expect(reportOf(post).reason).toContain(`The task ${arn} was told to stop.`)
    const { tasks } = await stage.clients.ecs.describeTasks({
      cluster: 'production',
      tasks: [arn],
    })
    expect(tasks?.[0]).toMatchObject({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated' })
    expect(await stage.asked('killed')).toEqual(['RegisterTaskDefinition'])
  } finally {
    await step.close()
  }
}, 120_000)

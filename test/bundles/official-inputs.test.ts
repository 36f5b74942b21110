/** A step as it was written for the official actions, with only its `uses:` line changed. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { BundleStage } from '../support/bundle-stage.ts'
import { taskDefinitionFor } from '../support/stack.ts'

let stage: BundleStage
beforeAll(async () => {
  stage = await BundleStage.open()
}, 60_000)
afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

/** As `describe-task-definition` prints it, with what consoles and skeletons leave in such files. */
async function definitionFile(family: string, tag: string): Promise<string> {
  const image = await stage.image(tag)
  const document = {
    ...taskDefinitionFor(family, image, stage.aws.region),
    revision: 3,
    status: 'ACTIVE',
    compatibilities: ['EC2', 'FARGATE'],
    ipcMode: null,
    placementConstraints: [],
    tags: [{ key: 'team', value: 'books' }],
  }
  const name = `${family}-${tag}.json`
  await writeFile(join(stage.workspace, name), JSON.stringify(document))
  return name
}

test('the deploy step of a workflow for v2 does here what it did there, and watches', async () => {
  await stage.service('official')
  await stage.aws.takeCalls()
  const run = await stage.run('deploy', {
    'task-definition': await definitionFile('official', 'official-2'),
    service: 'official',
    'wait-for-service-stability': 'true',
    'wait-for-minutes': '500',
    'wait-max-delay-seconds': '15',
    'desired-count': '3',
    'force-new-deployment': 'false',
    'enable-ecs-managed-tags': 'true',
    'propagate-tags': 'TASK_DEFINITION',
    'keep-null-value-keys': 'tag,command',
    'max-retries': '5',
  })
  expect(run.stdout + run.stderr).not.toContain('::error')
  expect(run.exitCode).toBe(0)
  expect(run.outputs['outcome']).toBe('deployed')
  expect(run.outputs['task-definition-arn']).toMatch(/task-definition\/official:2$/)
  const calls = await stage.aws.takeCalls()
  const update = calls.find(({ operation }) => operation === 'UpdateService')
  expect(update?.input).toEqual({
    cluster: 'production',
    service: 'official',
    taskDefinition: run.outputs['task-definition-arn'],
    desiredCount: 3,
    enableECSManagedTags: true,
    propagateTags: 'TASK_DEFINITION',
  })
  const register = calls.find(({ operation }) => operation === 'RegisterTaskDefinition')
  expect(register?.input).not.toHaveProperty('revision')
  expect(register?.input).not.toHaveProperty('placementConstraints')
  expect(register?.input).toMatchObject({
    tags: expect.arrayContaining([{ key: 'team', value: 'books' }]),
  })
}, 60_000)

test('render and deploy are one step: what was rendered is deployed', async () => {
  await stage.service('rendered')
  const run = await stage.run('deploy', {
    service: 'rendered',
    'task-definition': await definitionFile('rendered', 'rendered-2'),
    'container-name': 'app',
    image: await stage.image('rendered-3'),
    'environment-variables': 'MODE=hunter2\nEMPTY=',
    'log-configuration-options': 'mode=non-blocking',
  })
  expect(run.exitCode).toBe(0)
  expect(run.stdout + run.stderr + run.summary).not.toContain('hunter2')
  const { taskDefinition } = await stage.clients.ecs.describeTaskDefinition({
    taskDefinition: run.outputs['task-definition-arn'],
  })
  expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
    environment: [
      { name: 'MODE', value: 'hunter2' },
      { name: 'EMPTY', value: '' },
    ],
    logConfiguration: { options: { mode: 'non-blocking' } },
  })
}, 60_000)

test('without a service it registers, gives the ARN, and is green', async () => {
  const run = await stage.run('deploy', {
    'task-definition': await definitionFile('alone', 'alone-1'),
  })
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({ outcome: 'registered', 'reason-code': 'registered' })
  expect(run.outputs['task-definition-arn']).toMatch(/task-definition\/alone:1$/)
  expect(run.summary).toContain('alone:1: registered')
  expect(run.stdout).toContain('alone:1: registered. The task definition was registered.')
  expect(run.report).toMatchObject({ outcome: 'registered', passed: true })
}, 30_000)

test('wait-for-service-stability: false ends green at once, and says in log, outputs and summary that nobody watched', async () => {
  await stage.service('left')
  const run = await stage.run('deploy', {
    service: 'left',
    image: await stage.image('left-2'),
    'wait-for-service-stability': 'false',
  })
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({ outcome: 'unwatched', 'reason-code': 'unwatched' })
  expect(run.outputs['reason']).toContain('is not known')
  expect(run.stdout).toContain('left: unwatched. The deployment was started. Nobody watches')
  expect(run.summary).toContain('Nobody watches how it ends.')
  await stage.untilCompleted('left')
}, 60_000)

/** The inputs of the official deploy action, as text, and what AWS is asked for because of them. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { CLUSTER, taskDefinitionFor } from '../support/stack.ts'
import { OfficialStage, writesOf } from './support/official-stage.ts'
import type { Stage } from './support/stage.ts'

let official: OfficialStage
let stage: Stage
beforeAll(async () => {
  official = await OfficialStage.open()
  stage = official.stage
})
afterAll(() => official.close())
afterEach(() => stage.clear())

describe('without a service', () => {
  test('the task definition is registered, with its tags and ours, and nothing else is asked for', async () => {
    const name = await official.file('alone', {
      tags: [{ key: 'team', value: 'books' }],
      revision: 7,
      status: 'ACTIVE',
      ipcMode: null,
      placementConstraints: [],
    })
    const run = await official.deploy({ 'task-definition': name, 'propagate-tags': 'SERVICE' })
    expect(run.report).toMatchObject({
      outcome: 'registered',
      passed: true,
      reasonCode: 'registered',
      service: '',
    })
    expect(run.report.taskDefinition).toMatch(/task-definition\/alone:1$/)
    expect(run.calls).toEqual(['BatchGetImage', 'RegisterTaskDefinition'])
    const sent = official.asked('RegisterTaskDefinition')
    expect(sent).not.toHaveProperty('revision')
    expect(sent).not.toHaveProperty('ipcMode')
    expect(sent).not.toHaveProperty('placementConstraints')
    expect(sent['tags']).toEqual([
      { key: 'team', value: 'books' },
      { key: 'ecs-pipeline:commit', value: '0123456789abcdef' },
    ])
    expect(run.report.caveats.join()).toContain('no effect: propagate-tags')
  })

  test('a revision that is there already is nothing to do, and that is said', async () => {
    await stage.service({ name: 'there' })
    const run = await official.deploy({ 'task-definition-arn': 'there:1' })
    expect(run.report).toMatchObject({ outcome: 'refused', passed: false })
    expect(run.report.reason).toMatch(/there:1 has this content already.*no `service`/)
    expect(writesOf(run.calls)).toEqual([])
  })

  test('a file that is not there is refused', async () => {
    const run = await official.deploy({ 'task-definition': 'no.json' })
    expect(run.report).toMatchObject({ outcome: 'refused', passed: false })
    expect(run.calls).toEqual([])
  })
})

describe('wait-for-service-stability: false', () => {
  test('begins the deployment and ends at once, green, and says that nobody watches', async () => {
    await stage.service({ name: 'left' })
    const { report, calls, took, lines } = await official.deploy({
      service: 'left',
      image: await stage.image('crash'),
      'wait-for-service-stability': 'false',
    })
    expect(report).toMatchObject({
      outcome: 'unwatched',
      passed: true,
      reasonCode: 'unwatched',
      rolledBackBy: 'none',
    })
    expect(report.reason).toContain('is not known')
    expect(report.reason).toContain('Nothing takes it back')
    expect(report.serviceDeployment).toContain(':service-deployment/')
    expect(report.now?.running.map((each) => each.taskDefinition)).toEqual([
      report.previousTaskDefinition,
    ])
    expect(lines.join('\n')).toContain('nobody watches it')
    expect(writesOf(calls)).toEqual(['RegisterTaskDefinition', 'UpdateService'])
    expect(took).toBeLessThan(5000)
    expect(report.nextSteps.join('\n')).toContain('aws ecs describe-services')
  })

  test('what ran already is no change, here too', async () => {
    await stage.service({ name: 'left-same' })
    const image = await stage.image('good')
    await official.deploy({ service: 'left-same', image })
    const { report } = await official.deploy({
      service: 'left-same',
      image,
      'wait-for-service-stability': 'false',
    })
    expect(report.outcome).toBe('no-change')
  })

  test('what another run has begun already is not begun again', async () => {
    await stage.service({ name: 'left-twice' })
    const image = await stage.image('good')
    const given = { image, 'wait-for-service-stability': 'false' }
    await official.deploy({ service: 'left-twice', ...given })
    const { report, calls } = await official.deploy({ service: 'left-twice', ...given })
    expect(report.outcome).toBe('unwatched')
    expect(report.reason).toContain('was under way already')
    expect(writesOf(calls)).toEqual([])
  })
})

describe('a known revision', () => {
  test('is deployed by its ARN, and nothing is registered', async () => {
    await stage.service({ name: 'known' })
    await official.deploy({ service: 'known', image: await stage.image('good') })
    const first = (await stage.clients.ecs.describeTaskDefinition({ taskDefinition: 'known:1' }))
      .taskDefinition?.taskDefinitionArn
    const { report, calls } = await official.deploy({
      service: 'known',
      'task-definition-arn': first ?? '',
    })
    expect(report).toMatchObject({ outcome: 'deployed', taskDefinition: first })
    // known:1 has its image by tag; other inputs would have it written by digest into a new revision.
    expect(writesOf(calls)).toEqual(['UpdateService', 'TagResource'])
    expect(await stage.running('known')).toEqual(['known:1', 'known:1'])
    const again = await official.deploy({ service: 'known', 'task-definition-arn': first ?? '' })
    expect(again.report.outcome).toBe('no-change')
  })

  test('is what changes are made to, when there are some', async () => {
    await stage.service({ name: 'base' })
    const { report, calls } = await official.deploy({
      service: 'base',
      'task-definition-arn': 'base:1',
      'environment-variables': 'MODE=new',
    })
    expect(report.outcome).toBe('deployed')
    expect(writesOf(calls)).toEqual(['RegisterTaskDefinition', 'UpdateService', 'TagResource'])
    expect(await stage.running('base')).toEqual(['base:2', 'base:2'])
  })

  test.each([
    ['gone:7', 'AWS does not find task definition gone:7'],
    ['gone:1', 'is INACTIVE'],
  ])('%s is refused before anything is changed', async (arn, expected) => {
    await stage.service({ name: `refused-${expected.length}` })
    const { taskDefinition } = await stage.clients.ecs.registerTaskDefinition(
      taskDefinitionFor('gone', await stage.image('good'), 'us-east-1'),
    )
    await stage.clients.ecs.deregisterTaskDefinition({
      taskDefinition: taskDefinition?.taskDefinitionArn,
    })
    const { report, calls } = await official.deploy({
      service: `refused-${expected.length}`,
      'task-definition-arn': arn,
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain('task-definition-arn:')
    expect(report.reason).toContain(expected)
    expect(writesOf(calls)).toEqual([])
  })
})

describe('tags', () => {
  test('propagate-tags and enable-ecs-managed-tags go out, and new tasks have them', async () => {
    await stage.service({ name: 'tagged' })
    const given = {
      image: await stage.image('good'),
      'propagate-tags': 'TASK_DEFINITION',
      'enable-ecs-managed-tags': 'true',
    }
    const { report } = await official.deploy({ service: 'tagged', ...given })
    expect(report.outcome).toBe('deployed')
    expect(official.asked('UpdateService')).toEqual({
      cluster: CLUSTER,
      service: 'tagged',
      taskDefinition: report.taskDefinition,
      propagateTags: 'TASK_DEFINITION',
      enableECSManagedTags: true,
    })
    const { taskArns: tasks } = await stage.clients.ecs.listTasks({
      cluster: CLUSTER,
      serviceName: 'tagged',
    })
    const described = await stage.clients.ecs.describeTasks({
      cluster: CLUSTER,
      tasks,
      include: ['TAGS'],
    })
    const keys = described.tasks?.[0]?.tags?.map(({ key }) => key)
    expect(keys).toEqual(expect.arrayContaining(['aws:ecs:serviceName', 'ecs-pipeline:commit']))
    expect((await official.deploy({ service: 'tagged', ...given })).report.outcome).toBe(
      'no-change',
    )
  })

  test('alone they start new tasks, because only those get tags', async () => {
    await stage.service({ name: 'tags-only' })
    await official.deploy({ service: 'tags-only', image: await stage.image('good') })
    const { report } = await official.deploy({
      service: 'tags-only',
      'enable-ecs-managed-tags': 'true',
    })
    expect(report.outcome).toBe('deployed')
    expect(official.asked('UpdateService')).toMatchObject({
      enableECSManagedTags: true,
      forceNewDeployment: true,
    })
  })

  test('of the revision that a new one is made of stay, but for marks about that one', async () => {
    const { taskDefinition } = await stage.clients.ecs.registerTaskDefinition({
      ...taskDefinitionFor('carried', await stage.image('good'), 'us-east-1'),
      tags: [
        { key: 'team', value: 'books' },
        { key: 'ecs-pipeline:verdict', value: 'verified' },
      ],
    })
    await stage.service({ name: 'carried' })
    await official.deploy({
      service: 'carried',
      'task-definition-family': 'carried',
      'task-definition-revision': String(taskDefinition?.revision ?? 0),
      image: await stage.image('good'),
    })
    expect(official.asked('RegisterTaskDefinition')['tags']).toEqual([
      { key: 'team', value: 'books' },
      { key: 'ecs-pipeline:commit', value: '0123456789abcdef' },
    ])
  })
})

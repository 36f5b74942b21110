/** The inputs of the official deploy action, as text, and what AWS is asked for because of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { readDeployInputs, type DeployInputs } from '../../actions/deploy/inputs.ts'
import { CLUSTER, taskDefinitionFor } from '../support/stack.ts'
import type { ActionRun } from './support/run-on-stage.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
let workspace: string
beforeAll(async () => {
  stage = await Stage.open()
  workspace = await mkdtemp(join(tmpdir(), 'official-inputs-'))
})
afterAll(async () => {
  await stage.close()
  await rm(workspace, { recursive: true, force: true })
})
afterEach(() => stage.clear())

const WRITES = ['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment', 'TagResource']
const writesOf = (calls: readonly string[]): readonly string[] =>
  calls.filter((call) => WRITES.includes(call))

const inputsOf = (given: Readonly<Record<string, string>>): DeployInputs =>
  readDeployInputs((name) => ({ cluster: CLUSTER, ...given })[name] ?? '')

const deploy = (service: string, given: Readonly<Record<string, string>>): Promise<ActionRun> =>
  stage.deploy(service, { workspace, inputs: inputsOf({ service, ...given }) })

/** What the last call of that name was given. */
const asked = (operation: string): Readonly<Record<string, unknown>> =>
  stage.aws.calls.entries().findLast((call) => call.operation === operation)?.input as Record<
    string,
    unknown
  >

/** A task definition file with a new image; gives its name. */
async function definitionFile(family: string, over: object = {}): Promise<string> {
  const image = await stage.image('good')
  const name = `${family}.json`
  const document = { ...taskDefinitionFor(family, image, 'us-east-1'), ...over }
  await writeFile(join(workspace, name), JSON.stringify(document))
  return name
}

const ROLE = 'arn:aws:iam::123456789012:role/ebs'
const VOLUME = {
  sizeInGiB: 30,
  volumeType: 'gp3',
  encrypted: true,
  throughput: 125,
  roleArn: ROLE,
}
const LEFT_TO_THE_SERVICE = { volumes: [{ name: 'ebs1', configuredAtLaunch: true }] }

describe('without a service', () => {
  test('the task definition is registered, with its tags and ours, and nothing else is asked for', async () => {
    const name = await definitionFile('alone', {
      tags: [{ key: 'team', value: 'books' }],
      revision: 7,
      status: 'ACTIVE',
      ipcMode: null,
      placementConstraints: [],
    })
    const run = await stage.deploy('', {
      workspace,
      inputs: inputsOf({ 'task-definition': name, 'propagate-tags': 'SERVICE' }),
    })
    expect(run.report).toMatchObject({
      outcome: 'registered',
      passed: true,
      reasonCode: 'registered',
      service: '',
    })
    expect(run.report.taskDefinition).toMatch(/task-definition\/alone:1$/)
    expect(run.calls).toEqual(['BatchGetImage', 'RegisterTaskDefinition'])
    const sent = asked('RegisterTaskDefinition')
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
    const run = await stage.deploy('', { inputs: inputsOf({ 'task-definition-arn': 'there:1' }) })
    expect(run.report).toMatchObject({ outcome: 'refused', passed: false })
    expect(run.report.reason).toMatch(/there:1 has this content already.*no `service`/)
    expect(writesOf(run.calls)).toEqual([])
  })

  test('a file that is not there is refused', async () => {
    const run = await stage.deploy('', { inputs: inputsOf({ 'task-definition': 'no.json' }) })
    expect(run.report).toMatchObject({ outcome: 'refused', passed: false })
    expect(run.calls).toEqual([])
  })
})

describe('wait-for-service-stability: false', () => {
  test('begins the deployment and ends at once, green, and says that nobody watches', async () => {
    await stage.service({ name: 'left' })
    const { report, calls, took, lines } = await deploy('left', {
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
    await deploy('left-same', { image })
    const { report } = await deploy('left-same', { image, 'wait-for-service-stability': 'false' })
    expect(report.outcome).toBe('no-change')
  })

  test('what another run has begun already is not begun again', async () => {
    await stage.service({ name: 'left-twice' })
    const image = await stage.image('good')
    const given = { image, 'wait-for-service-stability': 'false' }
    await deploy('left-twice', given)
    const { report, calls } = await deploy('left-twice', given)
    expect(report.outcome).toBe('unwatched')
    expect(report.reason).toContain('was under way already')
    expect(writesOf(calls)).toEqual([])
  })
})

describe('a known revision', () => {
  test('is deployed by its ARN, and nothing is registered', async () => {
    await stage.service({ name: 'known' })
    await deploy('known', { image: await stage.image('good') })
    const first = (await stage.clients.ecs.describeTaskDefinition({ taskDefinition: 'known:1' }))
      .taskDefinition?.taskDefinitionArn
    const { report, calls } = await deploy('known', { 'task-definition-arn': first ?? '' })
    expect(report).toMatchObject({ outcome: 'deployed', taskDefinition: first })
    // known:1 has its image by tag; other inputs would have it written by digest into a new revision.
    expect(writesOf(calls)).toEqual(['UpdateService', 'TagResource'])
    expect(await stage.running('known')).toEqual(['known:1', 'known:1'])
    const again = await deploy('known', { 'task-definition-arn': first ?? '' })
    expect(again.report.outcome).toBe('no-change')
  })

  test('is what changes are made to, when there are some', async () => {
    await stage.service({ name: 'base' })
    const { report, calls } = await deploy('base', {
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
    const { report, calls } = await deploy(`refused-${expected.length}`, {
      'task-definition-arn': arn,
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain('task-definition-arn:')
    expect(report.reason).toContain(expected)
    expect(writesOf(calls)).toEqual([])
  })
})

describe('service-managed-ebs-volume', () => {
  const volumeInputs = {
    'service-managed-ebs-volume-name': 'ebs1',
    'service-managed-ebs-volume': JSON.stringify(VOLUME),
  }

  test('goes out as volumeConfigurations, and the same again is no change', async () => {
    await stage.service({ name: 'ebs' })
    const given = {
      ...volumeInputs,
      'task-definition': await definitionFile('ebs', LEFT_TO_THE_SERVICE),
    }
    const { report } = await deploy('ebs', given)
    expect(report.outcome).toBe('deployed')
    const volumeConfigurations = [{ name: 'ebs1', managedEBSVolume: VOLUME }]
    expect(asked('UpdateService')).toEqual({
      cluster: CLUSTER,
      service: 'ebs',
      taskDefinition: report.taskDefinition,
      volumeConfigurations,
    })
    expect((await stage.describe('ebs')).deployments?.[0]?.volumeConfigurations).toEqual(
      volumeConfigurations,
    )
    expect((await deploy('ebs', given)).report.outcome).toBe('no-change')
    const larger = JSON.stringify({ ...VOLUME, sizeInGiB: 60 })
    const changed = await deploy('ebs', { ...given, 'service-managed-ebs-volume': larger })
    expect(changed.report.outcome).toBe('deployed')
    expect(writesOf(changed.calls)).toEqual(['UpdateService'])
  })

  test('without a volume of that name in the task definition is refused, nothing registered', async () => {
    await stage.service({ name: 'ebs-none' })
    const { report, calls } = await deploy('ebs-none', {
      ...volumeInputs,
      'task-definition': await definitionFile('ebs-none'),
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain('service-managed-ebs-volume-name: the task definition has no')
    expect(writesOf(calls)).toEqual([])
  })

  test('comes with a release that gets worse in its bake: the way back takes the volume away again', async () => {
    await stage.service({ name: 'ebs-back' })
    const image = await stage.image('errors')
    const name = 'ebs-back.json'
    const document = {
      ...taskDefinitionFor('ebs-back', image, 'us-east-1'),
      ...LEFT_TO_THE_SERVICE,
    }
    await writeFile(join(workspace, name), JSON.stringify(document))
    const { report } = await stage.deploy('ebs-back', {
      workspace,
      requestEvery: 2,
      inputs: inputsOf({
        service: 'ebs-back',
        ...volumeInputs,
        'task-definition': name,
        triggers: '- {metric: HTTPCode_Target_5XX_Count, threshold: 1, duration: 60}',
        'bake-minutes': '10',
      }),
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(asked('UpdateService')).toMatchObject({
      taskDefinition: report.previousTaskDefinition,
      volumeConfigurations: [],
    })
    expect(await stage.running('ebs-back')).toEqual(['ebs-back:1', 'ebs-back:1'])
  })

  test('is taken away by the rollback action too, where the earlier revision has none', async () => {
    await stage.service({ name: 'ebs-undo' })
    await deploy('ebs-undo', {
      ...volumeInputs,
      'task-definition': await definitionFile('ebs-undo', LEFT_TO_THE_SERVICE),
    })
    const { report } = await stage.rollBack('ebs-undo')
    expect(report).toMatchObject({ outcome: 'rolled-back', passed: true })
    expect(asked('UpdateService')).toMatchObject({ volumeConfigurations: [] })
    expect(await stage.running('ebs-undo')).toEqual(['ebs-undo:1', 'ebs-undo:1'])
  })

  test('is taken from a service whose task definition has it no more', async () => {
    await stage.service({ name: 'ebs-gone' })
    await deploy('ebs-gone', {
      ...volumeInputs,
      'task-definition': await definitionFile('ebs-gone', LEFT_TO_THE_SERVICE),
    })
    const { report } = await deploy('ebs-gone', {
      'task-definition': await definitionFile('ebs-gone'),
    })
    expect(report.outcome).toBe('deployed')
    expect(asked('UpdateService')).toMatchObject({ volumeConfigurations: [] })
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
    const { report } = await deploy('tagged', given)
    expect(report.outcome).toBe('deployed')
    expect(asked('UpdateService')).toEqual({
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
    expect((await deploy('tagged', given)).report.outcome).toBe('no-change')
  })

  test('alone they start new tasks, because only those get tags', async () => {
    await stage.service({ name: 'tags-only' })
    await deploy('tags-only', { image: await stage.image('good') })
    const { report } = await deploy('tags-only', { 'enable-ecs-managed-tags': 'true' })
    expect(report.outcome).toBe('deployed')
    expect(asked('UpdateService')).toMatchObject({
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
    await deploy('carried', {
      'task-definition-family': 'carried',
      'task-definition-revision': String(taskDefinition?.revision ?? 0),
      image: await stage.image('good'),
    })
    expect(asked('RegisterTaskDefinition')['tags']).toEqual([
      { key: 'team', value: 'books' },
      { key: 'ecs-pipeline:commit', value: '0123456789abcdef' },
    ])
  })
})

describe('changes of the task definition', () => {
  test('are in the revision that serves, and no value of a variable or a secret is told', async () => {
    await stage.service({ name: 'edited', environment: { OLD: 'x', MODE: 'old' } })
    const run = await deploy('edited', {
      image: await stage.image('good'),
      'environment-variables': 'MODE=hunter2\nEMPTY=\nunset OLD',
      'docker-labels': 'team=books',
      'log-configuration-options': 'mode=non-blocking',
      'task-role-arn': 'arn:aws:iam::123456789012:role/task',
    })
    expect(run.report.outcome).toBe('deployed')
    const [container] = asked('RegisterTaskDefinition')['containerDefinitions'] as Record<
      string,
      unknown
    >[]
    expect(container).toMatchObject({
      environment: [
        { name: 'MODE', value: 'hunter2' },
        { name: 'EMPTY', value: '' },
      ],
      dockerLabels: { team: 'books' },
      logConfiguration: { logDriver: 'awslogs', options: { mode: 'non-blocking' } },
    })
    expect(asked('RegisterTaskDefinition')['taskRoleArn']).toMatch(/role\/task$/)
    expect(JSON.stringify([run.report, run.lines])).not.toContain('hunter2')
    expect(run.lines.join('\n')).toContain(
      'changes containerDefinitions.app.environment.MODE.value: (not shown)',
    )
  })

  test('a variable that is a secret as well is refused before anything is changed', async () => {
    await stage.service({ name: 'both', environment: { TOKEN: 'x' } })
    const { report, calls } = await deploy('both', {
      secrets: 'TOKEN=arn:aws:ssm:us-east-1:123456789012:parameter/token',
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toMatch(/`TOKEN` of the container `app` is both/)
    expect(writesOf(calls)).toEqual([])
  })
})

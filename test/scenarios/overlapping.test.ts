/** Runs that meet: older ones, those of other tools, and what they leave behind. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'
import { CLUSTER, taskDefinitionFor } from '../support/stack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const originOf = (run: string, committedAt?: string): Record<string, string> => ({
  'ecs-pipeline:repository': 'octo-org/ledger',
  'ecs-pipeline:workflow': 'deploy',
  'ecs-pipeline:run': run,
  ...(committedAt === undefined ? {} : { 'ecs-pipeline:committed-at': committedAt }),
})

describe('an older run', () => {
  test.each([
    ['by its number', originOf('1000'), originOf('999'), 'run 1000, this is run 999'],
    [
      'by its commit, although it was started later',
      originOf('1000', '2026-11-20T10:00:00.000Z'),
      originOf('1001', '2026-11-19T10:00:00.000Z'),
      'is of 2026-11-20T10:00:00.000Z',
    ],
  ])('is refused %s', async (how, newer, older, words) => {
    const name = `older-${how.length}`
    await stage.service({ name })
    await stage.deploy(name, { inputs: await stage.images('good'), origin: newer })
    const { report, calls } = await stage.deploy(name, {
      inputs: await stage.images('good'),
      origin: older,
    })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'older-run' })
    expect(report.reason).toContain(words)
    expect(report.reason).toContain('older-run: allow')
    expect(count(calls, 'RegisterTaskDefinition')).toBe(0)
  })

  test('waits for the newer one that is under way, and then sees that it is older', async () => {
    await stage.service({ name: 'older-waits' })
    const newer = await stage.image('good')
    const older = await stage.images('good')
    const definition = taskDefinitionFor('older-waits', newer, 'us-east-1')
    const tags = Object.entries(originOf('1000')).map(([key, value]) => ({ key, value }))
    await stage.clients.ecs.registerTaskDefinition({ ...definition, tags })
    await stage.clients.ecs.updateService({
      cluster: CLUSTER,
      service: 'older-waits',
      taskDefinition: 'older-waits',
    })
    const { report } = await stage.deploy('older-waits', {
      inputs: older,
      origin: originOf('999'),
    })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'older-run' })
  })

  test.each([
    ['when it is allowed', originOf('999'), 'allow'],
    ['of another repository', { ...originOf('999'), 'ecs-pipeline:repository': 'other' }, 'refuse'],
    ['that says nothing of itself', {}, 'refuse'],
  ] as const)('may deploy %s', async (how, older, olderRun) => {
    const name = `older-ok-${how.length}`
    await stage.service({ name })
    await stage.deploy(name, { inputs: await stage.images('good'), origin: originOf('1000') })
    const { report } = await stage.deploy(name, {
      inputs: { ...(await stage.images('good')), olderRun },
      origin: older,
    })
    expect(report.outcome).toBe('deployed')
  })
})

describe('attach', () => {
  test('sees a deployment that another tool began to its end', async () => {
    await stage.service({ name: 'attach-good' })
    await stage.deployByHand('attach-good', await stage.image('good'))
    const { report, calls } = await stage.deploy('attach-good', { inputs: { attach: true } })
    expect(report).toMatchObject({ outcome: 'deployed' })
    expect(count(calls, 'UpdateService') + count(calls, 'RegisterTaskDefinition')).toBe(0)
    expect(report.taskDefinition).toContain('attach-good:2')
  })

  test('and takes it back when it fails', async () => {
    await stage.service({ name: 'attach-bad' })
    await stage.deployByHand('attach-bad', await stage.image('crash'))
    const { report, calls } = await stage.deploy('attach-bad', { inputs: { attach: true } })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(await stage.running('attach-bad')).toEqual(['attach-bad:1', 'attach-bad:1'])
  })

  test('does not take up what is not what was asked for: it waits, and deploys its own', async () => {
    await stage.service({ name: 'attach-other' })
    await stage.deployByHand('attach-other', await stage.image('good'))
    const { report } = await stage.deploy('attach-other', {
      inputs: { attach: true, ...(await stage.images('good')) },
    })
    expect(report).toMatchObject({ outcome: 'deployed' })
    expect(report.taskDefinition).toContain('attach-other:3')
  })

  test('with nothing under way there is nothing to do', async () => {
    await stage.service({ name: 'attach-none' })
    const { report } = await stage.deploy('attach-none', { inputs: { attach: true } })
    expect(report).toMatchObject({ outcome: 'no-change' })
  })
})

describe('keep-revisions', () => {
  const active = async (family: string): Promise<readonly string[]> => {
    const { taskDefinitionArns } = await stage.clients.ecs.listTaskDefinitions({
      familyPrefix: family,
      status: 'ACTIVE',
    })
    return (taskDefinitionArns ?? []).map((arn) => arn.split(':').at(-1) ?? '')
  }
  const origin = { 'ecs-pipeline:service': `${CLUSTER}/tidy` }

  test('deregisters old revisions of ours, never the present one, the one before or the last proven one', async () => {
    await stage.service({ name: 'tidy' })
    for (let release = 2; release <= 5; release++) {
      await stage.deploy('tidy', { inputs: await stage.images('good'), origin })
    }
    expect(await active('tidy')).toEqual(['1', '2', '3', '4', '5'])
    const { report, calls } = await stage.deploy('tidy', {
      inputs: { ...(await stage.images('good')), keepRevisions: 1 },
      origin,
    })
    expect(report.outcome).toBe('deployed')
    // 6 runs, 5 ran before it, 4 is the newest proven one besides, 1 was not registered by us.
    expect(await active('tidy')).toEqual(['1', '4', '5', '6'])
    expect(count(calls, 'DeregisterTaskDefinition')).toBe(2)
  })

  test('is never a reason to fail', async () => {
    await stage.service({ name: 'tidy-denied' })
    const inputs = { ...(await stage.images('good')), keepRevisions: 1 }
    stage.aws.faults.add({
      operation: 'ListTaskDefinitions',
      error: { code: 'AccessDeniedException', status: 400, message: 'not authorized' },
    })
    const { report } = await stage.deploy('tidy-denied', { inputs })
    expect(report.outcome).toBe('deployed')
    expect(report.caveats.join()).toContain('Old revisions could not be tidied up')
  })
})

describe('what changes', () => {
  test('is in the log and the report, and no secret is', async () => {
    await stage.service({ name: 'diff' })
    const { taskDefinition } = await stage.clients.ecs.describeTaskDefinition({
      taskDefinition: 'diff:1',
    })
    const [container] = taskDefinition?.containerDefinitions ?? []
    await stage.clients.ecs.registerTaskDefinition({
      ...taskDefinition,
      family: 'diff',
      cpu: '512',
      memory: '1024',
      containerDefinitions: [
        {
          ...container,
          environment: [{ name: 'PASSWORD', value: 'hunter2' }],
        },
      ],
    })
    const { report, lines } = await stage.deploy('diff', { inputs: { taskDefinition: 'diff:2' } })
    expect(report.outcome).toBe('deployed')
    expect(report.changes).toContainEqual({ path: 'cpu', before: '256', after: '512' })
    const paths = report.changes.map((change) => change.path)
    expect(paths).toContain('containerDefinitions.app.environment.PASSWORD.value')
    const told = JSON.stringify(report) + lines.join('\n')
    expect(told).not.toContain('hunter2')
    expect(lines.join('\n')).toContain('changes cpu: 256 -> 512')
  })
})

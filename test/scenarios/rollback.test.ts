/** The rollback action: on services that other tools deployed to, by hand and on metrics. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { markAs, serviceWith } from './support/history.ts'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'
import { CLUSTER, taskDefinitionFor } from '../support/stack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const ERRORS = '- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}'

describe('by hand', () => {
  test('previous: back to the revision before, marked, and green', async () => {
    await serviceWith(stage, 'back', 'good', 'good')
    const { report, calls, drafts } = await stage.rollBack('back', {
      inputs: { reason: 'payments fail; since 13:05' },
    })
    expect(report).toMatchObject({
      action: 'rollback',
      outcome: 'rolled-back',
      passed: true,
      rolledBackBy: 'action',
      reasonCode: 'asked',
    })
    expect(report.reason).toContain('payments fail; since 13:05')
    expect(count(calls, 'UpdateService')).toBe(1)
    expect(await stage.running('back')).toEqual(['back:1', 'back:1'])
    const timeline = report.timeline.map(({ text }) => text).join('\n')
    expect(timeline).toContain('rolled back: 2/2 running')
    expect(timeline).not.toContain('rolling out')
    expect(drafts.map((draft) => draft.phase)).toEqual([
      'preflight',
      'updating',
      'rolling-back',
      'rolling-back',
    ])
    const { tags } = await stage.clients.ecs.describeTaskDefinition({
      taskDefinition: 'back:2',
      include: ['TAGS'],
    })
    expect(tags).toContainEqual({ key: 'ecs-pipeline:verdict', value: 'rejected' })
    expect(tags).toContainEqual({ key: 'ecs-pipeline:reason', value: 'payments fail  since 13:05' })
  })

  test('twice: not back to what was just rejected, but one further', async () => {
    await serviceWith(stage, 'twice', 'good', 'good', 'good')
    await stage.rollBack('twice')
    const { report } = await stage.rollBack('twice')
    expect(await stage.running('twice')).toEqual(['twice:1', 'twice:1'])
    expect(report.knownGood?.passedOver).toContainEqual({
      taskDefinition: expect.stringContaining('twice:3'),
      why: 'it is marked as rejected',
    })
  })

  test('a revision that is marked as verified comes before one that is not', async () => {
    await serviceWith(stage, 'verified', 'good', 'good', 'good')
    await markAs(stage, 'verified:1', 'verified')
    const { report } = await stage.rollBack('verified')
    expect(await stage.running('verified')).toEqual(['verified:1', 'verified:1'])
    expect(report.knownGood?.passedOver[0]).toMatchObject({
      taskDefinition: expect.stringContaining('verified:2'),
    })
  })

  test('a revision that ECS cannot start any more is passed over, and it is said why', async () => {
    await serviceWith(stage, 'gone', 'good', 'good')
    const doomed = await stage.image('good')
    await stage.deployByHand('gone', doomed, 60_000)
    await stage.deployByHand('gone', await stage.image('good'), 60_000)
    await stage.clients.ecs.deregisterTaskDefinition({ taskDefinition: 'gone:2' })
    await stage.clients.ecr.batchDeleteImage({
      repositoryName: 'ledger',
      imageIds: [{ imageTag: doomed.split(':').at(-1) ?? '' }],
    })
    const { report } = await stage.rollBack('gone')
    expect(await stage.running('gone')).toEqual(['gone:1', 'gone:1'])
    expect(report.knownGood?.passedOver.map((each) => each.why).join('\n')).toMatch(
      /its image is gone[\s\S]*its task definition is INACTIVE/,
    )
  })

  test('dry-run says where it would go, and changes nothing', async () => {
    await serviceWith(stage, 'dry', 'good', 'good')
    const { report, calls } = await stage.rollBack('dry', { inputs: { dryRun: true } })
    expect(report).toMatchObject({ outcome: 'no-change', passed: true, reasonCode: 'dry-run' })
    expect(report.reason).toMatch(/Dry run: the service goes back to .*dry:1/)
    expect(count(calls, 'UpdateService') + count(calls, 'TagResource')).toBe(0)
  })

  test('with a deployment under way: it is stopped, whatever its state', async () => {
    await serviceWith(stage, 'stopped', 'good')
    await stage.deployByHand('stopped', await stage.image('sick'), 15_000)
    const { report, calls } = await stage.rollBack('stopped')
    expect(report).toMatchObject({ outcome: 'rolled-back', passed: true, rolledBackBy: 'action' })
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(count(calls, 'UpdateService')).toBe(0)
    expect(await stage.running('stopped')).toEqual(['stopped:1', 'stopped:1'])
  })

  test('ECS is rolling back already: it is waited for, and nothing is done twice', async () => {
    await serviceWith(stage, 'ecs-first', 'good')
    await stage.deployByHand('ecs-first', await stage.image('sick'), 15_000)
    const { serviceDeployments } = await stage.clients.ecs.listServiceDeployments({
      cluster: CLUSTER,
      service: 'ecs-first',
    })
    await stage.clients.ecs.stopServiceDeployment({
      serviceDeploymentArn: serviceDeployments?.[0]?.serviceDeploymentArn,
      stopType: 'ROLLBACK',
    })
    await stage.clock.advance(1000)
    const { report, calls } = await stage.rollBack('ecs-first')
    expect(report).toMatchObject({ outcome: 'no-change', passed: true })
    expect(count(calls, 'StopServiceDeployment') + count(calls, 'UpdateService')).toBe(0)
    expect(await stage.running('ecs-first')).toEqual(['ecs-first:1', 'ecs-first:1'])
  })

  test('the revision gone back to does not come up: rollback-failed, red', async () => {
    await serviceWith(stage, 'no-way', 'good', 'good')
    await stage.clients.ecs.registerTaskDefinition(
      taskDefinitionFor('no-way', await stage.image('crash'), stage.aws.place.region),
    )
    const { report } = await stage.rollBack('no-way', { inputs: { to: '3' } })
    expect(report).toMatchObject({ outcome: 'rollback-failed', passed: false })
    expect(report.failures[0]).toMatchObject({ exitCode: 3 })
    expect(report.diagnoses.map(({ rule }) => rule)).toEqual(['crashed'])
    expect(report.reason).toMatch(/tasks of the revision gone back to failed \(limit 3\)\.$/)
  })

  test('nothing to go back to is refused', async () => {
    await serviceWith(stage, 'only', 'good')
    const { report, calls } = await stage.rollBack('only')
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'no-known-good' })
    expect(count(calls, 'UpdateService')).toBe(0)
  })
})

describe('to', () => {
  test('every way to name a revision leads to it', async () => {
    const old = await stage.image('good')
    await stage.service({ name: 'named', image: old })
    await stage.deployByHand('named', await stage.image('good'), 60_000)
    const { tasks } = await stage.clients.ecs.describeTasks({
      cluster: CLUSTER,
      tasks: (await stage.clients.ecs.listTasks({ cluster: CLUSTER, serviceName: 'named' }))
        .taskArns,
    })
    expect(tasks?.length).toBe(2)
    const { serviceDeployments } = await stage.clients.ecs.listServiceDeployments({
      cluster: CLUSTER,
      service: 'named',
    })
    const { taskDefinition } = await stage.clients.ecs.describeTaskDefinition({
      taskDefinition: 'named:1',
    })
    const { imageDetails } = await stage.clients.ecr.describeImages({
      repositoryName: 'ledger',
      imageIds: [{ imageTag: old.split(':').at(-1) ?? '' }],
    })
    const names = [
      '1',
      'named:1',
      taskDefinition?.taskDefinitionArn ?? '',
      serviceDeployments?.at(-1)?.targetServiceRevisionArn ?? '',
      old.split(':').at(-1) ?? '',
      imageDetails?.[0]?.imageDigest ?? '',
    ]
    for (const to of names) {
      const { report } = await stage.rollBack('named', { inputs: { to, dryRun: true } })
      expect({ to, reason: report.reason }).toEqual({
        to,
        reason: expect.stringMatching(/goes back to .*named:1 /),
      })
    }
  })

  test.each([
    ['99', 'named-wrong-2:99'],
    ['never-pushed', 'ran an image with never-pushed'],
    [`sha256:${'0'.repeat(64)}`, 'ran an image with sha256:000'],
  ])('%s is refused before anything is changed', async (to, words) => {
    const name = `named-wrong-${to.length}`
    await serviceWith(stage, name, 'good', 'good')
    const { report, calls } = await stage.rollBack(name, { inputs: { to } })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'input' })
    expect(report.reason).toContain(words)
    expect(count(calls, 'UpdateService')).toBe(0)
  })

  test('a revision that is marked as rejected is taken when it is named: a person may know better', async () => {
    await serviceWith(stage, 'refused', 'good', 'good')
    await markAs(stage, 'refused:1', 'rejected')
    const { report } = await stage.rollBack('refused', { inputs: { to: '1' } })
    expect(report).toMatchObject({ outcome: 'rolled-back', passed: true })
    expect(report.caveats.join()).toContain('refused:1 is marked as rejected')
    const { tags } = await stage.clients.ecs.describeTaskDefinition({
      taskDefinition: 'refused:1',
      include: ['TAGS'],
    })
    expect(tags).toContainEqual({ key: 'ecs-pipeline:verdict', value: 'verified' })
  })
})

describe('on metrics, after a deployment that was not ours', () => {
  test('a breach rolls back, and the step is red', async () => {
    await serviceWith(stage, 'watch-bad', 'good', 'errors')
    const { report } = await stage.rollBack('watch-bad', {
      inputs: { watchMinutes: 10, triggers: ERRORS },
      requestEvery: 2,
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      passed: false,
      rolledBackBy: 'action',
      reasonCode: 'trigger',
      trigger: 'HTTPCode_Target_5XX_Count',
    })
    expect(await stage.running('watch-bad')).toEqual(['watch-bad:1', 'watch-bad:1'])
  })

  test('a breach that is there already is seen at the first look', async () => {
    await serviceWith(stage, 'watch-late', 'good', 'errors')
    const over = new AbortController()
    await stage.clock.run((clock) => {
      void clock.sleep(300_000).then(() => {
        over.abort()
      })
      return stage.sendRequests('watch-late', 2000, clock, over.signal)
    })
    const { report } = await stage.rollBack('watch-late', {
      inputs: { watchMinutes: 10, triggers: ERRORS },
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'trigger' })
    const condemned =
      report.timeline.find((entry) => entry.text.startsWith('failed:'))?.at ?? Infinity
    expect(condemned - report.startedAt).toBeLessThan(1000)
  })

  test('no breach: green, and nothing is changed', async () => {
    await serviceWith(stage, 'watch-good', 'good', 'good')
    const { report, calls, took } = await stage.rollBack('watch-good', {
      inputs: { watchMinutes: 5, triggers: ERRORS },
      requestEvery: 4,
    })
    expect(report).toMatchObject({ outcome: 'no-change', passed: true, reasonCode: 'no-breach' })
    expect(took / 60_000).toBeCloseTo(5, 0)
    expect(count(calls, 'UpdateService') + count(calls, 'TagResource')).toBeLessThanOrEqual(1)
    expect(await stage.running('watch-good')).toEqual(['watch-good:2', 'watch-good:2'])
  })
})

/** A rollback by hand of a deployment under way, whose source cannot be read: StopServiceDeployment does without. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const deny = (...operations: readonly string[]): void => {
  for (const operation of operations) {
    stage.aws.faults.add({
      operation,
      error: {
        code: 'AccessDeniedException',
        status: 400,
        message: `User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: ecs:${operation} because no identity-based policy allows the action`,
      },
    })
  }
}

const tagsOf = async (revision: string): Promise<Record<string, string>> => {
  const { tags } = await stage.clients.ecs.describeTaskDefinition({
    taskDefinition: revision,
    include: ['TAGS'],
  })
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]))
}

describe('ECS takes it back all the same, and what could not be read is named', () => {
  test.each([
    { service: 'unread-1', denied: ['DescribeServiceRevisions'] },
    { service: 'unread-2', denied: ['DescribeServiceDeployments'] },
    { service: 'unread-3', denied: ['DescribeServiceDeployments', 'DescribeServiceRevisions'] },
    {
      // Then only DescribeServices has the name of the deployment.
      service: 'unread-4',
      denied: ['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions'],
    },
  ])('$denied', async ({ service, denied }) => {
    await stage.service({ name: service })
    await stage.deployByHand(service, await stage.image('sick'), 15_000)
    deny(...denied)
    const { report, calls } = await stage.rollBack(service, { inputs: { reason: 'it is slow' } })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      passed: true,
      rolledBackBy: 'action',
      reasonCode: 'asked',
    })
    expect(report.taskDefinition).toMatch(new RegExp(`${service}:1$`))
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(count(calls, 'UpdateService')).toBe(0)
    for (const operation of denied) {
      const isNamed = report.caveats.some((each) => each.includes(`ecs:${operation}`))
      // Without the deployment nobody asks for its revisions.
      const isNeeded = operation !== 'DescribeServiceRevisions' || denied.length === 1
      expect({ operation, isNamed }).toEqual({ operation, isNamed: isNeeded })
    }
    stage.aws.faults.clear()
    expect(await stage.running(service)).toEqual([`${service}:1`, `${service}:1`])
    expect(await tagsOf(`${service}:2`)).toMatchObject({ 'ecs-pipeline:verdict': 'rejected' })
  })
})

describe('when DescribeServices does not list what ran before any more', () => {
  /** The old tasks are gone, and the deployment waits for the end of the bake time of its alarm. */
  async function inTheBakeOfItsAlarm(name: string): Promise<void> {
    await stage.service({
      name,
      settings: {
        deploymentConfiguration: {
          alarms: { alarmNames: ['any'], enable: true, rollback: true },
        },
      },
    })
    await stage.deployByHand(name, await stage.image('good'), 90_000)
    stage.aws.faults.add({
      operation: 'DescribeServices',
      change: (answer: { services?: { deployments?: { status?: string }[] }[] }) => ({
        ...answer,
        services: answer.services?.map((service) => ({
          ...service,
          deployments: service.deployments?.filter(({ status }) => status === 'PRIMARY'),
        })),
      }),
    })
    deny('DescribeServiceRevisions')
  }

  test('only ECS knows where it goes, and it goes there', async () => {
    await inTheBakeOfItsAlarm('unread-baking')
    const { report, lines, calls } = await stage.rollBack('unread-baking')
    expect(report).toMatchObject({ outcome: 'rolled-back', passed: true, rolledBackBy: 'action' })
    expect(lines.join('\n')).toContain('to what ran before it, which only ECS knows')
    expect(report.taskDefinition).toMatch(/unread-baking:1$/)
    expect(count(calls, 'UpdateService')).toBe(0)
    stage.aws.faults.clear()
    expect(await stage.running('unread-baking')).toEqual(['unread-baking:1', 'unread-baking:1'])
    expect(await tagsOf('unread-baking:2')).toMatchObject({ 'ecs-pipeline:verdict': 'rejected' })
  })

  test('and ECS does not take it: red, nothing else is tried, and the way out is said', async () => {
    await inTheBakeOfItsAlarm('unread-denied')
    deny('StopServiceDeployment')
    const { report, calls } = await stage.rollBack('unread-denied')
    expect(report).toMatchObject({ outcome: 'rollback-failed', passed: false })
    expect(report.reason).toContain('Give the revision with `to`')
    expect(report.caveats.join('\n')).toContain('ecs:StopServiceDeployment')
    expect(count(calls, 'UpdateService')).toBe(0)
    stage.aws.faults.clear()
    expect(await stage.running('unread-denied')).toEqual(['unread-denied:2', 'unread-denied:2'])
    expect(await tagsOf('unread-denied:2')).not.toHaveProperty('ecs-pipeline:verdict')
  })
})

test('a dry run says where it would go, and changes nothing', async () => {
  await stage.service({ name: 'unread-dry' })
  await stage.deployByHand('unread-dry', await stage.image('sick'), 15_000)
  deny('DescribeServiceRevisions')
  const { report, calls } = await stage.rollBack('unread-dry', { inputs: { dryRun: true } })
  expect(report).toMatchObject({ outcome: 'no-change', reasonCode: 'dry-run' })
  expect(report.reason).toMatch(/takes the service back to .*unread-dry:1 \(DescribeServices/)
  expect(count(calls, 'StopServiceDeployment') + count(calls, 'TagResource')).toBe(0)
})

test('of the first deployment ever: ECS has nothing to go back to, which is red', async () => {
  await stage.service({ name: 'unread-first', image: await stage.image('sick'), settle: false })
  await stage.clock.advance(5000)
  deny('DescribeServiceDeployments')
  const { report, calls } = await stage.rollBack('unread-first')
  expect(report).toMatchObject({ outcome: 'rollback-failed', passed: false })
  expect(count(calls, 'StopServiceDeployment')).toBe(1)
  expect(count(calls, 'UpdateService')).toBe(0)
})

test('ECS is rolling back already, which only DescribeServices tells: it is waited for', async () => {
  await stage.service({
    name: 'unread-ecs-first',
    drainSeconds: 60,
    settings: {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    },
  })
  await stage.deployByHand('unread-ecs-first', await stage.image('crash'), 1000)
  for (let seconds = 0; seconds < 120; seconds++) {
    const [primary] = (await stage.describe('unread-ecs-first')).deployments ?? []
    if (/rolling back/.test(primary?.rolloutStateReason ?? '')) break
    await stage.clock.advance(1000)
  }
  deny('ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions')
  const { report, calls } = await stage.rollBack('unread-ecs-first')
  expect(report).toMatchObject({ outcome: 'no-change', passed: true })
  expect(count(calls, 'StopServiceDeployment') + count(calls, 'UpdateService')).toBe(0)
  stage.aws.faults.clear()
  expect(await stage.running('unread-ecs-first')).toEqual([
    'unread-ecs-first:1',
    'unread-ecs-first:1',
  ])
})

test('of several that were under way, the one that was complete is gone back to, and said to be', async () => {
  await stage.service({ name: 'several' })
  await stage.deployByHand('several', await stage.image('crash'), 5000)
  await stage.deployByHand('several', await stage.image('sick'), 5000)
  const { report } = await stage.rollBack('several')
  expect(report).toMatchObject({ outcome: 'rolled-back', passed: true })
  expect(report.taskDefinition).toMatch(/several:1$/)
  expect(await stage.running('several')).toEqual(['several:1', 'several:1'])
  expect(await tagsOf('several:1')).not.toMatchObject({ 'ecs-pipeline:verdict': 'rejected' })
})

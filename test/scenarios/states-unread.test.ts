/** States that cannot be read, or that nobody knows yet, through the wire. The table of all rows is in states.test.ts. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type {
  DescribeServicesCommandOutput,
  DescribeTasksCommandOutput,
  Deployment,
  ListServiceDeploymentsCommandOutput,
  Service,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs'
import { count } from './support/count.ts'
import { say } from './support/say.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const deny = (operation: string): void => {
  stage.aws.faults.add({
    operation,
    error: { code: 'AccessDeniedException', status: 400, message: `No ${operation}.` },
  })
}

const BREAKER_ONLY_STOPS = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
}

describe('seen by its id in DescribeServices only', () => {
  test('superseded: known after a minute without a word of a rollback, and theirs is left alone', async () => {
    await stage.service({ name: 'classic-newer' })
    const inputs = await stage.images('good')
    deny('ListServiceDeployments')
    const { report, calls } = await stage.deploy('classic-newer', {
      inputs,
      meanwhile: async (sleep) => {
        await sleep(12_000)
        await stage.deployByHand('classic-newer', await stage.image('good'))
      },
    })
    expect(report).toMatchObject({ outcome: 'superseded', passed: false })
    expect(count(calls, 'DescribeServiceDeployments') + count(calls, 'StopServiceDeployment')).toBe(
      0,
    )
    stage.aws.faults.clear()
    await stage.clock.advance(60_000)
    expect(await stage.running('classic-newer')).toEqual(['classic-newer:3', 'classic-newer:3'])
  })

  test('FAILED without a rollback of ECS: the action goes back', async () => {
    await stage.service({ name: 'classic-failed', settings: BREAKER_ONLY_STOPS })
    const inputs = { ...(await stage.images('crash')), maxFailedTasks: 100 }
    deny('ListServiceDeployments')
    const { report } = await stage.deploy('classic-failed', { inputs })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'rollout-failed',
    })
    expect(await stage.running('classic-failed')).toEqual(['classic-failed:1', 'classic-failed:1'])
  })
})

describe('a value of the future', () => {
  const future = 'AWAITING_MOONRISE' as ServiceDeploymentStatus

  const sayOfServices = (change: (service: Service) => Service): void => {
    stage.aws.faults.add({
      operation: 'DescribeServices',
      after: 3,
      times: 3,
      change: (answer: DescribeServicesCommandOutput) => ({
        ...answer,
        services: answer.services?.map(change),
      }),
    })
  }
  const ofPrimary =
    (over: object) =>
    (service: Service): Service => ({
      ...service,
      deployments: service.deployments?.map((each): Deployment =>
        each.status === 'PRIMARY' ? { ...each, ...over } : each,
      ),
    })

  test.each<[string, () => void, RegExp]>([
    [
      'the status of the service deployment',
      () => {
        say(stage, (deployment) => ({ ...deployment, status: future }), { times: 4 })
      },
      /awaiting moonrise: 0\/2 running/,
    ],
    [
      'its lifecycle stage',
      () => {
        say(stage, (deployment) => ({ ...deployment, lifecycleStage: 'MOONRISE' as never }), {
          times: 4,
        })
      },
      /rolling out \(MOONRISE\)/,
    ],
    [
      'the states of its breaker and its alarms',
      () => {
        say(stage, (deployment) => ({
          ...deployment,
          deploymentCircuitBreaker: { status: future as never, failureCount: 0, threshold: 3 },
          alarms: { status: future as never, alarmNames: [], triggeredAlarmNames: [] },
        }))
      },
      /rolling out/,
    ],
    [
      'the rollout state of the deployment',
      () => {
        sayOfServices(ofPrimary({ rolloutState: future }))
      },
      /rolling out/,
    ],
    [
      'the status of the service',
      () => {
        sayOfServices((service) => ({ ...service, status: future }))
      },
      /rolling out/,
    ],
    [
      'the states of its tasks',
      () => {
        stage.aws.faults.add({
          operation: 'DescribeTasks',
          change: (answer: DescribeTasksCommandOutput) => ({
            ...answer,
            tasks: answer.tasks?.map((task) =>
              task.lastStatus === 'STOPPED'
                ? { ...task, stopCode: future as never, healthStatus: future as never }
                : task,
            ),
          }),
        })
      },
      /rolling out/,
    ],
  ])('in %s: shown, and the deployment goes on to its end', async (what, arm, line) => {
    const name = `future-${what.length}`
    await stage.service({ name })
    const inputs = await stage.images('good')
    arm()
    const { report, lines } = await stage.deploy(name, { inputs })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true, caveats: [] })
    expect(lines.join('\n')).toMatch(line)
    expect(await stage.running(name)).toEqual([`${name}:2`, `${name}:2`])
  })

  test('that never goes away: the time limit ends it, and users are back', async () => {
    await stage.service({ name: 'future-ever' })
    let ours: string | undefined
    const inputs = { ...(await stage.images('sick')), maxFailedTasks: 100, waitForMinutes: 3 }
    say(stage, (deployment) => {
      ours ??= deployment.serviceDeploymentArn
      return deployment.serviceDeploymentArn === ours
        ? { ...deployment, status: future }
        : deployment
    })
    const { report } = await stage.deploy('future-ever', { inputs })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'time-limit',
    })
    expect(await stage.running('future-ever')).toEqual(['future-ever:1', 'future-ever:1'])
  })

  test.each([
    ['under way', false, /waiting: Another deployment \(.*, AWAITING_MOONRISE\)/],
    ['long over', true, /^(?![\s\S]*waiting:)/],
  ])("of somebody else's deployment, %s", async (_which, isOver, line) => {
    const name = `future-theirs-${String(isOver)}`
    await stage.service({ name })
    if (!isOver) await stage.deployByHand(name, await stage.image('good'))
    const inputs = await stage.images('good')
    stage.aws.faults.add({
      operation: 'ListServiceDeployments',
      times: 3,
      change: (answer: ListServiceDeploymentsCommandOutput) => ({
        ...answer,
        serviceDeployments: answer.serviceDeployments?.map((each, index) =>
          (each.finishedAt !== undefined) === isOver && index === 0
            ? { ...each, status: future }
            : each,
        ),
      }),
    })
    const { report, lines } = await stage.deploy(name, { inputs })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(lines.join('\n')).toMatch(line)
  })
})

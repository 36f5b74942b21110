/**
 * `earlySuccessCriteria`: ECS calls a deployment SUCCESSFUL at half of its tasks, and nothing of ECS takes it back from
 * then on. The step goes on until all of them serve.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import { CLUSTER } from '../support/stack.ts'
import type { Images } from './support/make-inputs.ts'
import { Stage, type Behaviour } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

/** Two of four tasks are replaced first; when they are healthy the deployment is a success for ECS. */
const halfway = (
  sourceServiceRevisionCleanup: 'BLOCKING' | 'DEFERRED',
): { deploymentConfiguration: DeploymentConfiguration } => ({
  deploymentConfiguration: {
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup },
  },
})

/** The second half of its tasks begins later than this, the first half earlier; seconds from the release on. */
const SECOND_HALF = 25

const release = (behaviour: Behaviour): Promise<Images> => stage.images(behaviour, SECOND_HALF)

const all = (revision: string): readonly string[] => Array<string>(4).fill(revision)

const verdictOf = async (revision: string): Promise<string | undefined> => {
  const { tags } = await stage.clients.ecs.describeTaskDefinition({
    taskDefinition: revision,
    include: ['TAGS'],
  })
  return tags?.find(({ key }) => key === 'ecs-pipeline:verdict')?.value
}

/** Second by second: when ECS called the deployment SUCCESSFUL, and when all of its tasks were healthy targets. */
async function watchBeside(
  service: string,
  sleep: (ms: number) => Promise<void>,
  over: AbortSignal,
): Promise<{ successful: number; runningThen: number; complete: number }> {
  const { ecs, elb } = stage.clients
  const targetGroup = (await stage.describe(service)).loadBalancers?.[0]?.targetGroupArn
  const seen = { successful: Infinity, runningThen: 0, complete: Infinity }
  while (seen.complete === Infinity && !over.aborted) {
    await sleep(1000)
    const { deployments = [], taskDefinition } = await stage.describe(service)
    const { serviceDeployments } = await ecs.listServiceDeployments({ cluster: CLUSTER, service })
    const [primary] = deployments
    const isSuccessful =
      taskDefinition?.endsWith(':2') === true && serviceDeployments?.[0]?.status === 'SUCCESSFUL'
    if (!isSuccessful) continue
    if (seen.successful === Infinity) {
      seen.successful = stage.clock.now()
      seen.runningThen = primary?.runningCount ?? 0
    }
    const health = await elb.describeTargetHealth({ TargetGroupArn: targetGroup })
    const healthy = health.TargetHealthDescriptions?.filter(
      (each) => each.TargetHealth?.State === 'healthy',
    )
    const isComplete = primary?.runningCount === 4 && healthy?.length === 4
    if (isComplete) seen.complete = stage.clock.now()
  }
  return seen
}

describe('SUCCESSFUL at 50 %', () => {
  test.each(['DEFERRED', 'BLOCKING'] as const)(
    'with %s cleanup is not green until all tasks of the new revision run, and are healthy',
    async (cleanup) => {
      const name = `early-${cleanup.toLowerCase()}`
      await stage.service({ name, desiredCount: 4, settings: halfway(cleanup), drainSeconds: 5 })
      const inputs = { ...(await release('good')), pollSeconds: 5 }
      let seen = { successful: 0, runningThen: 0, complete: 0 }
      const { report, lines } = await stage.deploy(name, {
        inputs,
        meanwhile: async (sleep, over) => {
          seen = await watchBeside(name, sleep, over)
        },
      })
      expect(report).toMatchObject({ outcome: 'deployed', passed: true })
      expect(report.reason).toContain('all 4 tasks run')
      if (cleanup === 'DEFERRED') expect(seen.runningThen).toBe(2)
      expect(seen.complete - seen.successful).toBeGreaterThan(5000)
      expect(report.finishedAt).toBeGreaterThanOrEqual(seen.complete - 1000)
      expect(lines.join('\n')).toMatch(/successful: [24]\/4 running/)
      expect(await stage.running(name)).toEqual(all(`${name}:2`))
    },
  )

  test.each([
    ['crashes', 'late-crash', 'DEFERRED'],
    ['crashes', 'late-crash', 'BLOCKING'],
    ['fails its health checks', 'late-sick', 'BLOCKING'],
  ] as const)(
    'and the rest %s (%s, %s): red, and users are back',
    async (_what, behaviour, cleanup) => {
      const name = `${behaviour}-${cleanup.toLowerCase()}`
      await stage.service({ name, desiredCount: 4, settings: halfway(cleanup) })
      const inputs = await release(behaviour)
      const { report, calls } = await stage.deploy(name, { inputs })
      expect(report).toMatchObject({
        outcome: 'rolled-back',
        passed: false,
        rolledBackBy: 'action',
        reasonCode: 'failed-tasks',
      })
      const history = await stage.clients.ecs.listServiceDeployments({
        cluster: CLUSTER,
        service: name,
      })
      // ECS calls it a success for ever: there was nothing to stop any more, and the mark has to say that it was none.
      expect(history.serviceDeployments?.map(({ status }) => status)).toEqual([
        'SUCCESSFUL',
        'SUCCESSFUL',
        'SUCCESSFUL',
      ])
      expect(calls).not.toContain('StopServiceDeployment')
      expect(await verdictOf(`${name}:2`)).toBe('rejected')
      expect(await stage.running(name)).toEqual(all(`${name}:1`))
    },
  )
})

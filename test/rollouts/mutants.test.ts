/** Deploy actions that are broken on purpose: the rules have to find out about each. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Deployments, Metrics, Ports } from '@ecs-pipeline/rollout'
import { run } from '../../actions/deploy/run.ts'
import { brokenRules } from './invariants.ts'
import { anySchedule } from './rollout.arbitrary.ts'
import { runRollout, type Run } from './rollout.ts'

/** The action with some of its calls to ECS replaced. */
const withDeployments =
  (change: (real: Deployments, ports: Ports) => Partial<Deployments>): Run =>
  (inputs, tools) => {
    const { ports } = tools
    const deployments = { ...ports.deployments, ...change(ports.deployments, ports) }
    return run(inputs, { ...tools, ports: { ...ports, deployments } })
  }

const MUTANTS: readonly (readonly [name: string, mutant: Run, rule: RegExp])[] = [
  [
    'success is claimed whatever has happened',
    async (inputs, tools) => {
      const report = await run(inputs, tools)
      return { ...report, outcome: 'deployed', passed: true }
    },
    /deployed: the new revision serves/,
  ],
  [
    'success is claimed as soon as ECS has taken the update',
    withDeployments((real) => ({
      service: async () => {
        const view = await real.service()
        const deployments = view.deployments
          .slice(0, 1)
          .map((each) => ({ ...each, rolloutState: 'COMPLETED', runningCount: each.desiredCount }))
        return { ...view, deployments }
      },
      serviceDeployment: async (arn) => {
        const view = await real.serviceDeployment(arn)
        return view && { ...view, status: 'SUCCESSFUL' }
      },
    })),
    /deployed: the new revision serves/,
  ],
  [
    'what goes back deploys the bad revision again',
    withDeployments((real) => {
      let release: string | undefined
      return {
        update: (change) => {
          release ??= change.taskDefinition
          const isRelease = release === change.taskDefinition
          const taskDefinition = release ?? ''
          return real.update(isRelease ? change : { taskDefinition, forceNewDeployment: true })
        },
      }
    }),
    /a red run leaves nobody on a bad revision|rolled-back|rollback-failed/,
  ],
  [
    'a rollback is asked for and sent as an update as well',
    withDeployments((real) => ({
      rollBack: async (arn) => {
        const { taskDefinition } = await real.service()
        await real.rollBack(arn)
        await real.update({ taskDefinition, forceNewDeployment: true })
      },
    })),
    /a run goes back at most once/,
  ],
  [
    'whatever is in the first place is taken for its own',
    withDeployments((real) => {
      let ours: string | undefined
      return {
        update: async (change) => {
          const view = await real.update(change)
          ours ??= view.deployments[0]?.id
          return view
        },
        service: async () => {
          const view = await real.service()
          const [primary, ...rest] = view.deployments
          if (ours === undefined || !primary) return view
          return { ...view, deployments: [{ ...primary, id: ours }, ...rest] }
        },
        serviceDeployment: () => Promise.resolve(undefined),
      }
    }),
    /the deployments of others are left alone/,
  ],
  [
    'a breach is overlooked',
    (inputs, tools) => {
      const metrics: Metrics = {
        read: async (series, window) =>
          (await tools.ports.metrics.read(series, window)).map((each) => ({
            ...each,
            values: new Map<number, number>(),
          })),
      }
      return run(inputs, { ...tools, ports: { ...tools.ports, metrics } })
    },
    /no breach passes a bake/,
  ],
  [
    'the desired count stays as the release had it',
    withDeployments((real) => {
      let isReleased = false
      return {
        update: ({ desiredCount, ...change }) => {
          const isOfRelease = !isReleased && desiredCount !== undefined
          isReleased = true
          return real.update(isOfRelease ? { ...change, desiredCount } : change)
        },
      }
    }),
    /a rollback gives back the desired count/,
  ],
  [
    'the world is asked once more after the end',
    async (inputs, tools) => {
      const report = await run(inputs, tools)
      void tools.clock
        .sleep(5000)
        .then(() => tools.ports.deployments.service().catch(() => undefined))
      return report
    },
    /no port is called after the end/,
  ],
]

test.each(MUTANTS)('%s', async (_, mutant, rule) => {
  const property = fc.asyncProperty(anySchedule, async (schedule) => {
    const broken = brokenRules(await runRollout(schedule, mutant))
    return !broken.some((line) => rule.test(line))
  })
  const result = await fc.check(property, { seed: 1, numRuns: 1000, endOnFailure: true })
  expect(result.failed).toBe(true)
})

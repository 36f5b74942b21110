/** Deploy actions that are broken on purpose: the rules have to find out about each. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Deployments, Metrics, Ports, Targets, WebAnswer } from '@ecs-pipeline/rollout'
import { run } from '../../actions/deploy/run.ts'
import { brokenRules } from './invariants.ts'
import { anySchedule } from './rollout.arbitrary.ts'
import { runRollout, type Run } from './rollout.ts'
import type { Behaviour, Schedule } from './world/schedule.ts'
import { GOOD } from './world/world.ts'

/** The action with some of its calls to ECS replaced. */
const withDeployments =
  (change: (real: Deployments, ports: Ports) => Partial<Deployments>): Run =>
  (inputs, tools) => {
    const { ports } = tools
    const deployments = { ...ports.deployments, ...change(ports.deployments, ports) }
    return run(inputs, { ...tools, ports: { ...ports, deployments } })
  }

/** Traffic is shifted, and nothing else is amiss than what `next` is like: for what few schedules at random can show. */
const shifting = (next: Behaviour): fc.Arbitrary<Schedule> =>
  anySchedule.map((given) => {
    const { service, shift, inputs, metrics } = given
    const asked = shift?.asked ?? { name: 'canary', steps: [50, 100], stepMinutes: undefined }
    return {
      ...given,
      ...{ next, current: GOOD, opening: 'settled', past: [], others: [], faults: [] },
      image: { asked: 'new', shown: 'right' },
      cancelAfterSeconds: null,
      service: { ...service, loadBalancer: true, desired: 2, stopSeconds: 1 },
      metrics: { ...metrics, requestsPerMinute: 600, lateSeconds: 60, gapEvery: 0 },
      inputs: {
        ...{ ...inputs, triggers: 'all', isWatched: true, waitForMinutes: 20, desiredCount: null },
        ...{ onFailure: 'rollback', onTimeout: 'rollback', forceNewDeployment: false },
      },
      shift: {
        ...{ found: 'ROLLING', foundBakeMinutes: 0, bakeMinutes: null, breaksAtPercent: 0 },
        ...{ testTraffic: 'unasked', smoke: 'unasked', onPause: 'wait', pause: null },
        asked: { ...asked, stepMinutes: undefined },
      },
    }
  })

type Mutant = readonly [name: string, mutant: Run, rule: RegExp, met?: fc.Arbitrary<Schedule>]

const MUTANTS: readonly Mutant[] = [
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
    'a pause is left before its time',
    withDeployments((real) => ({
      serviceDeployment: async (arn) => {
        const view = await real.serviceDeployment(arn)
        // No step is ever one to stay at.
        return view?.target && { ...view, target: { ...view.target, productionWeight: 1 } }
      },
    })),
    /a stop is left only after its time/,
  ],
  [
    'every pause is taken for its own',
    withDeployments((real) => ({
      serviceDeployment: async (arn) => {
        const view = await real.serviceDeployment(arn)
        const waiting = view?.hooks.find(({ status }) => status === 'AWAITING_ACTION')
        if (waiting) await real.endPause(arn, waiting.id, 'CONTINUE').catch(() => undefined)
        return view
      },
    })),
    /only its own pauses are ended by the run/,
  ],
  [
    'its pauses stay in the service',
    withDeployments((real) => ({
      update: (change) =>
        change.taskDefinition === undefined ? real.service() : real.update(change),
    })),
    /no pause of the run is left in the service/,
  ],
  [
    'the pauses of others are taken away with its own',
    withDeployments((real) => ({
      update: ({ deploymentConfiguration: asked, ...change }) => {
        const deploymentConfiguration = asked && { ...asked, lifecycleHooks: [] }
        return real.update({
          ...change,
          ...(deploymentConfiguration && { deploymentConfiguration }),
        })
      },
    })),
    /the hooks of others stay in the service/,
  ],
  [
    'what test traffic answers is not looked at',
    (inputs, tools) => {
      const get = (): Promise<WebAnswer> => Promise.resolve({ status: 200, body: '' })
      return run(inputs, { ...tools, ports: { ...tools.ports, web: { get } } })
    },
    /what fails by test traffic never reaches users/,
  ],
  [
    'the metrics of the drained group are watched',
    (inputs, tools) => {
      const { targets } = tools.ports
      let first: string | undefined
      const dimensions: Targets['dimensions'] = ([group = '']) => {
        // Always those of the first group that is asked for, whose hosts are gone in the end.
        first ??= group
        return targets.dimensions([first])
      }
      const health: Targets['health'] = () => targets.health([first ?? ''])
      const ports = { ...tools.ports, targets: { health, dimensions } }
      return run(inputs, { ...tools, ports })
    },
    /a good revision in a good world goes out/,
    shifting({ ...GOOD, startSeconds: 5 }),
  ],
  [
    'the metrics say nothing while traffic is shifted',
    (inputs, tools) => {
      const { metrics, deployments } = tools.ports
      const read: Metrics['read'] = async (series, window) => {
        const { deployments: all } = await deployments.service()
        const values = await metrics.read(series, window)
        const isOn = all.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')
        return isOn
          ? values.map((each) => ({ ...each, values: new Map<number, number>() }))
          : values
      }
      return run(inputs, { ...tools, ports: { ...tools.ports, metrics: { read } } })
    },
    /what is bad at a step gets no more users/,
    shifting({ ...GOOD, traffic: 'errors' }),
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

test.each(
  MUTANTS.map(([name, mutant, rule, met = anySchedule]) => [name, mutant, rule, met] as const),
)('%s', async (_, mutant, rule, met) => {
  const property = fc.asyncProperty(met, async (schedule) => {
    const broken = brokenRules(await runRollout(schedule, mutant))
    return !broken.some((line) => rule.test(line))
  })
  const result = await fc.check(property, { seed: 1, numRuns: 1000, endOnFailure: true })
  expect(result.failed).toBe(true)
})

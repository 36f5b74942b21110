/**
 * One run for each kind of job summary: the real actions against a local AWS of their own, on the virtual clock, so
 * that the summaries say the same in every run.
 */
import type { RunReport } from '@ecs-pipeline/reporting'
import type { DeployReport, Outcome } from '@ecs-pipeline/rollout'
import { SHORT_FORM } from '../../packages/trigger-file/test/good-files.ts'
import { loseRelease } from '../../test/scenarios/support/history.ts'
import type { DeployOptions, RollbackOptions } from '../../test/scenarios/support/run-on-stage.ts'
import {
  FAILS,
  program,
  release as releaseWithTask,
} from '../../test/scenarios/support/run-task.ts'
import { runSetOnStage } from '../../test/scenarios/support/run-set-on-stage.ts'
import { Stage, type Behaviour } from '../../test/scenarios/support/stage.ts'
import { loseMetrics } from './mishaps.ts'

export interface Story {
  readonly kind: string
  /** A run that ends otherwise is not the one that the page tells of. */
  readonly outcome: Outcome
  readonly run: (stage: Stage) => Promise<RunReport>
}

/** The file name of its picture. */
export const pictureOf = ({ kind }: Story): string => `summary-${kind}.png`

const SERVICE = 'ledger'

const MISSPELT = `
triggers:
  - metric: TargetResponseTime
    treshold: 5
    duration: 300
  - metric: HTTPCode_Target_5XX_Count
    threshold: ten
`

/** Short, so that a step of four minutes is enough to judge it. */
const CANARY_TRIGGERS = `
warmup_seconds: 0
metric_lag_seconds: 60
bake_minutes: 5
triggers:
  - {metric: HTTPCode_Target_5XX_Count, threshold: 0, duration: 60}
`

/** Unhealthy targets do not stop tasks within it, so that a release neither fails nor completes. */
const LONG_GRACE = { healthCheckGracePeriodSeconds: 3600 }

/** Ends the first deployment, which can never complete. */
const BREAKER = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
}

async function release(
  stage: Stage,
  behaviour: Behaviour,
  { inputs, ...options }: DeployOptions = {},
  slowSeconds = 0,
): Promise<DeployReport> {
  const images = await stage.images(behaviour, slowSeconds)
  const { report } = await stage.deploy(SERVICE, { ...options, inputs: { ...images, ...inputs } })
  return report
}

async function rollBack(
  stage: Stage,
  inputs: RollbackOptions['inputs'] = {},
): Promise<DeployReport> {
  const { report } = await stage.rollBack(SERVICE, { inputs })
  return report
}

const story = (kind: string, outcome: Outcome, run: Story['run']): Story => ({ kind, outcome, run })

export const STORIES: readonly Story[] = [
  story('deployed', 'deployed', async (stage) => {
    await stage.service({ name: SERVICE })
    return release(stage, 'good', { inputs: { triggers: SHORT_FORM }, requestEvery: 4 })
  }),
  story('rolled-back-crash', 'rolled-back', async (stage) => {
    await stage.service({ name: SERVICE })
    return release(stage, 'crash')
  }),
  story('rolled-back-trigger', 'rolled-back', async (stage) => {
    await stage.service({ name: SERVICE })
    const options = { inputs: { triggers: SHORT_FORM }, requestEvery: 4 }
    return release(stage, 'slow', options, 120)
  }),
  story('rolled-back-canary', 'rolled-back', async (stage) => {
    await stage.service({ name: SERVICE, canShift: true })
    const strategy = { name: 'canary', steps: [10, 50, 100], stepMinutes: 4 } as const
    const options = { inputs: { strategy, triggers: CANARY_TRIGGERS }, requestEvery: 4 }
    return release(stage, 'errors', options, 300)
  }),
  story('rolled-back-health-check', 'rolled-back', async (stage) => {
    await stage.service({ name: SERVICE })
    return release(stage, 'sick')
  }),
  story('failed-no-rollback', 'failed-no-rollback', async (stage) => {
    const image = await stage.image('crash')
    await stage.service({ name: SERVICE, image, settings: BREAKER })
    return release(stage, 'crash')
  }),
  story('rollback-failed', 'rollback-failed', async (stage) => {
    const old = await stage.image('good')
    await stage.service({ name: SERVICE, image: old })
    const meanwhile = async (sleep: (ms: number) => Promise<void>): Promise<void> => {
      await sleep(5000)
      await loseRelease(stage, SERVICE, old)
    }
    return release(stage, 'crash', { meanwhile })
  }),
  story('superseded', 'superseded', async (stage) => {
    await stage.service({ name: SERVICE })
    const meanwhile = async (sleep: (ms: number) => Promise<void>): Promise<void> => {
      await sleep(15_000)
      await stage.deployByHand(SERVICE, await stage.image('good'))
    }
    return release(stage, 'good', { meanwhile })
  }),
  story('no-change', 'no-change', async (stage) => {
    await stage.service({ name: SERVICE })
    const inputs = await stage.images('good')
    await stage.deploy(SERVICE, { inputs })
    const { report } = await stage.deploy(SERVICE, { inputs })
    return report
  }),
  story('refused', 'refused', async (stage) => {
    await stage.service({ name: SERVICE })
    return release(stage, 'good', { inputs: { triggers: MISSPELT } })
  }),
  story('timed-out', 'timed-out', async (stage) => {
    await stage.service({ name: SERVICE, settings: LONG_GRACE })
    return release(stage, 'sick', { inputs: { waitForMinutes: 5, onTimeout: 'leave' } })
  }),
  story('monitoring-lost', 'monitoring-lost', async (stage) => {
    await stage.service({ name: SERVICE })
    loseMetrics(stage)
    return release(stage, 'good', { inputs: { triggers: SHORT_FORM }, requestEvery: 4 })
  }),
  story('cancelled', 'cancelled', async (stage) => {
    await stage.service({ name: SERVICE })
    const cancel = new AbortController()
    const meanwhile = async (sleep: (ms: number) => Promise<void>): Promise<void> => {
      await sleep(15_000)
      cancel.abort()
    }
    return release(stage, 'good', { signal: cancel.signal, meanwhile })
  }),
  story('deployed-idle', 'deployed-idle', async (stage) => {
    await stage.service({ name: SERVICE, desiredCount: 0 })
    return release(stage, 'good', { inputs: { allowIdle: true } })
  }),
  story('unwatched', 'unwatched', async (stage) => {
    await stage.service({ name: SERVICE })
    return release(stage, 'good', { inputs: { isWatched: false } })
  }),
  story('registered', 'registered', async (stage) => {
    await stage.service({ name: SERVICE })
    return release(stage, 'good', { inputs: { service: undefined, taskDefinition: SERVICE } })
  }),
  story('services', 'rolled-back', async (stage) => {
    const names = ['api', 'worker', 'mailer', 'reports']
    for (const name of names) await stage.service({ name, desiredCount: 1 })
    const good = await stage.image('good')
    const bad = await stage.image('crash')
    const services = names.map((service, at) => ({
      service,
      wave: at === 0 ? 1 : at < 3 ? 2 : 3,
      image: service === 'worker' ? bad : good,
    }))
    const inputs = { services: JSON.stringify(services), order: 'waves' }
    return (await runSetOnStage(stage, { inputs })).report
  }),
  story('refused-migration', 'refused', async (stage) => {
    const { report } = await releaseWithTask(stage, SERVICE, program(FAILS))
    return report
  }),
  story('rollback', 'rolled-back', async (stage) => {
    await stage.service({ name: SERVICE })
    await release(stage, 'good')
    return rollBack(stage, { reason: 'wrong totals in the monthly statement' })
  }),
  story('rollback-dry-run', 'no-change', async (stage) => {
    await stage.service({ name: SERVICE })
    await release(stage, 'good')
    return rollBack(stage, { dryRun: true })
  }),
]

/** Runs the story on a local AWS of its own, whose revisions begin at 1. */
export async function reportOf(story: Story): Promise<RunReport> {
  const stage = await Stage.open()
  try {
    const report = await story.run(stage)
    if (report.outcome === story.outcome) return report
    throw new Error(`The run of ${story.kind} ended ${report.outcome}: ${report.reason}`)
  } finally {
    await stage.clear()
    await stage.close()
  }
}

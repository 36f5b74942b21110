/**
 * One run for each kind of job summary: the real actions against a local AWS of their own, on the virtual clock, so
 * that the summaries say the same in every run.
 */
import type { DeployReport, Outcome } from '@ecs-pipeline/rollout'
import { Stage, type Behaviour, type DeployOptions } from '../../test/scenarios/support/stage.ts'
import { CLUSTER, taskDefinitionFor } from '../../test/support/stack.ts'
import { rollback } from './rollback.ts'

export interface Story {
  readonly kind: string
  /** A run that ends otherwise is not the one that the page tells of. */
  readonly outcome: Outcome
  readonly run: (stage: Stage) => Promise<DeployReport>
}

/** The path of its picture, from the root. */
export const pictureOf = ({ kind }: Story): string => `docs/images/summary-${kind}.png`

const SERVICE = 'ledger'

const TRIGGERS = `
rollback_triggers:
  - metric: TargetResponseTime
    threshold: 5.0
    duration: 300
  - metric: HTTPCode_Target_5XX_Count
    threshold: 10
    duration: 60
  - metric: HealthyHostCount
    threshold: 1
    duration: 120
`

const MISSPELT = `
triggers:
  - metric: TargetResponseTime
    treshold: 5
    duration: 300
  - metric: HTTPCode_Target_5XX_Count
    threshold: ten
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
  const images = [{ container: undefined, image: await stage.image(behaviour, slowSeconds) }]
  const { report } = await stage.deploy(SERVICE, { ...options, inputs: { images, ...inputs } })
  return report
}

export const STORIES: readonly Story[] = [
  {
    kind: 'deployed',
    outcome: 'deployed',
    async run(stage) {
      await stage.service({ name: SERVICE })
      return release(stage, 'good', { inputs: { triggers: TRIGGERS }, requestEvery: 4 })
    },
  },
  {
    kind: 'rolled-back-crash',
    outcome: 'rolled-back',
    async run(stage) {
      await stage.service({ name: SERVICE })
      return release(stage, 'crash')
    },
  },
  {
    kind: 'rolled-back-trigger',
    outcome: 'rolled-back',
    async run(stage) {
      await stage.service({ name: SERVICE })
      const options = { inputs: { triggers: TRIGGERS }, requestEvery: 4 }
      return release(stage, 'slow', options, 120)
    },
  },
  {
    kind: 'rolled-back-health-check',
    outcome: 'rolled-back',
    async run(stage) {
      await stage.service({ name: SERVICE })
      return release(stage, 'sick')
    },
  },
  {
    kind: 'failed-no-rollback',
    outcome: 'failed-no-rollback',
    async run(stage) {
      const image = await stage.image('crash')
      await stage.service({ name: SERVICE, image, settings: BREAKER })
      return release(stage, 'crash')
    },
  },
  {
    kind: 'rollback-failed',
    outcome: 'rollback-failed',
    async run(stage) {
      const old = await stage.image('good')
      await stage.service({ name: SERVICE, image: old })
      const meanwhile = async (sleep: (ms: number) => Promise<void>): Promise<void> => {
        await sleep(5000)
        await loseOldRelease(stage, old)
      }
      return release(stage, 'crash', { meanwhile })
    },
  },
  {
    kind: 'superseded',
    outcome: 'superseded',
    async run(stage) {
      await stage.service({ name: SERVICE })
      const meanwhile = async (sleep: (ms: number) => Promise<void>): Promise<void> => {
        await sleep(15_000)
        await deployByHand(stage)
      }
      return release(stage, 'good', { meanwhile })
    },
  },
  {
    kind: 'no-change',
    outcome: 'no-change',
    async run(stage) {
      await stage.service({ name: SERVICE })
      const images = [{ container: undefined, image: await stage.image('good') }]
      await stage.deploy(SERVICE, { inputs: { images } })
      const { report } = await stage.deploy(SERVICE, { inputs: { images } })
      return report
    },
  },
  {
    kind: 'refused',
    outcome: 'refused',
    async run(stage) {
      await stage.service({ name: SERVICE })
      return release(stage, 'good', { inputs: { triggers: MISSPELT } })
    },
  },
  {
    kind: 'timed-out',
    outcome: 'timed-out',
    async run(stage) {
      await stage.service({ name: SERVICE, settings: LONG_GRACE })
      return release(stage, 'sick', { inputs: { waitForMinutes: 5, onTimeout: 'leave' } })
    },
  },
  {
    kind: 'monitoring-lost',
    outcome: 'monitoring-lost',
    async run(stage) {
      await stage.service({ name: SERVICE })
      loseMetrics(stage)
      return release(stage, 'good', { inputs: { triggers: TRIGGERS }, requestEvery: 4 })
    },
  },
  {
    kind: 'cancelled',
    outcome: 'cancelled',
    async run(stage) {
      await stage.service({ name: SERVICE })
      const cancel = new AbortController()
      const meanwhile = async (sleep: (ms: number) => Promise<void>): Promise<void> => {
        await sleep(15_000)
        cancel.abort()
      }
      return release(stage, 'good', { signal: cancel.signal, meanwhile })
    },
  },
  {
    kind: 'deployed-idle',
    outcome: 'deployed-idle',
    async run(stage) {
      await stage.service({ name: SERVICE, desiredCount: 0 })
      return release(stage, 'good', { inputs: { allowIdle: true } })
    },
  },
  {
    kind: 'rollback',
    outcome: 'rolled-back',
    async run(stage) {
      await stage.service({ name: SERVICE })
      await release(stage, 'good')
      return rollback(stage, SERVICE, { reason: 'wrong totals in the monthly statement' })
    },
  },
  {
    kind: 'rollback-dry-run',
    outcome: 'no-change',
    async run(stage) {
      await stage.service({ name: SERVICE })
      await release(stage, 'good')
      return rollback(stage, SERVICE, { dryRun: true })
    },
  },
]

/** Runs the story on a local AWS of its own, whose revisions begin at 1. */
export async function reportOf(story: Story): Promise<DeployReport> {
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

/** The old image is gone and the old tasks with it: there is nothing left to go back to. */
async function loseOldRelease({ clients }: Stage, image: string): Promise<void> {
  const imageIds = [{ imageTag: image.split(':').at(-1) ?? '' }]
  await clients.ecr.batchDeleteImage({ repositoryName: 'ledger', imageIds })
  const service = { cluster: CLUSTER, serviceName: SERVICE }
  const { taskArns } = await clients.ecs.listTasks(service)
  for (const task of taskArns ?? []) await clients.ecs.stopTask({ cluster: CLUSTER, task })
}

async function deployByHand(stage: Stage): Promise<void> {
  const { ecs } = stage.clients
  const image = await stage.image('good')
  const { taskDefinition } = await ecs.registerTaskDefinition(
    taskDefinitionFor(SERVICE, image, stage.endpoint.region),
  )
  await ecs.updateService({
    cluster: CLUSTER,
    service: SERVICE,
    taskDefinition: taskDefinition?.taskDefinitionArn,
  })
}

/** The permission is taken away while the bake is under way. */
function loseMetrics(stage: Stage): void {
  stage.aws.faults.add({
    operation: 'GetMetricData',
    after: 5,
    error: {
      code: 'AccessDeniedException',
      status: 400,
      message:
        'User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: cloudwatch:GetMetricData because no identity-based policy allows the action',
    },
  })
}

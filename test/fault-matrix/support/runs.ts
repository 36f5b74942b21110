/** What the stories do: releases and rollbacks by the actions, and a release by somebody's hand. */
import type { DeployReport, Ports, RunPhase } from '@ecs-pipeline/rollout'
import type { RunFacts } from '@ecs-pipeline/reporting'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { run as runRollback } from '../../../actions/rollback/run.ts'
import type { DeployTools } from '../../../actions/deploy/tools.ts'
import { run as runDeploy } from '../../../actions/deploy/run.ts'
import { ROOT } from '../../support/run-bundle.ts'
import { CLUSTER } from '../../support/stack.ts'
import { makeInputs, makeRollbackInputs } from '../../scenarios/support/make-inputs.ts'
import type { Behaviour, Stage } from '../../scenarios/support/stage.ts'

/** A bake of three minutes, with one metric of the load balancer and one of the application. */
const TRIGGERS = `
bake_minutes: 3
warmup_seconds: 0
metric_lag_seconds: 60
triggers:
  - {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}
  - {name: failed-bookings, namespace: App/Ledger, metric: FailedBookings, statistic: Sum, dimensions: {Service: "\${service}"},
     comparison: ">", threshold: 10, duration: 60, missing_data: notBreaching}
`

/** What a story is given to run with. */
export type StoryTools = Omit<DeployTools, 'checkpoint' | 'workspace' | 'origin'> & {
  readonly ports: Ports
  readonly checkpoint: (facts: RunFacts, phase: RunPhase) => Promise<void>
}

export const release =
  (
    behaviour: Behaviour,
    onPhase?: (phase: RunPhase, stage: Stage, name: string) => Promise<void>,
  ) =>
  async (stage: Stage, service: string, tools: StoryTools): Promise<DeployReport> => {
    const image = await imageOf(stage, behaviour)
    const inputs = makeInputs({
      service,
      images: [{ container: undefined, image }],
      triggers: TRIGGERS,
      maxFailedTasks: 2,
      pollSeconds: 60,
      waitForMinutes: 6,
    })
    return runDeploy(inputs, {
      ...tools,
      workspace: ROOT,
      origin: { 'ecs-pipeline:commit': '0123456789abcdef' },
      checkpoint: async (facts, phase) => {
        await onPhase?.(phase, stage, service)
        await tools.checkpoint(facts, phase)
      },
    })
  }

const images = new Map<string, Promise<string>>()

/** One image for each behaviour and stage: pushing one takes longer than a run. */
export function imageOf(stage: Stage, behaviour: Behaviour): Promise<string> {
  const key = `${stage.endpoint.registry} ${behaviour}`
  const image = images.get(key) ?? stage.image(behaviour)
  images.set(key, image)
  return image
}

/** From now on, for half an hour: as an application would count that cannot do its work. */
export async function failBookings(phase: RunPhase, stage: Stage, service: string): Promise<void> {
  if (phase !== 'rolling-out') return
  const cloudwatch = new CloudWatch({ endpoint: stage.endpoint.endpoint, maxAttempts: 1 })
  const now = stage.clock.now()
  await cloudwatch.putMetricData({
    Namespace: 'App/Ledger',
    MetricData: Array.from({ length: 30 }, (_, minute) => ({
      MetricName: 'FailedBookings',
      Dimensions: [{ Name: 'Service', Value: service }],
      Timestamp: new Date(now + minute * 60_000),
      Value: 50,
    })),
  })
}

export async function releaseByHand(stage: Stage, service: string): Promise<void> {
  const { ecs } = stage.clients
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: service })
  const [container] = taskDefinition?.containerDefinitions ?? []
  const image = await imageOf(stage, 'errors')
  const { taskDefinitionArn: _arn, ...document } = taskDefinition ?? {}
  await ecs.registerTaskDefinition({
    ...document,
    family: service,
    containerDefinitions: [{ ...container, image }],
  })
  await ecs.updateService({ cluster: CLUSTER, service, taskDefinition: service })
}

export function rollBack(_stage: Stage, service: string, tools: StoryTools): Promise<DeployReport> {
  const inputs = makeRollbackInputs({
    service,
    reason: 'bookings fail',
    maxFailedTasks: 2,
    pollSeconds: 60,
    waitForMinutes: 6,
  })
  return runRollback(inputs, { ...tools, workspace: ROOT })
}

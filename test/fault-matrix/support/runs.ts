/** What the stories do: releases and rollbacks by the actions, and a release by somebody's hand. */
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { notify } from '@ecs-pipeline/action-kit'
import { topicChannel } from '@ecs-pipeline/reporting'
import { newsOf, type DeployReport, type RunPhase } from '@ecs-pipeline/rollout'
import type { DeployInputs } from '../../../actions/deploy/inputs.ts'
import { run as runDeploy } from '../../../actions/deploy/run.ts'
import { run as runRollback } from '../../../actions/rollback/run.ts'
import { makeInputs, makeRollbackInputs } from '../../scenarios/support/make-inputs.ts'
import type { Behaviour, Stage } from '../../scenarios/support/stage.ts'
import { ROOT } from '../../support/run-bundle.ts'
import { CLUSTER } from '../../support/stack.ts'
import type { Prometheus } from './prometheus.ts'
import type { Story, StoryTools } from './story.ts'

type Triggers = (prometheus: Prometheus) => string

const TIMES = `
bake_minutes: 3
warmup_seconds: 0
metric_lag_seconds: 60`
const OF_THE_LOAD_BALANCER = `
  - {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}`
const OF_THE_APPLICATION = `
  - {name: failed-bookings, namespace: App/Ledger, metric: FailedBookings, statistic: Sum, dimensions: {Service: "\${service}"},
     comparison: ">", threshold: 10, duration: 60, missing_data: notBreaching}`
const BY_QUERY = `
  - {name: failed-bookings, query: 'failed_bookings{service="\${service}"}', comparison: ">", threshold: 10, duration: 60}`

/** A bake of three minutes, with one metric of the load balancer and one of the application. */
const TRIGGERS: Triggers = () => `${TIMES}
triggers:${OF_THE_LOAD_BALANCER}${OF_THE_APPLICATION}`

export const QUERY_TRIGGERS: Triggers = ({ url }) => `${TIMES}
prometheus: {url: "${url}"}
triggers:${BY_QUERY}`

export const MIXED_TRIGGERS: Triggers = ({ url }) => `${TIMES}
prometheus: {url: "${url}"}
triggers:${OF_THE_LOAD_BALANCER}${BY_QUERY}`

/** Something that happens in the world when the run has come so far. */
export type OnPhase = (
  phase: RunPhase,
  stage: Stage,
  name: string,
  tools: StoryTools,
) => Promise<void>

export interface ReleaseOptions {
  readonly inputs?: Partial<DeployInputs>
  readonly triggers?: Triggers
  readonly onPhase?: OnPhase
}

const LIMITS = { maxFailedTasks: 2, pollSeconds: 60, waitForMinutes: 6 }

export const release =
  (behaviour: Behaviour, options: ReleaseOptions = {}): Story['run'] =>
  async (stage, service, tools) => {
    const { inputs, triggers = TRIGGERS, onPhase } = options
    const image = await imageOf(stage, behaviour)
    const all = makeInputs({
      ...LIMITS,
      service,
      images: [{ container: undefined, image }],
      triggers: triggers(tools.prometheus),
      ...inputs,
    })
    return runDeploy(all, {
      ...tools,
      workspace: ROOT,
      origin: {
        'ecs-pipeline:commit': '0123456789abcdef',
        'ecs-pipeline:service': service,
      },
      checkpoint: async (facts, phase) => {
        await onPhase?.(phase, stage, service, tools)
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
export const failBookings =
  (when: RunPhase): OnPhase =>
  async (phase, stage, service, { prometheus }) => {
    if (phase !== when) return
    prometheus.failBookings(service)
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

export async function releaseByHand(
  stage: Stage,
  service: string,
  behaviour: Behaviour,
): Promise<void> {
  const { ecs } = stage.clients
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: service })
  const [container] = taskDefinition?.containerDefinitions ?? []
  const image = await imageOf(stage, behaviour)
  const { taskDefinitionArn: _arn, ...document } = taskDefinition ?? {}
  await ecs.registerTaskDefinition({
    ...document,
    family: service,
    containerDefinitions: [{ ...container, image }],
  })
  await ecs.updateService({ cluster: CLUSTER, service, taskDefinition: service })
}

/** Somebody else's release, a quarter of a minute ago. */
export const underWay =
  (behaviour: Behaviour): Story['prepare'] =>
  async (stage, service) => {
    await releaseByHand(stage, service, behaviour)
    await stage.clock.advance(15_000)
  }

export const rollBack: Story['run'] = (_stage, service, tools) =>
  runRollback(makeRollbackInputs({ ...LIMITS, service, reason: 'bookings fail' }), {
    ...tools,
    workspace: ROOT,
  })

/** The metric mode of the rollback action. */
export const watch =
  (onPhase?: OnPhase): Story['run'] =>
  (stage, service, tools) =>
    runRollback(
      makeRollbackInputs({
        ...LIMITS,
        service,
        watchMinutes: 3,
        triggers: TRIGGERS(tools.prometheus),
      }),
      {
        ...tools,
        workspace: ROOT,
        checkpoint: async (facts, phase) => {
          await onPhase?.(phase, stage, service, tools)
          await tools.checkpoint(facts, phase)
        },
      },
    )

/** Tells a topic how the run has ended, as the teller of the actions does. */
export const tellTopic =
  (run: Story['run']): Story['run'] =>
  async (stage, service, tools): Promise<DeployReport> => {
    const report = await run(stage, service, tools)
    const news = newsOf(report, { run: undefined, environment: undefined })
    if (!news) throw new Error(`${report.outcome} is no news.`)
    const { clock, onCall, patience } = tools
    const timeLimits = { connection: 20_000, answer: patience }
    const topic = topicChannel(tools.topicArn, { clock, onCall, timeLimits, random: () => 0.5 })
    const caveats = await notify(news, [topic])
    return { ...report, caveats: [...report.caveats, ...caveats] }
  }

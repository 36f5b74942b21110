/** The runs that the matrix disturbs: few, short, and between them every call that the two actions make. */
import type { DeployReport, RunPhase } from '@ecs-pipeline/rollout'
import type { RunFacts } from '@ecs-pipeline/reporting'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import type { Ports } from '@ecs-pipeline/rollout'
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

export interface Story {
  readonly name: string
  /** What it is about, in a sentence for the page. */
  readonly about: string
  readonly action: 'deploy' | 'rollback'
  /** The revision of the family that users should be on in the end when nothing is in the way. */
  readonly ends: 1 | 2
  /** How many deployments the service has had when the run begins. */
  readonly deploymentsBefore: 1 | 2
  /** Whether revision 2 can be told bad by reading metrics only. */
  readonly needsMetrics: boolean
  /** `operation @ phase` that is disturbed in another story already, with the same end. */
  readonly skips: readonly string[]
  /** Makes everything but the run itself; the service `name` is there, on revision 1 and complete. */
  prepare(stage: Stage, name: string): Promise<void>
  run(stage: Stage, name: string, tools: StoryTools): Promise<DeployReport>
}

const release =
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
      pollSeconds: 30,
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
async function failBookings(phase: RunPhase, stage: Stage, service: string): Promise<void> {
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

const each = (phase: string, ...operations: readonly string[]): readonly string[] =>
  operations.map((operation) => `${operation} @ ${phase}`)

/** What a good release shows as well: that it is refused, or that an optional question is not answered. */
const LIKE_A_GOOD_RELEASE = [
  ...each('preflight', 'DescribeServices', 'DescribeTaskDefinition', 'BatchGetImage'),
  ...each('preflight', 'DescribeTargetGroups', 'GetMetricData', 'DescribeTargetHealth'),
  ...each('preflight', 'ListTasks', 'DescribeTasks'),
  ...each('register', 'RegisterTaskDefinition'),
]

/** What users get at the end is asked alike in every run, and the shortest one shows it. */
const LAST_LOOK = [
  ...each('reporting', 'DescribeServices', 'ListTasks', 'DescribeTasks', 'DescribeTargetHealth'),
]

const nothingMore = (): Promise<void> => Promise.resolve()

export const GOOD_RELEASE: Story = {
  name: 'a good release',
  about: 'A release with triggers passes its bake of three minutes.',
  action: 'deploy',
  ends: 2,
  deploymentsBefore: 1,
  needsMetrics: false,
  skips: LAST_LOOK,
  prepare: nothingMore,
  run: release('good'),
}

export const CRASH: Story = {
  name: 'a release that crashes',
  about: 'Its tasks end at once. StopServiceDeployment takes the service back.',
  action: 'deploy',
  ends: 1,
  deploymentsBefore: 1,
  needsMetrics: false,
  skips: [...LIKE_A_GOOD_RELEASE, ...LAST_LOOK],
  prepare: nothingMore,
  run: release('crash'),
}

export const BREACH: Story = {
  name: 'a release that breaches a trigger in its bake',
  about:
    'It completes, but a metric of the application is bad. UpdateService takes the service back.',
  action: 'deploy',
  ends: 1,
  deploymentsBefore: 1,
  needsMetrics: true,
  skips: [
    ...LIKE_A_GOOD_RELEASE,
    ...LAST_LOOK,
    ...each('preflight', 'ListServiceDeployments'),
    ...each('locate', 'ListServiceDeployments', 'DescribeServiceRevisions'),
    ...each('rolling out', 'DescribeServices', 'DescribeServiceDeployments'),
    ...each('rolling out', 'DescribeTargetHealth'),
  ],
  prepare: nothingMore,
  run: release('slow', failBookings),
}

export const ROLLBACK: Story = {
  name: 'a rollback by hand',
  about:
    'Somebody asks for the revision before a complete one. UpdateService takes the service back.',
  action: 'rollback',
  ends: 1,
  deploymentsBefore: 2,
  needsMetrics: false,
  skips: LAST_LOOK,
  async prepare(stage, service) {
    await releaseByHand(stage, service)
    await stage.clock.advance(60_000)
    const { deployments } = await stage.describe(service)
    if (deployments?.length !== 1) throw new Error('The second revision is not complete.')
  },
  run: rollBack,
}

export const ROLLBACK_UNDER_WAY: Story = {
  name: 'a rollback by hand of a deployment under way',
  about:
    'Somebody asks for the way back while a deployment is under way. StopServiceDeployment is it.',
  action: 'rollback',
  ends: 1,
  deploymentsBefore: 2,
  needsMetrics: false,
  skips: [...LIKE_A_GOOD_RELEASE, ...each('preflight', 'ListServiceDeployments')],
  async prepare(stage, service) {
    await releaseByHand(stage, service)
    await stage.clock.advance(15_000)
  },
  run: rollBack,
}

async function releaseByHand(stage: Stage, service: string): Promise<void> {
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

function rollBack(_stage: Stage, service: string, tools: StoryTools): Promise<DeployReport> {
  const inputs = makeRollbackInputs({
    service,
    reason: 'bookings fail',
    maxFailedTasks: 2,
    pollSeconds: 30,
    waitForMinutes: 6,
  })
  return runRollback(inputs, { ...tools, workspace: ROOT })
}

/** All of them, as the two test files share them: each takes about half of the time. */
export const STORIES = {
  releases: [GOOD_RELEASE, CRASH],
  rollbacks: [BREACH, ROLLBACK, ROLLBACK_UNDER_WAY],
} as const

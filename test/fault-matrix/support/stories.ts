/** The runs that the matrix disturbs: few, short, and between them every call that the two actions make. */
import type { DeployReport } from '@ecs-pipeline/rollout'
import type { Stage } from '../../scenarios/support/stage.ts'
import { failBookings, release, releaseByHand, rollBack, type StoryTools } from './runs.ts'

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
  skips: [...LIKE_A_GOOD_RELEASE, ...LAST_LOOK, ...each('reporting', 'TagResource')],
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
    ...each('rolling out', 'DescribeTargetHealth', 'ListTasks', 'DescribeTasks'),
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
  skips: [
    ...LAST_LOOK,
    ...each('rolling back', 'ListTasks', 'DescribeTasks', 'DescribeTargetHealth'),
    ...each('reporting', 'TagResource'),
  ],
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
  skips: [
    ...LIKE_A_GOOD_RELEASE,
    ...each('preflight', 'ListServiceDeployments'),
    ...each('rolling back', 'ListTasks', 'DescribeTasks', 'DescribeTargetHealth'),
    ...each('rolling back', 'ListServiceDeployments'),
  ],
  async prepare(stage, service) {
    await releaseByHand(stage, service)
    await stage.clock.advance(15_000)
  },
  run: rollBack,
}

/** All of them, as the two test files share them: each takes about half of the time. */
export const STORIES = {
  releases: [GOOD_RELEASE, CRASH],
  rollbacks: [BREACH, ROLLBACK, ROLLBACK_UNDER_WAY],
} as const

import { each, type Story } from '../story.ts'
import { failBookings, releaseByHand, rollBack, tellTopic, underWay, watch } from '../runs.ts'
import type { Stage } from '../../../scenarios/support/stage.ts'
import { LAST_LOOK, LIKE_A_GOOD_RELEASE } from './skips.ts'

const ROLLBACK_OF_TWO = {
  action: 'rollback',
  revision: 2,
  ends: 'old',
  deploymentsBefore: 2,
} as const

async function completeByHand(stage: Stage, service: string): Promise<void> {
  await releaseByHand(stage, service, 'errors')
  await stage.clock.advance(60_000)
  const { deployments } = await stage.describe(service)
  if (deployments?.length !== 1) throw new Error('The second revision is not complete.')
}

export const ROLLBACK: Story = {
  ...ROLLBACK_OF_TWO,
  name: 'a rollback by hand',
  about:
    'Somebody asks for the revision before a complete one. UpdateService takes the service back.',
  skips: [
    ...LAST_LOOK,
    ...each('rolling back', 'ListTasks', 'DescribeTasks', 'DescribeTargetHealth'),
    ...each('reporting', 'TagResource'),
  ],
  prepare: completeByHand,
  run: rollBack,
}

export const ROLLBACK_UNDER_WAY: Story = {
  ...ROLLBACK_OF_TWO,
  name: 'a rollback by hand of a deployment under way',
  about:
    'Somebody asks for the way back while a deployment is under way. StopServiceDeployment is it.',
  skips: [
    ...LIKE_A_GOOD_RELEASE,
    ...each('preflight', 'ListServiceDeployments'),
    ...each('rolling back', 'ListTasks', 'DescribeTasks', 'DescribeTargetHealth'),
    ...each('rolling back', 'ListServiceDeployments'),
  ],
  prepare: underWay('errors'),
  run: rollBack,
}

export const TOLD: Story = {
  ...ROLLBACK_OF_TWO,
  name: 'a rollback by hand that a topic is told of',
  about: 'The outcome does not depend on it; whether the message was published is said as it is.',
  only: each('notifying', 'Publish'),
  prepare: underWay('errors'),
  run: tellTopic(rollBack),
}

export const WATCH: Story = {
  ...ROLLBACK_OF_TWO,
  name: 'a watch without a breach',
  about:
    'The rollback action with `watch-minutes: 3` watches a deployment under way; nothing is bad.',
  ends: 'new',
  only: [
    ...each('preflight', 'GetMetricData', 'DescribeServiceRevisions', 'DescribeServiceDeployments'),
    ...each('baking', 'DescribeServices', 'DescribeServiceDeployments', 'GetMetricData'),
    ...each('reporting', 'TagResource', 'DescribeServices'),
  ],
  prepare: underWay('errors'),
  run: watch(),
}

export const WATCH_BREACH: Story = {
  ...ROLLBACK_OF_TWO,
  name: 'a watch with a breach',
  about:
    'The rollback action watches a complete deployment; a metric of the application turns bad. UpdateService takes the service back.',
  metrics: 'GetMetricData',
  only: [
    ...each('baking', 'DescribeServices', 'GetMetricData'),
    ...each('rolling back', 'UpdateService', 'DescribeServices'),
  ],
  prepare: completeByHand,
  run: watch(failBookings('baking')),
}

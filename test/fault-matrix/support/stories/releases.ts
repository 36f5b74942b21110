import { each, nothingMore, type Story } from '../story.ts'
import { failBookings, release, underWay } from '../runs.ts'
import { registerOldRevisions } from '../old-revisions.ts'
import { LAST_LOOK, LIKE_A_GOOD_RELEASE } from './skips.ts'

const RELEASE = {
  action: 'deploy',
  revision: 2,
  deploymentsBefore: 1,
  prepare: nothingMore,
} as const

export const GOOD_RELEASE: Story = {
  ...RELEASE,
  name: 'a good release',
  about: 'A release with triggers passes its bake of three minutes.',
  ends: 'new',
  skips: LAST_LOOK,
  run: release('good'),
}

export const CRASH: Story = {
  ...RELEASE,
  name: 'a release that crashes',
  about: 'Its tasks end at once. StopServiceDeployment takes the service back.',
  ends: 'old',
  skips: [...LIKE_A_GOOD_RELEASE, ...LAST_LOOK, ...each('reporting', 'TagResource')],
  run: release('crash'),
}

export const BREACH: Story = {
  ...RELEASE,
  name: 'a release that breaches a trigger in its bake',
  about:
    'It completes, but a metric of the application is bad. UpdateService takes the service back.',
  ends: 'old',
  metrics: 'GetMetricData',
  skips: [
    ...LIKE_A_GOOD_RELEASE,
    ...LAST_LOOK,
    ...each('preflight', 'ListServiceDeployments'),
    ...each('locate', 'ListServiceDeployments', 'DescribeServiceRevisions'),
    ...each('rolling out', 'DescribeServices', 'DescribeServiceDeployments'),
    ...each('rolling out', 'DescribeTargetHealth', 'ListTasks', 'DescribeTasks'),
  ],
  run: release('slow', { onPhase: failBookings('rolling-out') }),
}

export const TIDY: Story = {
  ...RELEASE,
  name: 'a good release that scales out and tidies up',
  about:
    'With `desired-count: 3`, and with `keep-revisions: 2` it deregisters the revisions 2 and 3: number 1 was there before, 4 was proven good, 5 and 6 are the newest.',
  revision: 6,
  ends: 'new',
  keeps: [1, 4, 5, 6],
  only: [
    ...each('preflight', 'DescribeScalableTargets'),
    ...each('tidying', 'ListTaskDefinitions', 'DescribeServices', 'DescribeTaskDefinition'),
    ...each('tidying', 'DeregisterTaskDefinition'),
  ],
  prepare: registerOldRevisions,
  run: release('good', { inputs: { keepRevisions: 2, desiredCount: 3, triggers: undefined } }),
}

const attach = { inputs: { attach: true, images: [] } }

export const ATTACH: Story = {
  ...RELEASE,
  name: 'a good release that is taken up',
  about: 'Somebody else began it. With `attach` it is seen to its end.',
  ends: 'new',
  deploymentsBefore: 2,
  only: [
    ...each('preflight', 'ListServiceDeployments'),
    ...each('preflight', 'DescribeServiceRevisions', 'DescribeServiceDeployments'),
  ],
  prepare: underWay('good'),
  run: release('good', attach),
}

export const ATTACH_CRASH: Story = {
  ...RELEASE,
  name: 'a release that is taken up and crashes',
  about: 'Somebody else began it. StopServiceDeployment takes the service back.',
  ends: 'old',
  deploymentsBefore: 2,
  only: [
    ...each('rolling out', 'DescribeServices', 'DescribeServiceDeployments'),
    ...each('rolling back', 'StopServiceDeployment'),
  ],
  prepare: underWay('crash'),
  run: release('crash', attach),
}

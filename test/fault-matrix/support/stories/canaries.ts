import { failBookings, release } from '../runs.ts'
import { each, nothingMore, type Story } from '../story.ts'

const CANARY = {
  action: 'deploy',
  revision: 2,
  deploymentsBefore: 1,
  canShift: true,
  prepare: nothingMore,
} as const

/** A quarter of the users for three minutes, half of them for three, then all. */
const inputs = { strategy: { name: 'canary', steps: [25, 50, 100], stepMinutes: 3 } } as const

export const CANARY_GOOD: Story = {
  ...CANARY,
  name: 'a good release by canary',
  about:
    'With `strategy: canary` ECS pauses before each step, and ContinueServiceDeployment ends the pause. At the end the configuration of the service is put back.',
  ends: 'new',
  only: [
    ...each('rolling out', 'DescribeServiceDeployments', 'GetMetricData'),
    ...each('rolling out', 'DescribeServiceRevisions', 'DescribeTargetGroups'),
    ...each('rolling out', 'ContinueServiceDeployment'),
    ...each('baking', 'UpdateService'),
  ],
  run: release('good', { inputs }),
}

export const CANARY_BREACH: Story = {
  ...CANARY,
  name: 'a release by canary that breaches a trigger',
  about:
    'A metric of the application is bad while a quarter of the users gets the new revision. ContinueServiceDeployment takes the service back.',
  ends: 'old',
  metrics: 'GetMetricData',
  only: [
    ...each('rolling out', 'ContinueServiceDeployment'),
    ...each('rolling back', 'ContinueServiceDeployment', 'DescribeServices', 'UpdateService'),
  ],
  run: release('slow', { inputs, onPhase: failBookings('rolling-out') }),
}

import { QUERY } from '../prometheus.ts'
import { failBookings, release, MIXED_TRIGGERS, QUERY_TRIGGERS } from '../runs.ts'
import { each, nothingMore, type Story } from '../story.ts'

const RELEASE = {
  action: 'deploy',
  revision: 2,
  deploymentsBefore: 1,
  prepare: nothingMore,
} as const

export const QUERY_GOOD: Story = {
  ...RELEASE,
  name: 'a good release that Prometheus judges',
  about: 'Its only trigger is a query to a Prometheus server.',
  ends: 'new',
  only: [...each('preflight', QUERY), ...each('baking', QUERY)],
  run: release('good', { triggers: QUERY_TRIGGERS }),
}

export const QUERY_BREACH: Story = {
  ...RELEASE,
  name: 'a release that a query condemns',
  about:
    'Prometheus tells that it is bad; a trigger of CloudWatch beside it is good. UpdateService takes the service back.',
  ends: 'old',
  metrics: QUERY,
  only: [...each('preflight', QUERY), ...each('baking', QUERY, 'GetMetricData')],
  run: release('slow', { triggers: MIXED_TRIGGERS, onPhase: failBookings('rolling-out') }),
}

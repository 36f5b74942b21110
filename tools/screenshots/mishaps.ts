/** What happens to a release from outside while it is under way. */
import type { Stage } from '../../test/scenarios/support/stage.ts'

/** The permission is taken away while the bake is under way. */
export function loseMetrics(stage: Stage): void {
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

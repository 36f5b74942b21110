/** What happens to a release from outside while it is under way. */
import { CLUSTER } from '../../test/support/stack.ts'
import type { Stage } from '../../test/scenarios/support/stage.ts'

/** The old image is gone and the old tasks with it: there is nothing left to go back to. */
export async function loseOldRelease(
  { clients }: Stage,
  serviceName: string,
  image: string,
): Promise<void> {
  const imageIds = [{ imageTag: image.split(':').at(-1) ?? '' }]
  await clients.ecr.batchDeleteImage({ repositoryName: 'ledger', imageIds })
  const place = { cluster: CLUSTER, serviceName }
  const { taskArns } = await clients.ecs.listTasks(place)
  for (const task of taskArns ?? []) await clients.ecs.stopTask({ cluster: CLUSTER, task })
}

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

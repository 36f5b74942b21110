/** Services with a past that is not of our making. */
import { CLUSTER } from '../../support/stack.ts'
import type { Behaviour, Stage } from './stage.ts'

/** A service with so many revisions, each deployed by hand and complete. */
export async function serviceWith(
  stage: Stage,
  name: string,
  ...behaviours: readonly Behaviour[]
): Promise<void> {
  const [first = 'good', ...others] = behaviours
  await stage.service({ name, image: await stage.image(first) })
  for (const each of others) await stage.deployByHand(name, await stage.image(each), 60_000)
}

/** The mark of this action on a task definition, given as `family:revision`. */
export async function markAs(
  { clients, aws }: Stage,
  revision: string,
  verdict: 'verified' | 'rejected',
): Promise<void> {
  const { region, account } = aws.place
  await clients.ecs.tagResource({
    resourceArn: `arn:aws:ecs:${region}:${account}:task-definition/${revision}`,
    tags: [{ key: 'ecs-pipeline:verdict', value: verdict }],
  })
}

/** The image of the old release is gone and its tasks with it: there is nothing left to go back to. */
export async function loseRelease(
  { clients }: Stage,
  serviceName: string,
  image: string,
): Promise<void> {
  const imageIds = [{ imageTag: image.split(':').at(-1) ?? '' }]
  await clients.ecr.batchDeleteImage({ repositoryName: 'ledger', imageIds })
  const { taskArns = [] } = await clients.ecs.listTasks({ cluster: CLUSTER, serviceName })
  for (const task of taskArns) await clients.ecs.stopTask({ cluster: CLUSTER, task })
}

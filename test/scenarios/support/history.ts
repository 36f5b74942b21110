/** Services with a past that is not of our making. */
import { CLUSTER, taskDefinitionFor } from '../../support/stack.ts'
import type { Behaviour, Stage } from './stage.ts'

/** Somebody else's deployment, by plain calls. */
export async function deployByHand(
  stage: Stage,
  service: string,
  image: string,
  wait = 60_000,
): Promise<void> {
  const definition = taskDefinitionFor(service, image, stage.aws.place.region)
  await stage.clients.ecs.registerTaskDefinition(definition)
  await stage.clients.ecs.updateService({ cluster: CLUSTER, service, taskDefinition: service })
  await stage.clock.advance(wait)
}

/** A service with so many revisions, each deployed by hand and complete. */
export async function serviceWith(
  stage: Stage,
  name: string,
  ...behaviours: readonly Behaviour[]
): Promise<void> {
  const [first = 'good', ...others] = behaviours
  await stage.service({ name, image: await stage.image(first) })
  for (const each of others) await deployByHand(stage, name, await stage.image(each))
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

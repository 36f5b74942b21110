import type { Stage } from '../../scenarios/support/stage.ts'

/** The revisions 2 to 5 of the family, which an earlier run would have left: number 4 was proven good. */
export async function registerOldRevisions(stage: Stage, service: string): Promise<void> {
  const { ecs } = stage.clients
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: service })
  const { taskDefinitionArn: _arn, ...document } = taskDefinition ?? {}
  for (const number of [2, 3, 4, 5]) {
    const verdict = number === 4 ? [{ key: 'ecs-pipeline:verdict', value: 'verified' }] : []
    await ecs.registerTaskDefinition({
      ...document,
      family: service,
      containerDefinitions: document.containerDefinitions,
      tags: [{ key: 'ecs-pipeline:service', value: service }, ...verdict],
    })
  }
}

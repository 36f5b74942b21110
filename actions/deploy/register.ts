import { Denied, type TaskDefinitionDocument, type TaskDefinitionView } from '@ecs-pipeline/rollout'
import type { DeployTools } from './tools.ts'

/** Most tags that ECS takes for one resource (API_Tag). */
const MOST_TAGS = 50

/** Registers it with tags that say where it came from, where ECS lets us. */
export async function registerDefinition(
  document: TaskDefinitionDocument,
  { ports, journal, origin }: DeployTools,
): Promise<TaskDefinitionView> {
  const untagged = (why: string): Promise<TaskDefinitionView> => {
    journal.caveat(`The task definition is not tagged with its commit and run: ${why}`)
    return ports.taskDefinitions.register(document, {})
  }
  const own = Array.isArray(document['tags']) ? document['tags'].length : 0
  if (own + Object.keys(origin).length > MOST_TAGS) {
    return untagged(`it has ${own} tags of its own, and ECS takes ${MOST_TAGS}.`)
  }
  try {
    return await ports.taskDefinitions.register(document, origin)
  } catch (error) {
    if (!(error instanceof Denied) || !error.message.includes('TagResource')) throw error
    return untagged(error.message)
  }
}

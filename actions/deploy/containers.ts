/** Which containers of a task definition an input means. */
import { Refusal, type TaskDefinitionDocument } from '@ecs-pipeline/rollout'

export type Container = Readonly<Record<string, unknown>>

/** The container definitions of a document that was checked to have some. */
export const containersOf = (document: TaskDefinitionDocument): readonly Container[] =>
  document['containerDefinitions'] as readonly Container[]

export const containerName = (container: Container): string => String(container['name'])

/**
 * The containers of these names; of no name: the only one, or the only one of those that load balancers send to.
 * Throws a {@link Refusal} that names the `input` and what there is.
 */
export function chosenContainers(
  document: TaskDefinitionDocument,
  names: readonly string[],
  served: readonly string[],
  input: string,
): readonly string[] {
  const all = containersOf(document).map(containerName)
  const unknown = names.find((name) => !all.includes(name))
  if (unknown !== undefined) {
    throw new Refusal(
      `${input}: there is no container \`${unknown}\` in the task definition. It has: ${all.join(', ')}.`,
    )
  }
  return names.length > 0 ? names : [onlyContainer(all, served, input)]
}

function onlyContainer(names: readonly string[], served: readonly string[], input: string): string {
  const [first, second] = names
  if (first !== undefined && second === undefined) return first
  const behind = names.filter((name) => served.includes(name))
  if (behind.length === 1 && behind[0] !== undefined) return behind[0]
  const example = input === 'image' ? 'write the image as `NAME=IMAGE`' : 'write `NAME: ` before it'
  throw new Refusal(
    `${input}: the task definition has ${names.length} containers (${names.join(', ')}). Say which one: set \`container-name\`, or ${example}.`,
  )
}

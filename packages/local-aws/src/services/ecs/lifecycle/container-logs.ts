import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { LogSink } from '../../logs/part.ts'
import { logGroupNotFound } from './failures.ts'

/** Takes one line that a container printed. */
export type WriteLine = (line: string) => void

/**
 * Where a container's lines go: with the `awslogs` driver to the stream `prefix/container/task`, else nowhere.
 * Throws {@link TaskStartError} when the group is not there and `awslogs-create-group` does not ask for it.
 */
export function containerLog(
  definition: ContainerDefinition,
  taskId: string,
  logs: LogSink,
): WriteLine {
  const { logDriver, options } = definition.logConfiguration ?? {}
  const group = options?.['awslogs-group']
  if (logDriver !== 'awslogs' || group === undefined) return () => undefined
  const create = options?.['awslogs-create-group'] === 'true'
  if (!create && !logs.hasGroup(group)) throw logGroupNotFound()
  const prefix = options?.['awslogs-stream-prefix']
  const stream = prefix === undefined ? taskId : `${prefix}/${definition.name}/${taskId}`
  return (line) => {
    // A group that was deleted meanwhile loses lines; it does not end tasks.
    if (create || logs.hasGroup(group)) logs.write(group, stream, line, create)
  }
}

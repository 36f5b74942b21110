/** Whether a task that has stopped did its work. Pure. */
import type { ContainerView, TaskDefinitionDocument, TaskView } from '../views.ts'

export interface TaskVerdict {
  readonly succeeded: boolean
  /** The names of the containers that speak against it. */
  readonly failed: ReadonlySet<string>
  /** One or more sentences: every container with its exit code, and what ECS says. */
  readonly text: string
}

/**
 * A task did its work when it ended by itself and its workers ended with exit code 0. Workers are the containers that
 * were given an override. Without any, every container is one: then only a container that is not essential, and that
 * ECS stopped with the others, may end otherwise. What else runs beside a worker (a log router, an agent) is stopped
 * when the worker has ended, and its exit code says nothing.
 */
export function judgeTask(
  task: TaskView,
  overridden: readonly string[],
  document: TaskDefinitionDocument,
): TaskVerdict {
  const failed = new Set(
    task.containers
      .filter((each) => isWorker(each, overridden) && !hasDoneItsWork(each, overridden, document))
      .map(({ container }) => container),
  )
  const succeeded = endedByItself(task) && failed.size === 0
  return { succeeded, failed, text: describeStop(task) }
}

/** Any other stop code means that somebody or something stopped it; one that is new to us as well. */
const endedByItself = ({ stopCode = 'EssentialContainerExited' }: TaskView): boolean =>
  stopCode === 'EssentialContainerExited'

const isWorker = ({ container }: ContainerView, overridden: readonly string[]): boolean =>
  overridden.length === 0 || overridden.includes(container)

/** SIGTERM and SIGKILL: how a container ends that ECS stops. */
const STOPPED_BY_ECS: ReadonlySet<number | undefined> = new Set([143, 137])

function hasDoneItsWork(
  { container, exitCode, reason }: ContainerView,
  overridden: readonly string[],
  document: TaskDefinitionDocument,
): boolean {
  if (exitCode === 0) return true
  const mayBeStopped = overridden.length === 0 && !isEssential(container, document)
  return mayBeStopped && reason === undefined && STOPPED_BY_ECS.has(exitCode)
}

/** Essential is what is not said to be otherwise (API reference, `ContainerDefinition`). */
function isEssential(name: string, document: TaskDefinitionDocument): boolean {
  const containers = document['containerDefinitions']
  const list = Array.isArray(containers) ? (containers as readonly unknown[]) : []
  const found = list.find((each) => (each as { name?: unknown } | null)?.name === name)
  return (found as { essential?: unknown } | undefined)?.essential !== false
}

function describeStop({ containers, stopCode, stoppedReason }: TaskView): string {
  const said = `${stoppedReason ?? 'ECS gives no reason'}${stopCode === undefined ? '' : ` (${stopCode})`}`
  return `${containers.map(describeEnd).join('; ')}. ECS says: ${said}.`
}

function describeEnd({ container, exitCode, reason }: ContainerView): string {
  const code = exitCode === undefined ? 'no exit code' : `exit code ${exitCode}`
  return `container ${container}: ${code}${reason === undefined ? '' : ` (${reason})`}`
}

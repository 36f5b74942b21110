/** Which stopped tasks speak against a revision, and what they have in common. */
import type { ContainerView, TaskView } from './views.ts'

/**
 * Whether a stopped task speaks against its revision. A task that the scheduler stopped counts only when a health
 * check was the reason; what the platform took away (Spot, maintenance, hardware) or a person stopped never does.
 */
export function isFailure(task: TaskView): boolean {
  switch (task.stopCode) {
    case 'TaskFailedToStart':
    case 'EssentialContainerExited':
      return true
    case 'ServiceSchedulerInitiated':
      return /failed (ELB|container|\S+) health checks?/i.test(task.stoppedReason ?? '')
    default:
      return false
  }
}

/**
 * Reasons that the next attempt will meet again: the image, a secret or the command is wrong. From the list of
 * stopped-task errors in the ECS developer guide. The last one is how the agent on EC2 and Fargate before 1.4.0 says
 * that the execution role may not read a secret, without a name of an error before it (aws/copilot-cli#1368,
 * aws/aws-cdk#3529).
 */
const DETERMINISTIC =
  /CannotPullContainerError|CannotPullImageManifestError|ResourceInitializationError|CannotStartContainerError|CannotCreateContainerError|exec format error|Fetching secret data from .{1,80}: AccessDeniedException/

/** What to know a deterministic failure by, or `undefined` when trying again may help. */
export function deterministicReason(task: TaskView): string | undefined {
  const texts = [task.stoppedReason, ...task.containers.map((container) => container.reason)]
  const found = texts.find((text) => text !== undefined && DETERMINISTIC.test(text))
  return found === undefined ? undefined : withoutIds(found)
}

/** Failed tasks that failed in the same way. */
export interface FailureGroup {
  readonly count: number
  readonly stopCode: string
  readonly stoppedReason: string
  /** The container that ended the task, as far as the exit codes tell. */
  readonly container: string | undefined
  readonly exitCode: number | undefined
  readonly containerReason: string | undefined
  /** Newest first. */
  readonly tasks: readonly TaskView[]
}

/** Groups failed tasks by how they failed, the largest group first. */
export function groupFailures(tasks: readonly TaskView[]): readonly FailureGroup[] {
  const groups = new Map<string, TaskView[]>()
  for (const task of tasks) {
    const culprit = culpritOf(task)
    const key = [
      task.stopCode,
      withoutIds(task.stoppedReason ?? ''),
      culprit?.name,
      exitCodeOf(task, culprit),
      withoutIds(culprit?.reason ?? ''),
    ].join('\n')
    groups.set(key, [...(groups.get(key) ?? []), task])
  }
  return [...groups.values()].map(describeGroup).sort((a, b) => b.count - a.count)
}

function describeGroup(members: readonly TaskView[]): FailureGroup {
  const tasks = [...members].sort((a, b) => (b.stoppedAt ?? 0) - (a.stoppedAt ?? 0))
  const example = tasks[0]
  const culprit = example && culpritOf(example)
  return {
    count: tasks.length,
    stopCode: example?.stopCode ?? 'unknown',
    stoppedReason: example?.stoppedReason ?? 'no reason given',
    container: culprit?.container,
    exitCode: example && exitCodeOf(example, culprit),
    containerReason: culprit?.reason,
    tasks,
  }
}

/** How a container ended that the scheduler stopped says nothing about why. */
const exitCodeOf = (task: TaskView, culprit: ContainerView | undefined): number | undefined =>
  task.stopCode === 'ServiceSchedulerInitiated' ? undefined : culprit?.exitCode

/** The container to blame: one with a reason or a non-zero exit code before one that merely stopped. */
function culpritOf(task: TaskView): ContainerWithName | undefined {
  const container =
    task.containers.find((each) => each.reason !== undefined) ??
    task.containers.find((each) => each.exitCode !== undefined && each.exitCode !== 0) ??
    task.containers.find((each) => each.exitCode !== undefined) ??
    task.containers[0]
  return container && { ...container, name: container.container }
}

type ContainerWithName = ContainerView & { readonly name: string }

/** Two failures are the same although each names its own task, request or time. */
function withoutIds(text: string): string {
  return text
    .replace(/\b[0-9a-f]{32}\b/g, '(id)')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '(id)')
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z?/g, '(time)')
}

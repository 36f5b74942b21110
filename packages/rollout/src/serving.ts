/** What users get now: the first thing that a report says, read after everything else is over. */
import { PortError } from './errors.ts'
import type { Ports } from './ports.ts'
import { servingGroups } from './strategy/target-groups.ts'
import type { ContainerImageView, ServiceView, TargetView, TaskView } from './views.ts'

export interface Serving {
  /** Every task definition that has running tasks, the one with most tasks first. */
  readonly running: readonly RunningRevision[]
  /** What the service wants. */
  readonly taskDefinition: string
  readonly runningCount: number
  readonly desiredCount: number
  /** `undefined` without a load balancer, or when target health cannot be read. */
  readonly targets: { readonly healthy: number; readonly all: number } | undefined
}

export interface RunningRevision {
  readonly taskDefinition: string
  readonly tasks: number
  /** Empty when the tasks cannot be read. */
  readonly images: readonly ContainerImageView[]
}

/** `undefined` when the service cannot be read any more. Never throws a port's error. */
export async function readServing(ports: Ports): Promise<Serving | undefined> {
  const service = await unlessLost(() => ports.deployments.service())
  if (!service) return undefined
  const tasks = await unlessLost(() => ports.tasks.running())
  const groups = await unlessLost(() => servingGroups(service, ports))
  const targets =
    groups === undefined || groups.length === 0
      ? undefined
      : await unlessLost(() => ports.targets.health(groups))
  return {
    running: tasks ? byTasks(tasks) : byDeployments(service),
    taskDefinition: service.taskDefinition,
    runningCount: service.runningCount,
    desiredCount: service.desiredCount,
    targets: targets && countTargets(targets),
  }
}

/** `undefined` instead of the error of a port: what is asked last is not worth a run. */
export async function unlessLost<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof PortError) return undefined
    throw error
  }
}

function byTasks(tasks: readonly TaskView[]): readonly RunningRevision[] {
  const running = tasks.filter((task) => task.lastStatus === 'RUNNING')
  const arns = [...new Set(running.map((task) => task.taskDefinition))]
  return arns
    .map((taskDefinition) => {
      const members = running.filter((task) => task.taskDefinition === taskDefinition)
      return { taskDefinition, tasks: members.length, images: members[0]?.containers ?? [] }
    })
    .sort((a, b) => b.tasks - a.tasks)
}

function byDeployments(service: ServiceView): readonly RunningRevision[] {
  return service.deployments
    .filter((each) => each.runningCount > 0)
    .map((each) => ({ taskDefinition: each.taskDefinition, tasks: each.runningCount, images: [] }))
    .sort((a, b) => b.tasks - a.tasks)
}

/** Draining targets have left already; they are not counted. */
function countTargets(targets: readonly TargetView[]): { healthy: number; all: number } {
  const present = targets.filter((target) => !target.state.includes('draining'))
  return {
    healthy: present.filter((target) => target.state === 'healthy').length,
    all: present.length,
  }
}

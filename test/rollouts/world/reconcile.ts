/** Which tasks the simulated service starts and stops next. */
import { isHealthy, isStopping, type Deployment, type ServiceState, type Task } from './records.ts'
import type { ServiceSetup } from './schedule.ts'
import type { TaskLives } from './task-lives.ts'

export function reconcile(
  service: ServiceState,
  primary: Deployment,
  setup: ServiceSetup,
  lives: TaskLives,
  now: number,
): void {
  lives.giveUpUnhealthy(service)
  const { desired } = service
  const least = Math.ceil((desired * setup.minimumHealthyPercent) / 100)
  const most = Math.floor((desired * setup.maximumPercent) / 100)
  const own = present(service, (task) => task.owner === primary)
  const others = present(service, (task) => task.owner !== primary)
  const isStalled = primary.rolloutState === 'FAILED'
  const why = `Scaling activity initiated by (deployment ${primary.id})`
  if (own.length > desired) {
    for (const task of own.slice(desired)) lives.stop(task, why)
    return
  }
  if (isStalled) return
  let room = Math.max(0, most - own.length - others.length)
  if (now >= primary.pausedUntil) {
    const missing = Math.min(desired - own.length, room)
    room -= missing
    startTasks(service, primary, missing, lives)
  }
  const source = service.deployments.find((each) => each === service.completed)
  if (source && source !== primary) {
    const served = own.filter(isHealthy).length + others.length
    startTasks(service, source, Math.max(0, Math.min(least - served, room)), lives)
  }
  let spare = [...own, ...others].filter(isHealthy).length - least
  const isLacking = spare < 0
  for (const task of others) {
    // What does not serve yet is needed only while there is too little that does.
    if (!isHealthy(task) && isLacking && task.owner === source) continue
    if (isHealthy(task) && --spare < 0) continue
    lives.stop(task, why)
  }
}

/** The target revision runs, healthy, at 100 % of the desired count, and no task of another one is left. */
export const isSteady = (service: ServiceState, primary: Deployment): boolean =>
  service.tasks.length === service.desired &&
  service.tasks.every((task) => task.owner === primary && isHealthy(task))

const present = (service: ServiceState, isWanted: (task: Task) => boolean): Task[] =>
  service.tasks.filter((task) => !isStopping(task) && isWanted(task))

function startTasks(
  service: ServiceState,
  owner: Deployment,
  count: number,
  lives: TaskLives,
): void {
  for (let number = 0; number < count; number++) service.tasks.push(lives.start(owner))
}

/** The desired count of a service where a run has changed it: what goes back puts back what was there before. */
import { PortError } from './errors.ts'
import type { ServiceChange } from './ports.ts'
import type { RolloutTools } from './tools.ts'
import type { ServiceView } from './views.ts'

/** ECS takes a deployment back without the desired count: UpdateService has changed it for the service. */
export interface CountChange {
  readonly before: number
  /** What the run has set. */
  readonly set: number
}

/**
 * What UpdateService is told, so that the service wants as many tasks as before; nothing where the run has not changed
 * it, somebody else has since, or Application Auto Scaling sets it. Throws no port's error: the way back is more.
 */
export async function countBack(
  change: CountChange | undefined,
  { desiredCount: present }: Pick<ServiceView, 'desiredCount'>,
  { ports, journal }: RolloutTools,
): Promise<Pick<ServiceChange, 'desiredCount'>> {
  if (!change || change.before === change.set || present === change.before) return {}
  const { before, set } = change
  const stays = `The desired count stays ${present}; before this run it was ${before}.`
  if (present !== set) {
    journal.caveat(`${stays} Somebody else has changed it since.`)
    return {}
  }
  try {
    if ((await ports.scaling.bounds()) === undefined) return { desiredCount: before }
    journal.caveat(`${stays} Application Auto Scaling sets it by now.`)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    journal.caveat(
      `${stays} Whether Application Auto Scaling sets it is not known: ${error.message}`,
    )
  }
  return {}
}

/**
 * The same for the call that begins the way back. Nothing where ECS could replace no task at that count within the
 * limits of the service: then it is put back afterwards.
 */
export async function countBackAtOnce(
  change: CountChange | undefined,
  service: ServiceView,
  tools: RolloutTools,
): Promise<Pick<ServiceChange, 'desiredCount'>> {
  return change && hasRoom(change.before, service) ? countBack(change, service, tools) : {}
}

/** Whether a deployment of so many tasks may start one more, or stop one ('Deployment configuration', Amazon ECS). */
function hasRoom(
  count: number,
  { minimumHealthyPercent = 100, maximumPercent = 200 }: ServiceView,
): boolean {
  const most = Math.floor((count * maximumPercent) / 100)
  const least = Math.ceil((count * minimumHealthyPercent) / 100)
  return count === 0 || most > least
}

/** The same in a call of its own, after a way back that had none for it. Throws no port's error. */
export async function restoreCount(
  change: CountChange | undefined,
  tools: RolloutTools,
): Promise<void> {
  if (!change) return
  const { ports, journal } = tools
  try {
    const back = await countBack(change, await ports.deployments.service(), tools)
    if (back.desiredCount === undefined) return
    await ports.deployments.update(back)
    journal.progress(`the desired count is ${change.before} again, as before this run`)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    journal.caveat(
      `The desired count could not be put back from ${change.set} to ${change.before}: ${error.message}`,
    )
  }
}

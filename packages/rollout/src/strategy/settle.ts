/** Leaves the service's configuration as the next deployment should find it. */
import { PortError } from '../errors.ts'
import type { RolloutTools } from '../tools.ts'
import type { DeploymentConfiguration, ServiceView } from '../views.ts'
import { configurationBack, pausedStages } from './deployment-configuration.ts'
import type { ShiftPlan } from './plan-shift.ts'

/** What of a service's configuration may pass with this run, and be found there in its place. */
interface Passing {
  readonly plan: ShiftPlan
  /** The service before the run. */
  readonly before: ServiceView
  /** A deployment may still be under way that needs it. */
  readonly mayGoOn: boolean
}

/**
 * This run's pauses would hold up the next deployment of anybody, and a way back goes all at once: neither is what the
 * service should keep. Somebody else's change in between is left alone. Never throws a port's error: the deployment
 * itself is judged.
 */
export async function settleConfiguration(
  { plan, before, mayGoOn }: Passing,
  { ports, journal }: RolloutTools,
): Promise<void> {
  const { configuration, settled } = plan
  const sent = [configuration, configurationBack(configuration ?? before.deploymentConfiguration)]
  const passing = sent.filter((each) => each !== undefined && !isSame(each, settled))
  if (passing.length === 0) return
  try {
    const { deploymentConfiguration: present } = await ports.deployments.service()
    if (!passing.some((each) => each && isSame(present, each))) return
    if (mayGoOn) {
      journal.caveat(
        `The service keeps the deployment configuration that this run has set, because its deployment may still be under way: ${WHAT_FOLLOWS}.`,
      )
      return
    }
    await ports.deployments.update({ deploymentConfiguration: settled })
    journal.progress('the deployment configuration of the service is as it should stay')
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    journal.caveat(
      `The deployment configuration of the service could not be put back: ${error.message} Until then ${WHAT_FOLLOWS}.`,
    )
  }
}

const WHAT_FOLLOWS =
  'the next deployment may wait at a pause that nobody ends, or move traffic another way than it did before'

/** AWS fills in defaults, so only what tells these configurations apart is compared. */
const isSame = (a: DeploymentConfiguration, b: DeploymentConfiguration): boolean =>
  a.strategy === b.strategy &&
  (a.bakeTimeInMinutes ?? 0) === (b.bakeTimeInMinutes ?? 0) &&
  pausedStages(a).join() === pausedStages(b).join()

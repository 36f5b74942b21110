/** Deregisters old revisions that this action registered for the service, after a release that went well. */
import { PortError, VERDICT_TAG, type TaskDefinitionView } from '@ecs-pipeline/rollout'
import { ORIGIN } from './older-run.ts'
import type { Plan } from './preflight.ts'
import type { DeployTools } from './tools.ts'

/** So many revisions are looked at in one run, because each costs a call. */
const MOST_LOOKS = 50

/**
 * Keeps the newest `keep` revisions, the present one, the one that was there before, every one that still runs, and
 * the newest that was proven good besides. Revisions without our tag are somebody else's. Never fails the run.
 */
export async function tidyRevisions(
  keep: number,
  plan: Plan,
  deployed: TaskDefinitionView,
  tools: DeployTools,
): Promise<void> {
  const { ports, journal } = tools
  try {
    const all = await ports.taskDefinitions.active(deployed.family)
    const service = await ports.deployments.service()
    const inUse = new Set<string>([
      deployed.arn,
      plan.service.taskDefinition,
      plan.knownGood.chosen?.taskDefinition ?? '',
      ...service.deployments.map((each) => each.taskDefinition),
    ])
    const candidates = all
      .slice(keep)
      .filter((arn) => !inUse.has(arn))
      .slice(0, MOST_LOOKS)
    let hasProven = false
    let count = 0
    for (const arn of candidates) {
      const { tags } = await ports.taskDefinitions.describe(arn)
      if (tags[ORIGIN.service] !== tools.origin[ORIGIN.service]) continue
      if (tags[VERDICT_TAG] === 'verified' && !hasProven) {
        hasProven = true
        continue
      }
      await ports.taskDefinitions.deregister(arn)
      count += 1
    }
    if (count > 0) journal.progress(`deregistered ${count} old revisions of ${deployed.family}`)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    journal.caveat(`Old revisions could not be tidied up: ${error.message}`)
  }
}

/** What preflight says of what it found, and the questions that only the notes need. */
import { unknownMembers } from '@ecs-pipeline/aws'
import {
  PortError,
  type DefinitionChange,
  type KnownGoodChoice,
  type ServiceView,
} from '@ecs-pipeline/rollout'
import type { PinnedImages } from './container-images.ts'
import { Probes } from './probes.ts'
import type { DeployTools } from './tools.ts'

/** The log shows so many changes; the summary shows all. */
const MOST_CHANGES = 20

export function warnOfImages(pinned: PinnedImages, { journal }: DeployTools): void {
  if (pinned.unpinned.length > 0) {
    journal.caveat(
      `The image of ${pinned.unpinned.join(', ')} is not in ECR, so it could not be pinned by digest, and what runs could not be proven.`,
    )
  }
  const unknown = unknownMembers(pinned.document)
  if (unknown.length === 0) return
  journal.caveat(
    `The task definition has members that this version does not know; they are sent as they are: ${unknown.join(', ')}.`,
  )
}

export function sayWhereToGoBack(
  { chosen, passedOver }: KnownGoodChoice,
  tools: DeployTools,
): void {
  if (chosen) {
    tools.journal.progress(
      `if this goes wrong: back to ${chosen.taskDefinition} (${chosen.because})`,
    )
    return
  }
  const why = passedOver.map((each) => `${each.taskDefinition}: ${each.why}`).join('; ')
  tools.journal.caveat(
    `There is no revision to go back to if this deployment fails (${why || 'the service has no history'}).`,
  )
}

export function sayChanges(changes: readonly DefinitionChange[], { journal }: DeployTools): void {
  for (const { path, before = '(none)', after = '(removed)' } of changes.slice(0, MOST_CHANGES)) {
    journal.progress(`changes ${path}: ${before} -> ${after}`)
  }
  if (changes.length > MOST_CHANGES) {
    journal.progress(`changes ${changes.length - MOST_CHANGES} more members; see the summary`)
  }
}

/** Finds out now which optional permissions are missing, instead of in the middle of a failure. */
export async function probe(service: ServiceView, tools: DeployTools): Promise<void> {
  const groups = service.loadBalancers.map((each) => each.targetGroupArn)
  const { probes: shared = new Probes() } = tools
  const probes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['Target health cannot be read', () => tools.ports.targets.health(groups)],
    ['Tasks cannot be read, so failures cannot be explained', () => tools.ports.tasks.running()],
  ]
  for (const [caveat, ask] of probes.slice(groups.length === 0 ? 1 : 0)) {
    try {
      await shared.probe(caveat, ask)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      tools.journal.caveat(`${caveat}: ${error.message}`)
    }
  }
}

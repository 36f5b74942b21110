/**
 * Marks on task definitions. A release that is rolled back on metrics stays SUCCESSFUL in ECS's history, so history
 * alone would choose it again; the mark is where that is remembered.
 */
import { PortError } from './errors.ts'
import type { KnownGood } from './known-good.ts'
import { VERDICT_TAG } from './known-good.ts'
import type { ReasonCode, Verdict } from './outcome.ts'
import type { RolloutTools } from './tools.ts'
import type { TaskDefinitionView } from './views.ts'

export const REASON_TAG = 'ecs-pipeline:reason'

/** Reasons that speak against the revision itself; a run that ended for another one says nothing about it. */
const PROVEN_BAD: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'failed-tasks',
  'repeated-failure',
  'circuit-breaker',
  'alarm',
  'rollout-failed',
  'trigger',
  'wrong-image',
])

/** Nothing where the run proved nothing. Never throws a port's error: the outcome does not depend on it. */
export async function markVerdict(
  { outcome, code }: Verdict,
  taskDefinition: TaskDefinitionView,
  knownGood: KnownGood | undefined,
  tools: RolloutTools,
): Promise<void> {
  if (outcome === 'deployed') {
    await mark(taskDefinition, 'verified', code, tools)
    return
  }
  const isRed = ['rolled-back', 'rollback-failed', 'failed-no-rollback'].includes(outcome)
  // The same revision, started anew, is what users are on again.
  const isGood = taskDefinition.arn === knownGood?.taskDefinition
  if (isRed && PROVEN_BAD.has(code) && !isGood) await mark(taskDefinition, 'rejected', code, tools)
}

export async function mark(
  { arn, tags }: Pick<TaskDefinitionView, 'arn' | 'tags'>,
  verdict: 'verified' | 'rejected',
  reason: string,
  { ports, journal }: RolloutTools,
): Promise<void> {
  if (tags[VERDICT_TAG] === verdict) return
  try {
    await ports.taskDefinitions.tag(arn, { [VERDICT_TAG]: verdict, [REASON_TAG]: tagValue(reason) })
  } catch (error) {
    if (error instanceof PortError) {
      journal.caveat(`${arn} could not be marked as ${verdict}: ${error.message}`)
      return
    }
    throw error
  }
}

/** What ECS takes as the value of a tag (API reference, `Tag`): at most 256 of these signs. */
export const tagValue = (text: string): string =>
  text.replace(/[^\p{L}\p{N} +\-=._:/@]/gu, ' ').slice(0, 256)

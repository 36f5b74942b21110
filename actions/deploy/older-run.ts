/** An older run that was held up must not put an old commit over a newer one. Tags on the task definition tell. */
import { Refusal, type TaskDefinitionView } from '@ecs-pipeline/rollout'

/** What a revision carries about the run that registered it. */
export const ORIGIN = {
  repository: 'ecs-pipeline:repository',
  workflow: 'ecs-pipeline:workflow',
  commit: 'ecs-pipeline:commit',
  committedAt: 'ecs-pipeline:committed-at',
  run: 'ecs-pipeline:run',
  service: 'ecs-pipeline:service',
} as const

type Tags = Readonly<Record<string, string>>

/**
 * Throws a {@link Refusal} when what the service runs comes from a newer run of the same workflow, or from a newer
 * commit of the same repository. Revisions without tags say nothing.
 */
export function checkNotOlder(current: TaskDefinitionView, origin: Tags): void {
  const why = whyOlder(current.tags, origin)
  if (why === undefined) return
  throw new Refusal(
    `older-run: ${current.arn} is newer than what this run would deploy: ${why}. Run the workflow anew for the newest commit, or set \`older-run: allow\` to deploy the older one all the same.`,
    'older-run',
  )
}

function whyOlder(theirs: Tags, ours: Tags): string | undefined {
  const repository = theirs[ORIGIN.repository]
  if (repository === undefined || repository !== ours[ORIGIN.repository]) return undefined
  const [theirCommit, ourCommit] = [theirs[ORIGIN.committedAt], ours[ORIGIN.committedAt]]
  // Both as ISO 8601 in UTC, so that their order is the order of the letters.
  if (theirCommit !== undefined && ourCommit !== undefined && theirCommit > ourCommit) {
    return `its commit ${theirs[ORIGIN.commit] ?? ''} is of ${theirCommit}, this one is of ${ourCommit}`
  }
  const [theirRun, ourRun] = [theirs[ORIGIN.run], ours[ORIGIN.run]]
  if (theirs[ORIGIN.workflow] !== ours[ORIGIN.workflow]) return undefined
  // GitHub numbers the runs of all workflows upwards; a re-run keeps its number.
  if (isNumber(theirRun) && isNumber(ourRun) && BigInt(theirRun) > BigInt(ourRun)) {
    return `it was registered by run ${theirRun}, this is run ${ourRun}`
  }
  return undefined
}

const isNumber = (text: string | undefined): text is string => /^\d+$/.test(text ?? '')

import type { RunContext } from '@ecs-pipeline/action-kit'
import { lastPart, tagValue } from '@ecs-pipeline/rollout'
import type { DeployInputs } from './inputs.ts'
import { ORIGIN } from './older-run.ts'

/** Tags that say where a task definition came from, and for which service; what is not known has no tag. */
export function originOf(
  { repository, workflow, commit, committedAt, runId }: RunContext,
  { cluster, service }: Pick<DeployInputs, 'cluster' | 'service'>,
): Record<string, string> {
  const tags = {
    [ORIGIN.repository]: repository,
    [ORIGIN.workflow]: workflow,
    [ORIGIN.commit]: commit,
    [ORIGIN.committedAt]: committedAt,
    [ORIGIN.run]: runId,
    [ORIGIN.service]: service && `${lastPart(cluster)}/${lastPart(service)}`,
  }
  return Object.fromEntries(
    Object.entries(tags).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, tagValue(value)]],
    ),
  )
}

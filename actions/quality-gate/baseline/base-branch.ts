/** Which branch is the measure for others, and whether this run is one of it. */
import type { RunContext } from '@ecs-pipeline/action-kit'

export interface BaseBranch {
  /** Without `refs/heads/`; `undefined` when nothing says it. */
  readonly name: string | undefined
  /** Its own runs record their numbers and are never failed by older ones. */
  readonly isThis: boolean
}

/** Runs of other events may be of anybody's code, whatever branch they name. */
const RECORDING = ['push', 'schedule', 'workflow_dispatch']

/** `wanted`: the input. */
export function baseBranch(wanted: string | undefined, context: RunContext): BaseBranch {
  const { pullRequest, defaultBranch, ref, eventName } = context
  const name = wanted ?? pullRequest?.base.branch ?? defaultBranch
  const isThis =
    name !== undefined &&
    pullRequest === undefined &&
    ref === `refs/heads/${name}` &&
    RECORDING.includes(eventName ?? '')
  return { name, isThis }
}

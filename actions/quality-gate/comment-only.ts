/** `comment-from: workflow_run`: nothing is run; another run's report becomes a comment. */
import {
  InputError,
  log,
  realClock,
  setOutputs,
  type ActionResult,
  type RunContext,
} from '@ecs-pipeline/action-kit'
import type { CommentOptions } from './comment/comment-on-run.ts'
import { commentFromSavedReport } from './comment/from-saved-report.ts'
import type { GateInputs } from './inputs.ts'
import { outputNames } from './outputs.ts'

/** Where a comment goes, and what there is to say about it. */
export const commentOptions = (
  { comment, commentKey, githubToken = '' }: GateInputs,
  key: string,
  run: RunContext,
  hurry: AbortSignal,
): CommentOptions => ({
  mode: comment,
  key: commentKey ?? key,
  token: githubToken,
  run,
  clock: realClock,
  hurry,
  notice: log.notice,
  warning: log.warning,
})

export async function commentOnly(
  inputs: GateInputs,
  run: RunContext,
  signal: AbortSignal,
): Promise<ActionResult> {
  const { commentKey, commentReport } = inputs
  if (commentKey === undefined || commentReport === undefined) {
    throw new InputError([
      `Input 'comment-from: workflow_run' needs 'comment-report' and 'comment-key'.`,
    ])
  }
  const outcome = await commentFromSavedReport(
    commentReport,
    commentOptions(inputs, commentKey, run, signal),
  )
  const why = 'why' in outcome ? outcome.why : `The comment was ${outcome.kind}.`
  const empty = Object.fromEntries(outputNames.map((name) => [name, '']))
  const isRefused = outcome.kind === 'refused'
  setOutputs({ ...empty, ...(isRefused && { result: 'refused' }), reason: why })
  log.info(why)
  // The verdict is that of the other run. What is refused here may be an attempt to speak in its name.
  return isRefused ? { ok: false, headline: `refused: ${why}` } : { ok: true }
}

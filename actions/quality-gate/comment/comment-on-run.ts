/** The comment of a run on its own pull request. */
import {
  apiProblem,
  pullRequestComments,
  type ClientOptions,
  type Clock,
  type RequestLimits,
  type RunContext,
} from '@ecs-pipeline/action-kit'
import type { GateReport } from '../report.ts'
import { markerOf } from './marker.ts'
import { postComment, type CommentMode, type Posted } from './post-comment.ts'
import { readOnlyReason } from './read-only-run.ts'
import { renderComment, type CommentFrame } from './render-comment.ts'
import type { Told } from './told.ts'

export interface CommentOptions {
  readonly mode: CommentMode
  /** Tells the comments of several gates, or of the legs of a matrix, apart. */
  readonly key: string
  readonly token: string
  readonly run: RunContext
  readonly clock: Clock
  /** Of one request, in milliseconds; 10 seconds. */
  readonly timeLimit?: number
  /** Aborted when the run is cancelled. */
  readonly hurry?: AbortSignal
  readonly notice: (text: string) => void
  /** Told at most once. */
  readonly warning: (text: string) => void
}

/** `refused`: a saved report that may not be shown. `failed`: GitHub did not take it. Neither has to do with the verdict. */
export type CommentOutcome =
  | { readonly kind: Posted }
  | { readonly kind: 'skipped' | 'refused' | 'failed'; readonly why: string }

/** All requests of one comment together, in milliseconds. */
const WHOLE_LIMIT_MS = 60_000

/** Never throws, and never changes the verdict. */
export async function commentOnRun(
  report: GateReport,
  options: CommentOptions,
): Promise<CommentOutcome> {
  const { run, mode, notice } = options
  const { pullRequest, repository } = run
  if (mode === 'never') return { kind: 'skipped', why: 'The comment is turned off.' }
  if (!pullRequest || repository === undefined) {
    return { kind: 'skipped', why: 'The run belongs to no pull request.' }
  }
  const why = readOnlyReason(run)
  if (why !== undefined) {
    notice(why)
    return { kind: 'skipped', why }
  }
  return deliver(report, pullRequest.number, {
    ...options,
    frame: {
      key: options.key,
      serverUrl: run.serverUrl,
      repository,
      commit: pullRequest.sha,
      runUrl: run.runUrl,
      run: {
        id: run.runId ?? '0',
        attempt: run.runAttempt ?? '1',
        commit: pullRequest.sha,
        startedAt: report.startedAt,
      },
    },
  })
}

export interface Delivery extends CommentOptions {
  readonly frame: CommentFrame & { readonly repository: string }
}

/** Renders and posts; what goes wrong is one warning. */
export async function deliver(
  told: Told,
  pullRequest: number,
  { frame, ...options }: Delivery,
): Promise<CommentOutcome> {
  const { mode, warning } = options
  // It has no verdict, and seconds left; what was told of the commit before is not made worse.
  if (told.result === 'cancelled') return { kind: 'skipped', why: 'The run was cancelled.' }
  const { repository, serverUrl, key, run } = frame
  try {
    const comments = await pullRequestComments({
      ...requestsOf(options),
      repository,
      pullRequest,
    })
    const kind = await postComment(comments, {
      body: renderComment(told, frame),
      marker: markerOf(key),
      run,
      mayCreate: mode === 'always' || told.result !== 'passed',
      addressOf: (id) => `${serverUrl}/${repository}/pull/${pullRequest}#issuecomment-${id}`,
    })
    return { kind }
  } catch (error) {
    const why = apiProblem(error, {
      failed: `The comment on #${pullRequest} of ${repository} is missing or out of date`,
      denied: DENIED,
    })
    warning(why)
    return { kind: 'failed', why }
  }
}

const DENIED =
  'The token may not write comments there, unless the conversation is locked: add `permissions: pull-requests: write` to the job.'

export const requestsOf = ({
  token,
  run,
  clock,
  timeLimit,
  hurry,
}: CommentOptions): ClientOptions & RequestLimits => ({
  token,
  apiUrl: run.apiUrl,
  clock,
  endsAt: clock.now() + WHOLE_LIMIT_MS,
  ...(timeLimit === undefined ? {} : { timeLimit }),
  ...(hurry === undefined ? {} : { hurry }),
})

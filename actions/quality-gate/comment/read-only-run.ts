/** Runs whose token may not write comments, whatever their workflow says. */
import type { RunContext } from '@ecs-pipeline/action-kit'

const WAY_OUT =
  'Use `comment-from: workflow_run` in a second workflow: docs/quality-gate-comments.md.'

/**
 * Why no comment can be written, or `undefined` when it may be tried. A run of `pull_request_target` belongs to the base
 * repository and has its token, whoever has opened the pull request (GitHub Docs, 'Events that trigger workflows').
 */
export function readOnlyReason({
  eventName,
  pullRequest,
  actor,
}: Pick<RunContext, 'eventName' | 'pullRequest' | 'actor'>): string | undefined {
  if (eventName === 'pull_request_target') return undefined
  if (pullRequest?.isFork) {
    return `There is no comment on #${pullRequest.number}: it comes from a fork, and the token of its runs may only read. The verdict is the same without it. ${WAY_OUT}`
  }
  if (pullRequest && actor === 'dependabot[bot]') {
    return `There is no comment on #${pullRequest.number}: Dependabot has started the run, and GitHub gives it a token that may only read. The verdict is the same without it. ${WAY_OUT}`
  }
  return undefined
}

/** The options of a comment on #7 of octo-org/ledger, against GitHub's stand-in. */
import { readRunContext, type RunContext } from '@ecs-pipeline/action-kit'
import type { GitHubStandIn } from '../../../../../test/support/github-api.ts'
import type { CommentOptions, CommentOutcome } from '../../../comment/comment-on-run.ts'
import { testClock } from '../../../../../packages/action-kit/test/support/scripted-server.ts'
import { COMMIT } from './make-report.ts'

export const TOKEN = 'ghs_hush'

/** As the runner tells of a pull request from a branch of the same repository. */
export const makeRun = (apiUrl: string, changes: Partial<RunContext> = {}): RunContext => ({
  ...readRunContext({
    GITHUB_REPOSITORY: 'octo-org/ledger',
    GITHUB_RUN_ID: '42',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: apiUrl,
  }),
  pullRequest: {
    number: 7,
    sha: COMMIT,
    branch: 'topic',
    base: { sha: undefined, branch: 'main' },
    isFork: false,
  },
  ...changes,
})

export interface Told {
  readonly notices: string[]
  readonly warnings: string[]
}

export interface Ended {
  readonly outcome: CommentOutcome
  readonly github: GitHubStandIn
  readonly told: Told
}

export function makeOptions(
  run: RunContext,
  changes: Partial<CommentOptions> = {},
): { readonly options: CommentOptions; readonly told: Told } {
  const told: Told = { notices: [], warnings: [] }
  const options: CommentOptions = {
    mode: 'always',
    key: 'ledger',
    token: TOKEN,
    run,
    clock: testClock(),
    notice: (text) => told.notices.push(text),
    warning: (text) => told.warnings.push(text),
    ...changes,
  }
  return { options, told }
}

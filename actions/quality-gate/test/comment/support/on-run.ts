/** One comment on #7 of octo-org/ledger, written over real connections to GitHub's stand-in. */
import { afterEach } from '@jest/globals'
import type { RunContext } from '@ecs-pipeline/action-kit'
import {
  startGitHub,
  type GitHubOptions,
  type GitHubStandIn,
} from '../../../../../test/support/github-api.ts'
import { commentOnRun, type CommentOptions } from '../../../comment/comment-on-run.ts'
import { markerOf, runLineOf, type RunMark } from '../../../comment/marker.ts'
import type { GateReport } from '../../../report.ts'
import { makeOptions, makeRun, type Ended } from './make-options.ts'
import { makeReport } from './make-report.ts'

export const BOT = 'github-actions[bot]'
export const MARKER = markerOf('ledger')
export const COMMENTS = '/api/v3/repos/octo-org/ledger/issues/7/comments'
export const FIRST_PAGE = `GET ${COMMENTS}?page=1&per_page=100`
export const OLDER: RunMark = { id: '41', attempt: '1', commit: 'b'.repeat(40), startedAt: 1 }

export const bodyFor = (run: RunMark, text = 'an older verdict'): string =>
  `${MARKER}\n${runLineOf(run)}\n\n${text}`

let github: GitHubStandIn | undefined
afterEach(async () => {
  await github?.close()
  github = undefined
})

export interface Case {
  readonly on?: GitHubOptions
  readonly report?: GateReport
  readonly run?: Partial<RunContext>
  readonly options?: Partial<CommentOptions>
}

export async function comment({ on, report = makeReport(), run, options }: Case): Promise<Ended> {
  const running = await startGitHub(on)
  github = running
  const made = makeOptions(makeRun(running.apiUrl, run), options)
  const outcome = await commentOnRun(report, made.options)
  return { outcome, github: running, told: made.told }
}

export const writes = ({ requests }: GitHubStandIn): readonly string[] =>
  requests.filter((each) => !each.startsWith('GET') && !each.includes('graphql'))

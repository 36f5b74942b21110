/** A saved report in a real file, told on #7 of octo-org/ledger over real connections to GitHub's stand-in. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from '@jest/globals'
import type { RunContext, WorkflowRun } from '@ecs-pipeline/action-kit'
import {
  startGitHub,
  type GitHubOptions,
  type GitHubStandIn,
  type KeptPullRequest,
} from '../../../../../test/support/github-api.ts'
import type { CommentOptions } from '../../../comment/comment-on-run.ts'
import { commentFromSavedReport } from '../../../comment/from-saved-report.ts'
import { makeOptions, makeRun, type Ended } from './make-options.ts'
import { brokenReport, COMMIT } from './make-report.ts'

const FORK = 'mallory/ledger'
const WORKFLOW_RUN: WorkflowRun = {
  id: '40',
  attempt: '2',
  event: 'pull_request',
  headSha: COMMIT,
  headRepository: FORK,
}
export const OPEN: KeptPullRequest = { number: 7, state: 'open', sha: COMMIT, repository: FORK }
/** Of somebody else, who stands at another commit. */
const FOREIGN: KeptPullRequest = {
  ...OPEN,
  number: 8,
  sha: 'f'.repeat(40),
  repository: 'eve/ledger',
}

let folder = ''
/** Where the report of the other run was downloaded to. */
export const reportFile = (): string => join(folder, 'report.json')
let github: GitHubStandIn | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saved-report-'))
})
afterEach(async () => {
  await github?.close()
  github = undefined
  await rm(folder, { recursive: true })
})

export interface Case {
  readonly on?: GitHubOptions
  readonly run?: Partial<RunContext>
  readonly workflowRun?: Partial<WorkflowRun>
  readonly options?: Partial<CommentOptions>
}

export async function comment({ on, run, workflowRun, options }: Case = {}): Promise<Ended> {
  const running = await startGitHub({ pullRequests: [OPEN, FOREIGN], ...on })
  github = running
  const made = makeOptions(
    makeRun(running.apiUrl, {
      eventName: 'workflow_run',
      pullRequest: undefined,
      workflowRun: { ...WORKFLOW_RUN, ...workflowRun },
      ...run,
    }),
    options,
  )
  const outcome = await commentFromSavedReport(reportFile(), made.options)
  return { outcome, github: running, told: made.told }
}

export const save = (report: unknown): Promise<void> =>
  writeFile(reportFile(), JSON.stringify(report))

/** A report with one member that is not as it should be. */
export const changed = (changes: object): object => ({ ...brokenReport(), ...changes })

export async function expectRefused(words: RegExp, changes: Case = {}): Promise<GitHubStandIn> {
  const { outcome, github: on } = await comment(changes)
  expect(outcome).toEqual({ kind: 'refused', why: expect.stringMatching(words) })
  expect(on.comments).toEqual([])
  return on
}

/**
 * The comment for a pull request whose own run may not write one. A second workflow, started by the end of the first
 * (`workflow_run`), has the token; the first one has the report. The report is data of strangers, and which pull request
 * it belongs to is asked of GitHub.
 */
import {
  apiProblem,
  readPullRequest,
  type PullRequestNow,
  type WorkflowRun,
} from '@ecs-pipeline/action-kit'
import { deliver, requestsOf, type CommentOptions, type CommentOutcome } from './comment-on-run.ts'
import { UnreadableReport } from './saved-report/members.ts'
import { openReport } from './saved-report/open-report.ts'
import { readSavedReport, type SavedReport } from './saved-report/read-saved-report.ts'

/**
 * `path`: the report.json that an earlier step has downloaded. Never throws. `refused` is meant to turn the step red:
 * somebody has to look at the workflow, or at the report.
 */
export async function commentFromSavedReport(
  path: string,
  options: CommentOptions,
): Promise<CommentOutcome> {
  const { run, mode } = options
  const { workflowRun, repository } = run
  if (mode === 'never') return { kind: 'skipped', why: 'The comment is turned off.' }
  if (run.eventName !== 'workflow_run' || !workflowRun || repository === undefined) {
    return refused(
      `\`comment-from: workflow_run\` is for runs of the event workflow_run, and this is one of ${run.eventName ?? 'no event'}`,
    )
  }
  if (workflowRun.event !== 'pull_request') {
    return skipped(
      options,
      `The run before this one was of the event ${workflowRun.event}: there is no pull request to comment on.`,
    )
  }
  const report = await savedReport(path)
  if (typeof report === 'string') return refused(`The report ${path} cannot be used: ${report}`)
  const problem = commitProblem(report, workflowRun)
  if (problem !== undefined) return refused(problem)
  return commentOnProven(report, { ...options, workflowRun, repository })
}

/** The report, or why there is none. */
async function savedReport(path: string): Promise<SavedReport | string> {
  try {
    return readSavedReport(await openReport(path))
  } catch (error) {
    return error instanceof UnreadableReport ? error.message : 'it cannot be read'
  }
}

interface Proving extends CommentOptions {
  readonly workflowRun: WorkflowRun
  readonly repository: string
}

/** GitHub has to say that the pull request stands at the commit of the run, and in the same repository. */
async function commentOnProven(report: SavedReport, proving: Proving): Promise<CommentOutcome> {
  const { workflowRun, repository, run, key, warning } = proving
  const { told, pullRequest: number } = report
  let now: PullRequestNow
  try {
    now = await readPullRequest(number, { ...requestsOf(proving), repository })
  } catch (error) {
    const why = apiProblem(error, {
      failed: `GitHub does not show the pull request #${number} that the report names`,
      denied:
        'There is none, or the token may not see it: add `permissions: pull-requests: write` to the job.',
    })
    warning(why)
    return { kind: 'failed', why }
  }
  if (!now.isOpen) return skipped(proving, `#${number} is closed: there is no comment.`)
  const problem = headProblem(now, number, workflowRun)
  if (problem !== undefined) return refused(problem)
  const { id, attempt, headSha: commit, headRepository } = workflowRun
  return deliver(told, number, {
    ...proving,
    frame: {
      key,
      serverUrl: run.serverUrl,
      repository,
      commit,
      runUrl: `${run.serverUrl}/${repository}/actions/runs/${id}`,
      run: { id, attempt, commit, startedAt: told.startedAt },
      origin:
        headRepository === repository
          ? 'These numbers come from a run of the code of this pull request.'
          : `These numbers come from a run of code of the fork ${headRepository ?? ''}, and that code could have made them up.`,
    },
  })
}

const commitProblem = ({ commit }: SavedReport, { headSha }: WorkflowRun): string | undefined =>
  commit === headSha
    ? undefined
    : `The report tells of another commit than the run that it came from (${headSha}). It is not of that run, or forged`

function headProblem(
  { head }: PullRequestNow,
  number: number,
  { headSha, headRepository }: WorkflowRun,
): string | undefined {
  if (head.sha !== headSha) {
    return `#${number} stands at ${head.sha}, and the run was of ${headSha}. Either something was pushed since, and the newer run will comment, or the report names a pull request that is not its own`
  }
  if (headRepository === undefined || head.repository !== headRepository) {
    return `#${number} comes from ${head.repository ?? 'a repository that is gone'}, and the run was of ${headRepository ?? 'a repository that is gone'}. The report names a pull request that is not its own`
  }
  return undefined
}

const refused = (why: string): CommentOutcome => ({
  kind: 'refused',
  why: `No comment was written. ${why}.`,
})

function skipped({ notice }: CommentOptions, why: string): CommentOutcome {
  notice(why)
  return { kind: 'skipped', why }
}

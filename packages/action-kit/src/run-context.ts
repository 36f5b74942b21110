import { readFileSync } from 'node:fs'

/** What the runner says about the run. The only reader of the environment; every member may be missing. */

export interface RunnerFiles {
  readonly summary: string | undefined
  readonly output: string | undefined
}

export interface PullRequest {
  readonly number: number
  /** The commit that was pushed, not GitHub's merge of it. */
  readonly sha: string
  readonly branch: string | undefined
  /** The commit and the branch that it is to be merged into. */
  readonly base: { readonly sha: string | undefined; readonly branch: string | undefined }
  /** From another repository: its token may only read, and its author may be anybody. */
  readonly isFork: boolean
}

/** The run that an event `workflow_run` speaks of. GitHub has written it, not the code that ran. */
export interface WorkflowRun {
  readonly id: string
  readonly attempt: string
  /** What started it: `pull_request`, `push` … */
  readonly event: string
  readonly headSha: string
  /** `owner/name`; `undefined` when the fork is gone. */
  readonly headRepository: string | undefined
}

export interface RunContext {
  /** `owner/name` */
  readonly repository: string | undefined
  /** The name of the workflow. */
  readonly workflow: string | undefined
  /** `GITHUB_SHA`; for a pull request its merge commit. */
  readonly commit: string | undefined
  /** When the pushed commit was made, ISO 8601 in UTC; known for pushes only. */
  readonly committedAt: string | undefined
  /** Of a run for a pull request. */
  readonly pullRequest: PullRequest | undefined
  /** Of a run that another run has started by its end. */
  readonly workflowRun: WorkflowRun | undefined
  /** The commit that the branch had before a push, or that a merge queue builds upon. */
  readonly before: string | undefined
  /** `main`; as the event says. */
  readonly defaultBranch: string | undefined
  /** `refs/heads/main` */
  readonly ref: string | undefined
  /** `push`, `workflow_dispatch` … */
  readonly eventName: string | undefined
  /** Who started the run. */
  readonly actor: string | undefined
  /** `https://github.com`, or that of a GitHub Enterprise Server; without a slash at its end. */
  readonly serverUrl: string
  /** `https://api.github.com`, or `https://HOST/api/v3`; without a slash at its end. */
  readonly apiUrl: string
  readonly runId: string | undefined
  readonly runAttempt: string | undefined
  readonly runUrl: string | undefined
  /** Where relative file names count from. */
  readonly workspace: string
  /** A folder that lives as long as the job. */
  readonly tempFolder: string | undefined
  readonly files: RunnerFiles
}

/** The members of the event's payload that something here reads; any of them may be missing. */
interface EventPayload {
  readonly before?: unknown
  readonly merge_group?: { readonly base_sha?: unknown } | null
  readonly head_commit?: { readonly timestamp?: unknown } | null
  readonly repository?: { readonly default_branch?: unknown } | null
  readonly workflow_run?: {
    readonly id?: unknown
    readonly run_attempt?: unknown
    readonly event?: unknown
    readonly head_sha?: unknown
    readonly head_repository?: { readonly full_name?: unknown } | null
  } | null
  readonly pull_request?: {
    readonly number?: unknown
    readonly head?: {
      readonly sha?: unknown
      readonly ref?: unknown
      readonly repo?: { readonly full_name?: unknown } | null
    } | null
    readonly base?: {
      readonly sha?: unknown
      readonly ref?: unknown
      readonly repo?: { readonly full_name?: unknown } | null
    } | null
  } | null
}

/** Of the event that started the run; whatever is odd about it is not known. */
function readEvent(file: string | undefined): EventPayload {
  if (file === undefined) return {}
  try {
    const event: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof event === 'object' && event !== null ? event : {}
  } catch {
    return {}
  }
}

/** `head_commit.timestamp` of a push. */
function committedAt({ head_commit: commit }: EventPayload): string | undefined {
  if (typeof commit?.timestamp !== 'string') return undefined
  const time = new Date(commit.timestamp)
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

function pullRequestOf({ pull_request: request }: EventPayload): PullRequest | undefined {
  const { number, head, base } = request ?? {}
  if (typeof number !== 'number' || typeof head?.sha !== 'string') return undefined
  return {
    number,
    sha: head.sha,
    branch: textOf(head.ref),
    base: { sha: textOf(base?.sha), branch: textOf(base?.ref) },
    // A fork that is gone has no repository any more.
    isFork: head.repo === null || head.repo?.full_name !== base?.repo?.full_name,
  }
}

function workflowRunOf({ workflow_run: run }: EventPayload): WorkflowRun | undefined {
  const { id, run_attempt: attempt, event, head_sha: headSha, head_repository: head } = run ?? {}
  const isWhole =
    Number.isSafeInteger(id) &&
    Number.isSafeInteger(attempt) &&
    typeof event === 'string' &&
    typeof headSha === 'string'
  if (!isWhole) return undefined
  return {
    id: String(id),
    attempt: String(attempt),
    event,
    headSha,
    headRepository: textOf(head?.full_name),
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** What a run of a push or of a merge queue has to be compared with; all zeros for a new branch. */
function beforeOf({ before, merge_group: group }: EventPayload): string | undefined {
  const sha = textOf(group?.base_sha) ?? textOf(before)
  return sha === undefined || /^0+$/.test(sha) ? undefined : sha
}

function defaultBranchOf({ repository }: EventPayload): string | undefined {
  const branch = repository?.default_branch
  return typeof branch === 'string' && branch !== '' ? branch : undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value)

const address = (value: string | undefined, usual: string): string =>
  (given(value) ?? usual).replace(/\/+$/, '')

export function readRunContext(environment: Environment = process.env): RunContext {
  const repository = given(environment['GITHUB_REPOSITORY'])
  const runId = given(environment['GITHUB_RUN_ID'])
  const serverUrl = address(environment['GITHUB_SERVER_URL'], 'https://github.com')
  const event = readEvent(given(environment['GITHUB_EVENT_PATH']))
  const hasRun = repository !== undefined && runId !== undefined
  return {
    repository,
    workflow: given(environment['GITHUB_WORKFLOW']),
    commit: given(environment['GITHUB_SHA']),
    committedAt: committedAt(event),
    pullRequest: pullRequestOf(event),
    workflowRun: workflowRunOf(event),
    before: beforeOf(event),
    defaultBranch: defaultBranchOf(event),
    ref: given(environment['GITHUB_REF']),
    eventName: given(environment['GITHUB_EVENT_NAME']),
    actor: given(environment['GITHUB_ACTOR']),
    serverUrl,
    apiUrl: address(environment['GITHUB_API_URL'], 'https://api.github.com'),
    runId,
    runAttempt: given(environment['GITHUB_RUN_ATTEMPT']),
    runUrl: hasRun ? `${serverUrl}/${repository}/actions/runs/${runId}` : undefined,
    workspace: given(environment['GITHUB_WORKSPACE']) ?? process.cwd(),
    tempFolder: given(environment['RUNNER_TEMP']),
    files: {
      summary: given(environment['GITHUB_STEP_SUMMARY']),
      output: given(environment['GITHUB_OUTPUT']),
    },
  }
}

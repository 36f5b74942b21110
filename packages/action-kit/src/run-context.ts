/** What the runner says about the run. The only reader of the environment; every member may be missing. */

export interface RunnerFiles {
  readonly summary: string | undefined
  readonly output: string | undefined
}

export interface RunContext {
  /** `owner/name` */
  readonly repository: string | undefined
  /** `GITHUB_SHA`; for a pull request its merge commit. */
  readonly commit: string | undefined
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

type Environment = Readonly<Record<string, string | undefined>>

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value)

const address = (value: string | undefined, usual: string): string =>
  (given(value) ?? usual).replace(/\/+$/, '')

export function readRunContext(environment: Environment = process.env): RunContext {
  const repository = given(environment['GITHUB_REPOSITORY'])
  const runId = given(environment['GITHUB_RUN_ID'])
  const serverUrl = address(environment['GITHUB_SERVER_URL'], 'https://github.com')
  const hasRun = repository !== undefined && runId !== undefined
  return {
    repository,
    commit: given(environment['GITHUB_SHA']),
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

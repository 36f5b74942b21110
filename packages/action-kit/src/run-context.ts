/** What the runner says about the run. The only reader of the environment; every member may be missing. */

export interface RunnerFiles {
  readonly summary: string | undefined
  readonly output: string | undefined
}

export interface RunContext {
  /** `owner/name` */
  readonly repository: string | undefined
  readonly commit: string | undefined
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

export function readRunContext(environment: Environment = process.env): RunContext {
  const repository = given(environment['GITHUB_REPOSITORY'])
  const runId = given(environment['GITHUB_RUN_ID'])
  const server = given(environment['GITHUB_SERVER_URL']) ?? 'https://github.com'
  const hasRun = repository !== undefined && runId !== undefined
  return {
    repository,
    commit: given(environment['GITHUB_SHA']),
    runId,
    runAttempt: given(environment['GITHUB_RUN_ATTEMPT']),
    runUrl: hasRun ? `${server}/${repository}/actions/runs/${runId}` : undefined,
    workspace: given(environment['GITHUB_WORKSPACE']) ?? process.cwd(),
    tempFolder: given(environment['RUNNER_TEMP']),
    files: {
      summary: given(environment['GITHUB_STEP_SUMMARY']),
      output: given(environment['GITHUB_OUTPUT']),
    },
  }
}

/** What GitHub shows as a deployment: on the commit, the pull request and the environment's page. */
import { cut, oneLine, webAddress } from '../foreign-text.ts'
import { apiProblem } from './api-problem.ts'
import { githubClient, ownerAndName, type ClientOptions } from './client.ts'
import { limited, patiently, type RequestLimits } from './request-limits.ts'

/** The states of a deployment that we set (GitHub REST API, 'Create a deployment status'). */
export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

/**
 * The state for each outcome of a run. `failure`: the release is bad or may be. `error`: nothing is known about the
 * release, because it was not deployed or not watched to its end. `in_progress`: it was left to go on alone.
 */
export const DEPLOYMENT_STATE = {
  deployed: 'success',
  'deployed-idle': 'success',
  'no-change': 'success',
  // A run without a service creates no deployment.
  registered: 'inactive',
  unwatched: 'in_progress',
  'rolled-back': 'failure',
  'rollback-failed': 'failure',
  'failed-no-rollback': 'failure',
  'timed-out': 'failure',
  superseded: 'error',
  'monitoring-lost': 'error',
  cancelled: 'error',
  refused: 'error',
} as const satisfies Record<string, DeploymentState>

export interface DeploymentOptions extends ClientOptions, RequestLimits {
  /** `owner/name` */
  readonly repository: string
  readonly commit: string
  readonly environment: string
  /** Where to look at what was deployed. */
  readonly environmentUrl: string | undefined
  readonly runUrl: string | undefined
  /** Told the number as soon as there is one, so that it outlives the process. */
  readonly created?: (id: number) => void
  /** Told why something is not on GitHub. Nothing here is ever an error of the run. */
  readonly caveat: (text: string) => void
}

export interface DeploymentRecord {
  /** `undefined` when it could not be created; then nothing more is sent. */
  readonly id: number | undefined
  /** Never throws. */
  set(state: DeploymentState, description: string): Promise<void>
}

/** 'The maximum description length is 140 characters.' */
const LONGEST_DESCRIPTION = 140
const MISSING_PERMISSION =
  'The token may not write deployments: add `permissions: deployments: write` to the job. Pull requests from forks never get it.'

const deploymentProblem = (error: unknown, what: string): string =>
  apiProblem(error, { failed: `GitHub does not show ${what}`, denied: MISSING_PERMISSION })

/** Creates the deployment and says that it is in progress. Never throws. */
export async function startDeployment(options: DeploymentOptions): Promise<DeploymentRecord> {
  const record = await recordOf(options, (api) => api.create())
  if (record.id !== undefined) options.created?.(record.id)
  await record.set('in_progress', 'The deployment is under way.')
  return record
}

/** One that an earlier process of the step created. Never throws. */
export const resumeDeployment = (
  options: DeploymentOptions,
  id: number,
): Promise<DeploymentRecord> => recordOf(options, () => Promise.resolve(id))

async function recordOf(
  options: DeploymentOptions,
  idOf: (api: DeploymentsApi) => Promise<number>,
): Promise<DeploymentRecord> {
  const { repository, environment, caveat } = options
  const where = `the deployment of ${repository} to the environment ${environment}`
  try {
    const api = await deploymentsApi(options)
    const id = await idOf(api)
    return {
      id,
      async set(state, description) {
        try {
          // A state may be set twice; a deployment may not be created twice, so that creating it is tried once.
          await patiently(options, () => api.setStatus(id, state, description))
        } catch (error) {
          caveat(deploymentProblem(error, `the state ${state} of ${where}`))
        }
      },
    }
  } catch (error) {
    caveat(deploymentProblem(error, where))
    return { id: undefined, set: () => Promise.resolve() }
  }
}

interface DeploymentsApi {
  create(): Promise<number>
  setStatus(id: number, state: DeploymentState, description: string): Promise<void>
}

async function deploymentsApi(options: DeploymentOptions): Promise<DeploymentsApi> {
  const { repository, commit, environment } = options
  const octokit = await githubClient(options)
  const logUrl = webAddress(options.runUrl)
  const environmentUrl = webAddress(options.environmentUrl)
  return {
    async create() {
      const { data } = await octokit.rest.repos.createDeployment({
        ...ownerAndName(repository),
        ref: commit,
        environment,
        // The commit is deployed as it is, and while the job that waits for checks is itself one of them.
        auto_merge: false,
        required_contexts: [],
        request: limited(options),
      })
      // Status 202, which comes with `auto_merge` only, has a message instead.
      if ('id' in data) return data.id
      throw new Error(data.message ?? 'GitHub created no deployment')
    },
    async setStatus(id, state, description) {
      await octokit.rest.repos.createDeploymentStatus({
        ...ownerAndName(repository),
        deployment_id: id,
        state,
        description: cut(oneLine(description), LONGEST_DESCRIPTION),
        ...(logUrl === undefined ? {} : { log_url: logUrl }),
        ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
        request: limited(options),
      })
    },
  }
}

/** The client of GitHub's API. Only runs that ask GitHub for something pay for loading it. */
import type { getOctokit } from '@actions/github'
import { log } from '../log.ts'

export interface ClientOptions {
  readonly token: string
  /** Of the run context, so that it is the right one on GitHub Enterprise Server too. */
  readonly apiUrl: string
}

export type GitHubClient = ReturnType<typeof getOctokit>

export async function githubClient({ token, apiUrl }: ClientOptions): Promise<GitHubClient> {
  const { getOctokit: clientOf } = await import('@actions/github')
  const { debug } = log
  return clientOf(token, {
    baseUrl: apiUrl,
    userAgent: 'ecs-pipeline',
    log: { debug, info: debug, warn: debug, error: debug },
  })
}

/** `owner/name` in its parts, as the client wants them. */
export function ownerAndName(repository: string): {
  readonly owner: string
  readonly repo: string
} {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

/** A pull request as it is now, whatever a report or an event has said about it. */
import { githubClient, ownerAndName, type ClientOptions } from './client.ts'
import { limited, patiently, type RequestLimits } from './request-limits.ts'

export interface PullRequestNow {
  readonly isOpen: boolean
  readonly head: {
    readonly sha: string
    /** `owner/name`; `undefined` when the fork is gone. */
    readonly repository: string | undefined
  }
}

export interface PullRequestOptions extends ClientOptions, RequestLimits {
  /** `owner/name` */
  readonly repository: string
}

/** Throws what `apiProblem` can explain. */
export async function readPullRequest(
  number: number,
  options: PullRequestOptions,
): Promise<PullRequestNow> {
  const octokit = await githubClient(options)
  const { data } = await patiently(options, () =>
    octokit.rest.pulls.get({
      ...ownerAndName(options.repository),
      pull_number: number,
      request: limited(options),
    }),
  )
  // The types do not say so, but a fork that is gone has no repository any more.
  const repository: { readonly full_name: string } | null = data.head.repo
  return {
    isOpen: data.state === 'open',
    head: { sha: data.head.sha, repository: repository?.full_name },
  }
}

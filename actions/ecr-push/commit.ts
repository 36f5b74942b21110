import type { RunContext } from '@ecs-pipeline/action-kit'
import type { Commit } from '@ecs-pipeline/image'
import { refused } from './ending.ts'

/** What the run is about, as far as tags are made of it. Throws when nobody can say which commit is built. */
export function commitOf({ commit, ref = '', pullRequest, defaultBranch }: RunContext): Commit {
  // GitHub's merge of a pull request is a commit that nobody has seen and that is gone tomorrow.
  const sha = pullRequest?.sha ?? commit
  if (sha === undefined) {
    throw refused('GITHUB_SHA is not set, so that no tag can name the commit.')
  }
  const branch = pullRequest?.branch ?? afterPrefix(ref, 'refs/heads/')
  return {
    sha,
    branch,
    tag: afterPrefix(ref, 'refs/tags/'),
    pullRequest: pullRequest?.number,
    isDefaultBranch:
      pullRequest === undefined && branch !== undefined && branch === (defaultBranch ?? 'main'),
  }
}

const afterPrefix = (text: string, prefix: string): string | undefined =>
  text.startsWith(prefix) ? text.slice(prefix.length) : undefined

/** GitHub as far as comments on pull requests go: it keeps them, pages them, and fails where a test says so. */
import {
  startServer,
  type Answer,
  type Seen,
} from '../../packages/action-kit/test/support/scripted-server.ts'

export interface KeptComment {
  readonly id: number
  readonly author: string | undefined
  body: string
}

export interface KeptPullRequest {
  readonly number: number
  readonly state: 'open' | 'closed'
  readonly sha: string
  /** `undefined`: the fork is gone. */
  readonly repository: string | undefined
}

export interface GitHubOptions {
  readonly comments?: readonly Omit<KeptComment, 'id'>[]
  readonly pullRequests?: readonly KeptPullRequest[]
  /** Who the token is. */
  readonly login?: string
  /** An answer in place of the usual one; it may change `comments` first. */
  readonly fault?: (seen: Seen, github: GitHubStandIn) => Answer | undefined
}

export interface GitHubStandIn {
  readonly apiUrl: string
  /** The oldest first. */
  readonly comments: readonly KeptComment[]
  /** `METHOD path`, in order. */
  readonly requests: readonly string[]
  /** As another run or person would write it in this moment. */
  add(author: string, body: string): KeptComment
  close(): Promise<void>
}

const REPOSITORY = '/api/v3/repos/octo-org/ledger'
const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found', status: '404' } }

const shown = ({ id, author, body }: KeptComment): object => ({
  id,
  user: author === undefined ? null : { login: author },
  body,
})

/** Of the repository `octo-org/ledger`; every pull request has the same comments. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const { pullRequests = [], login = 'github-actions[bot]', fault } = options
  const comments: KeptComment[] = []
  const requests: string[] = []
  const add = (author: string | undefined, body: string): KeptComment => {
    const comment = { id: 1001 + comments.length, author, body }
    comments.push(comment)
    return comment
  }
  for (const { author, body } of options.comments ?? []) add(author, body)

  const usual = ({ method, path, body }: Seen): Answer => {
    const { pathname, searchParams } = new URL(path, 'http://github')
    if (pathname === '/api/graphql') return { status: 200, body: { data: { viewer: { login } } } }
    const pull = /\/pulls\/(\d+)$/.exec(pathname)?.[1]
    if (pull !== undefined) return pullRequest(Number(pull))
    const sent = body === '' ? '' : (JSON.parse(body) as { readonly body: string }).body
    if (/\/issues\/\d+\/comments$/.test(pathname) && pathname.startsWith(REPOSITORY)) {
      if (method === 'POST') return { status: 201, body: shown(add(login, sent)) }
      return page(pathname, Number(searchParams.get('page')), Number(searchParams.get('per_page')))
    }
    const id = /\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]
    const kept = comments.find((each) => String(each.id) === id)
    if (method !== 'PATCH' || !kept) return NOT_FOUND
    kept.body = sent
    return { status: 200, body: shown(kept) }
  }

  const page = (pathname: string, number: number, size: number): Answer => {
    const hasNext = comments.length > number * size
    return {
      status: 200,
      body: comments.slice((number - 1) * size, number * size).map(shown),
      headers: hasNext
        ? {
            link: `<https://github${pathname}?page=${number + 1}>; rel="next", <https://github/>; rel="last"`,
          }
        : {},
    }
  }

  const pullRequest = (number: number): Answer => {
    const found = pullRequests.find((each) => each.number === number)
    if (!found) return NOT_FOUND
    const { state, sha, repository } = found
    const repo = repository === undefined ? null : { full_name: repository }
    return { status: 200, body: { number, state, head: { sha, repo } } }
  }

  const server = await startServer((seen) => {
    requests.push(`${seen.method} ${seen.path}`)
    return fault?.(seen, github) ?? usual(seen)
  })
  const github: GitHubStandIn = {
    apiUrl: `${server.url}/api/v3`,
    comments,
    requests,
    add,
    close: () => server.close(),
  }
  return github
}

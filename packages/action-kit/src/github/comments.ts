/** The comments of a pull request, as the API has them. Which of them is whose, and what it says, is the caller's. */
import { githubClient, ownerAndName, type ClientOptions } from './client.ts'
import { limited, patiently, type RequestLimits } from './request-limits.ts'

export interface StoredComment {
  readonly id: number
  /** The login; `undefined` when the account is gone. */
  readonly author: string | undefined
  readonly body: string
}

export interface CommentPage {
  readonly comments: readonly StoredComment[]
  readonly isLast: boolean
}

/** Every member throws what {@link apiProblem} can explain. */
export interface Comments {
  /** From 1, the oldest first, a hundred each. */
  list(page: number): Promise<CommentPage>
  /** Its id. Sent once: what was lost on the way back may have been created. */
  create(body: string): Promise<number>
  update(id: number, body: string): Promise<void>
  /** Who the token is, as `author` names it; `undefined` when GitHub does not say. */
  login(): Promise<string | undefined>
}

export interface CommentsOptions extends ClientOptions, RequestLimits {
  /** `owner/name` */
  readonly repository: string
  readonly pullRequest: number
}

const PAGE_SIZE = 100

export async function pullRequestComments(options: CommentsOptions): Promise<Comments> {
  const octokit = await githubClient(options)
  const { issues } = octokit.rest
  const repository = ownerAndName(options.repository)
  // A pull request is an issue where it is talked about.
  const where = { ...repository, issue_number: options.pullRequest }
  return {
    list: (page) =>
      patiently(options, async () => {
        const { data, headers } = await issues.listComments({
          ...where,
          page,
          per_page: PAGE_SIZE,
          request: limited(options),
        })
        return {
          comments: data.map(({ id, user, body }) => ({
            id,
            author: user?.login,
            body: body ?? '',
          })),
          isLast: !/\brel="next"/.test(headers.link ?? ''),
        }
      }),
    async create(body) {
      const { data } = await issues.createComment({ ...where, body, request: limited(options) })
      return data.id
    },
    async update(id, body) {
      await patiently(options, () =>
        issues.updateComment({ ...repository, comment_id: id, body, request: limited(options) }),
      )
    },
    async login() {
      // `GET /user` is refused to the token of a run; the viewer of GraphQL is `NAME[bot]` for it.
      const { viewer } = await patiently(options, () =>
        octokit.graphql<{ readonly viewer?: { readonly login?: unknown } | null }>(
          'query { viewer { login } }',
          { request: limited(options) },
        ),
      )
      return typeof viewer?.login === 'string' ? viewer.login : undefined
    },
  }
}

/** Puts one comment on a pull request and keeps it there: found again by its marker and its author, and overwritten. */
import type { Comments, StoredComment } from '@ecs-pipeline/action-kit'
import { hasMarker, isNewer, runOf, type RunMark } from './marker.ts'

/** `on-failure`: one is made when the gate has not passed, and kept true afterwards. */
export type CommentMode = 'never' | 'on-failure' | 'always'

export interface CommentText {
  readonly body: string
  /** Its first line. */
  readonly marker: string
  readonly run: RunMark
  /** Whether one is made where there is none. */
  readonly mayCreate: boolean
  /** Where people read the comment of this id. */
  readonly addressOf: (id: number) => string
}

/** `outrun`: the comment tells of a newer run already. `not-needed`: there is none, and none is wanted. */
export type Posted = 'created' | 'updated' | 'unchanged' | 'outrun' | 'not-needed'

/** The author of what a workflow writes with its own token. */
const WORKFLOW_LOGIN = 'github-actions[bot]'

/** Three thousand comments; beyond, a second one would be made by every run, because the first is not seen. */
const MOST_PAGES = 30

/** Throws what the API does not take. */
export async function postComment(comments: Comments, text: CommentText): Promise<Posted> {
  const own = await ownComments(comments, text.marker)
  if (own.length > 0) return settle(comments, own, text)
  if (!text.mayCreate) return 'not-needed'
  await comments.create(text.body)
  await settleRace(comments, text)
  return 'created'
}

/** The oldest first. Somebody else's comment with our marker is theirs, whatever it says. */
async function ownComments(comments: Comments, marker: string): Promise<readonly StoredComment[]> {
  const marked: StoredComment[] = []
  for (let page = 1; ; page++) {
    if (page > MOST_PAGES) throw new Error(`more than ${MOST_PAGES * 100} comments to look through`)
    const found = await comments.list(page)
    marked.push(...found.comments.filter(({ body }) => hasMarker(body, marker)))
    if (found.isLast) break
  }
  const isByOthers = marked.some(({ author }) => author !== WORKFLOW_LOGIN)
  const login = isByOthers ? await comments.login() : undefined
  return marked
    .filter(({ author }) => author !== undefined && (author === WORKFLOW_LOGIN || author === login))
    .sort((a, b) => a.id - b.id)
}

/** Leaves one comment that tells of the newest run: the oldest, which people may have linked to. */
async function settle(
  comments: Comments,
  own: readonly StoredComment[],
  { body, run, addressOf }: CommentText,
): Promise<Posted> {
  const isOutrun = own.some((comment) => {
    const told = runOf(comment.body)
    return told !== undefined && isNewer(told, run)
  })
  // That run settles the duplicates, too.
  if (isOutrun) return 'outrun'
  const [kept, ...duplicates] = own
  if (!kept) return 'not-needed'
  const isSame = sameText(kept.body, body)
  if (!isSame) await comments.update(kept.id, body)
  for (const { id } of duplicates) {
    // Without the marker it is not looked at again.
    await comments.update(
      id,
      `The quality gate is told of in [another comment](${addressOf(kept.id)}).`,
    )
  }
  return isSame ? 'unchanged' : 'updated'
}

/** Another run may have made one in the same moment. Ours is there; that there are two is not worth a warning. */
async function settleRace(comments: Comments, text: CommentText): Promise<void> {
  try {
    const own = await ownComments(comments, text.marker)
    if (own.length > 1) await settle(comments, own, text)
  } catch {
    // The next run does it.
  }
}

const sameText = (a: string, b: string): boolean => normal(a) === normal(b)

const normal = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd()

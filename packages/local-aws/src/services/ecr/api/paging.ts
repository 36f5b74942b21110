import { invalidParameter } from '../errors.ts'
import { checkRange } from './checks.ts'

interface PageRequest {
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextToken?: string
}

/**
 * One page of `items`, ordered by `keyOf`, which has to differ for each. The token holds the last key given, so
 * that nothing is left out when items come and go between two pages. Default 100, at most `most`, as ECR's.
 */
export function pageOf<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  request: PageRequest,
  most = 1000,
): Page<Item> {
  checkRange('maxResults', request.maxResults, 1, most)
  const last = lastKey(request.nextToken)
  const rest = [...items]
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => last === undefined || key > last)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const page = rest.slice(0, request.maxResults ?? 100)
  const end = page.at(-1)
  return {
    items: page.map(({ item }) => item),
    ...(end && page.length < rest.length ? { nextToken: tokenFor(end.key) } : {}),
  }
}

/** ECR pages only through everything, not through what was named. Unproven wording. */
export function refusePaging(named: string, request: PageRequest): void {
  const parameter =
    request.nextToken !== undefined
      ? 'nextToken'
      : request.maxResults !== undefined
        ? 'maxResults'
        : undefined
  if (parameter === undefined) return
  throw invalidParameter(parameter, `This option cannot be used when you specify ${named}`)
}

const tokenFor = (key: string): string => Buffer.from(JSON.stringify([key])).toString('base64url')

function lastKey(token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  try {
    const [key] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[]
    if (typeof key === 'string') return key
  } catch {
    // Falls through to the one answer for every token that is not ours.
  }
  throw invalidParameter('nextToken', 'Invalid nextToken')
}

import { invalidParameter } from './model.ts'

/** API_ListTopics, API_ListSubscriptions. */
const PAGE_SIZE = 100

/** One page of `items`, and the token of the next if there is one. */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
): { readonly items: Item[]; readonly NextToken: string | undefined } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString())
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('NextToken')
  const to = from + PAGE_SIZE
  return {
    items: items.slice(from, to),
    NextToken: items.length > to ? Buffer.from(String(to)).toString('base64') : undefined,
  }
}

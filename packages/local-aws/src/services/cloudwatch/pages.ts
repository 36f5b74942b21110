import { invalidToken } from './errors.ts'

/** A token says how many items earlier pages held. Throws InvalidNextToken for one that is not ours. */
export function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0
  const text = Buffer.from(token, 'base64').toString()
  const [, offset] = /^after (\d+)$/.exec(text) ?? []
  if (offset === undefined) throw invalidToken()
  return Number(offset)
}

export const tokenOf = (offset: number): string => Buffer.from(`after ${offset}`).toString('base64')

/** One page of `items`, and the token of the next if there is one. */
export function pageOf<Item>(
  items: readonly Item[],
  size: number,
  token: string | undefined,
): { readonly items: Item[]; readonly NextToken: string | undefined } {
  const from = offsetOf(token)
  const to = from + size
  return { items: items.slice(from, to), NextToken: items.length > to ? tokenOf(to) : undefined }
}

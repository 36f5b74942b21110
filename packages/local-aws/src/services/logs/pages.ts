import { invalidParameter } from './store.ts'

/** One page of `items`; the token says where the next one starts. Throws InvalidParameterException. */
export function pageOf<Item>(
  items: readonly Item[],
  nextToken: string | undefined,
  limit: number | undefined,
  most: number,
): { readonly items: Item[]; readonly nextToken?: string } {
  const size = limit ?? most
  if (size < 1 || size > most) throw invalidParameter(`limit must be between 1 and ${most}.`)
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url'))
  if (!Number.isInteger(from) || from < 0)
    throw invalidParameter('The specified nextToken is invalid.')
  const end = from + size
  const page = items.slice(from, end)
  if (end >= items.length) return { items: page }
  return { items: page, nextToken: Buffer.from(String(end)).toString('base64url') }
}

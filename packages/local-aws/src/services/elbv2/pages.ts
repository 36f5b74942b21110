import { invalid } from './errors.ts'

/** One page of a list, and the marker of the next; `size` is 1 to 400, as Elastic Load Balancing allows. */
export function pageOf<Item>(
  items: readonly Item[],
  marker: string | undefined,
  size = 400,
): { readonly items: Item[]; readonly NextMarker: string | undefined } {
  if (size < 1 || size > 400) throw invalid('PageSize must be between 1 and 400')
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString())
  if (!Number.isInteger(start) || start < 0) throw invalid('The marker is not valid')
  const end = start + size
  const NextMarker = end < items.length ? Buffer.from(String(end)).toString('base64') : undefined
  return { items: items.slice(start, end), NextMarker }
}

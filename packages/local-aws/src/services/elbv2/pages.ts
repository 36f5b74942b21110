import { invalid } from './errors.ts'

/** One page of a list, and the marker of the next; `size` has been checked to be 1 to 400. */
export function pageOf<Item>(
  items: readonly Item[],
  marker: string | undefined,
  size = 400,
): { readonly items: Item[]; readonly NextMarker: string | undefined } {
  // Text that is no base64 decodes to nothing, which Number() takes for 0.
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString() || NaN)
  if (!Number.isInteger(start) || start < 0) throw invalid('Invalid marker')
  const end = start + size
  const NextMarker = end < items.length ? Buffer.from(String(end)).toString('base64') : undefined
  return { items: items.slice(start, end), NextMarker }
}

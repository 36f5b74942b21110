/** What the path of a registry request names. */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: string }

type Named = Exclude<Route, { kind: 'base' }>

/** Repository names have slashes too, so a path is read from its end. */
const PATTERNS: readonly [RegExp, (name: string, last: string) => Named][] = [
  [/^(.+)\/blobs\/uploads\/?()$/, (name) => ({ kind: 'uploads', name })],
  [/^(.+)\/blobs\/uploads\/([^/]+)$/, (name, id) => ({ kind: 'upload', name, id })],
  [/^(.+)\/blobs\/([^/]+)$/, (name, digest) => ({ kind: 'blob', name, digest })],
  [/^(.+)\/manifests\/([^/]+)$/, (name, reference) => ({ kind: 'manifest', name, reference })],
  [/^(.+)\/tags\/list()$/, (name) => ({ kind: 'tags', name })],
  [/^(.+)\/referrers\/([^/]+)$/, (name, digest) => ({ kind: 'referrers', name, digest })],
]

/** `undefined` when the path is none of the registry's. `path` is as sent, still percent-encoded. */
export function routeOf(path: string): Route | undefined {
  if (/^\/v2\/?$/.test(path)) return { kind: 'base' }
  const rest = /^\/v2\/(.+)$/.exec(decode(path))?.[1]
  if (rest === undefined) return undefined
  for (const [pattern, route] of PATTERNS) {
    const [, name, last] = pattern.exec(rest) ?? []
    if (name !== undefined) return route(name, last ?? '')
  }
  return undefined
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}

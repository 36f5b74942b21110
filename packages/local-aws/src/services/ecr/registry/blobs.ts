import { isDigest } from '../../../oci/digest.ts'
import { RegistryError, send } from './answers.ts'
import { methodNotAllowed, type Exchange } from './exchange.ts'

/**
 * HEAD of a layer or configuration, and GET, which sends the client on to a signed link that gives the bytes, all or a
 * range of them: ECR's is one of S3, here it is the registry's own. ECR does not delete single blobs.
 */
export function answerBlob(exchange: Exchange, digest: string): void {
  const { store, repository, request, response, method, url } = exchange
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed()
  if (!isDigest(digest)) throw new RegistryError(400, 'DIGEST_INVALID', `Invalid digest ${digest}`)
  const content = store.blobs.get(repository.name, digest)
  if (!content) throw new RegistryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry')

  if (method === 'GET' && !url.searchParams.has('signature')) {
    send(response, 307, { location: exchange.linkTo(url.pathname) })
    return
  }
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
  }
  const range = method === 'GET' ? rangeOf(request.headers.range, content.byteLength) : undefined
  if (!range) {
    send(response, 200, headers, content)
    return
  }
  const contentRange = `bytes ${range.first}-${range.last}/${content.byteLength}`
  const part = content.subarray(range.first, range.last + 1)
  send(response, 206, { ...headers, 'content-range': contentRange }, part)
}

/** The bytes asked for, both ends included; `undefined` for all. Throws 416 when there are none. */
function rangeOf(
  header: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || from + to === '') return undefined
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (first <= last) return { first, last }
  throw new RegistryError(416, 'BLOB_UNKNOWN', 'The range is not satisfiable', {
    'content-range': `bytes */${size}`,
  })
}

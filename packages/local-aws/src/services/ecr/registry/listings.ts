import { isDigest } from '../../../oci/digest.ts'
import { OCI_INDEX } from '../../../oci/media-types.ts'
import type { ImageRecord } from '../repository.ts'
import { RegistryError, send, sendJson } from './answers.ts'
import { methodNotAllowed, type Exchange } from './exchange.ts'

/** The tags in order; `n` and `last` in the query page through them, and Link names the next page. */
export function answerTags({ repository, response, method, url }: Exchange): void {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed()
  const last = url.searchParams.get('last') ?? ''
  const limit = limitIn(url)
  const rest = [...repository.tags.keys()].sort().filter((tag) => tag > last)
  const tags = rest.slice(0, limit)
  const end = tags.at(-1)
  const next =
    end !== undefined && tags.length < rest.length
      ? {
          link: `</v2/${repository.name}/tags/list?n=${limit}&last=${encodeURIComponent(end)}>; rel="next"`,
        }
      : {}
  sendJson(response, { name: repository.name, tags }, next)
}

/** What names `digest` as its subject (signatures, SBOMs), as an index; `artifactType` in the query filters. */
export function answerReferrers(
  { repository, response, method, url }: Exchange,
  digest: string,
): void {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed()
  if (!isDigest(digest)) throw new RegistryError(400, 'DIGEST_INVALID', `Invalid digest ${digest}`)
  const wanted = url.searchParams.get('artifactType')
  const manifests = [...repository.images.values()]
    .filter((image) => image.manifest.subject?.digest === digest)
    .map(referrer)
    .filter((each) => wanted === null || each.artifactType === wanted)
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests }
  const filtered = wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }
  send(response, 200, { 'content-type': OCI_INDEX, ...filtered }, JSON.stringify(index))
}

function referrer({ digest, content, manifest }: ImageRecord): {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly artifactType: string | undefined
  readonly annotations: Readonly<Record<string, string>> | undefined
} {
  return {
    mediaType: manifest.mediaType,
    digest,
    size: content.byteLength,
    artifactType: manifest.artifactType ?? manifest.config?.mediaType,
    annotations: manifest.annotations,
  }
}

function limitIn(url: URL): number {
  const text = url.searchParams.get('n')
  if (text === null) return Infinity
  if (/^\d+$/.test(text)) return Number(text)
  throw new RegistryError(400, 'PAGINATION_NUMBER_INVALID', `Invalid number of results ${text}`)
}

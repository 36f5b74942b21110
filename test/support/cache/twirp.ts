/** Cache service v2: Twirp with JSON (@actions/cache: generated/results/api/v1/cache.ts); its members in snake case. */
import type { Answer, Operation, Service } from './service.ts'

const PREFIX = '/twirp/github.actions.results.api.v1.CacheService/'

const METHODS: Readonly<Record<string, Operation>> = {
  GetCacheEntryDownloadURL: 'find',
  CreateCacheEntry: 'reserve',
  FinalizeCacheEntryUpload: 'finalise',
}

interface Asked {
  readonly key: string
  readonly version: string
  readonly restore_keys?: readonly string[]
  readonly size_bytes?: string
}

/** Twirp's codes, as far as the service has been seen to give them. */
const CODES: Readonly<Record<number, string>> = {
  401: 'unauthenticated',
  403: 'permission_denied',
  409: 'already_exists',
  429: 'resource_exhausted',
}

/** https://github.com/actions/cache/issues/1541 */
const TAKEN = 'cache entry with the same key, version, and scope already exists'

export const twirp: Service = {
  prefix: PREFIX,
  needsToken: true,
  operationOf: (method, path) =>
    method === 'POST' ? METHODS[path.slice(PREFIX.length)] : undefined,
  refuse: (status, message) => refused(status, message),
  answer({ operation, body, store }, entries, isTaken) {
    const asked = JSON.parse(body.toString('utf8')) as Asked
    const { key, version } = asked
    if (operation === 'find') {
      const entry = entries.find([key, ...(asked.restore_keys ?? [])], version)
      if (!entry) return json({ ok: false })
      const signed_download_url = `${store}/blobs/actions-cache/${entry.id}?sig=secret-of-download`
      return json({ ok: true, signed_download_url, matched_key: entry.key })
    }
    if (operation === 'reserve') {
      const entry = isTaken ? undefined : entries.reserve(key, version)
      if (!entry) return refused(409, TAKEN)
      const signed_upload_url = `${store}/blobs/actions-cache/${entry.id}?sig=secret-of-upload`
      return json({ ok: true, signed_upload_url })
    }
    const entry = entries.byKey(key, version)
    if (isTaken || !entry || String(entry.bytes.length) !== asked.size_bytes) {
      return json({ ok: false })
    }
    entry.isFinal = true
    return json({ ok: true, entry_id: String(entry.id) })
  },
}

const json = (body: object, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const refused = (status: number, msg: string): Answer =>
  json({ code: CODES[status] ?? 'internal', msg }, status)

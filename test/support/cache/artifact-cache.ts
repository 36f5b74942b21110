/** Cache service v1, which a GitHub Enterprise Server still has (@actions/cache: internal/cacheHttpClient.ts). */
import type { Answer, Operation, Service } from './service.ts'

const PREFIX = '/_apis/artifactcache/'

interface Asked {
  readonly key: string
  readonly version: string
}

export const artifactCache: Service = {
  prefix: PREFIX,
  needsToken: true,
  operationOf: (method, path) => operationOf(method, path.slice(PREFIX.length)),
  refuse: (status, message) => json({ message }, status),
  answer({ operation, url, headers, body, store }, entries, isTaken) {
    const id = Number(url.pathname.split('/').at(-1))
    const asked = (): unknown => JSON.parse(body.toString('utf8'))
    if (operation === 'find') {
      const keys = (url.searchParams.get('keys') ?? '').split(',')
      const entry = entries.find(keys, url.searchParams.get('version') ?? '')
      if (!entry) return { status: 204 }
      const archiveLocation = `${store}/blobs/actions-cache/${entry.id}?sig=secret-of-download`
      return json({ archiveLocation, cacheKey: entry.key })
    }
    if (operation === 'reserve') {
      const { key, version } = asked() as Asked
      const entry = isTaken ? undefined : entries.reserve(key, version)
      if (entry) return json({ cacheId: entry.id }, 201)
      return json({ message: `Cache already exists. Key: ${key}, Version: ${version}` }, 409)
    }
    const entry = entries.byId(id)
    if (!entry || entry.isFinal) return json({ message: 'There is no such reservation.' }, 404)
    if (operation === 'upload') {
      const [, from] = /^bytes (\d+)-\d+\/\*$/.exec(headers['content-range'] ?? '') ?? []
      if (Number(from) !== entry.bytes.length) return json({ message: 'A part is missing.' }, 400)
      entry.bytes = Buffer.concat([entry.bytes, body])
      return { status: 204 }
    }
    const { size } = asked() as { readonly size: number }
    if (isTaken || size !== entry.bytes.length)
      return json({ message: 'It has another size.' }, 400)
    entry.isFinal = true
    return { status: 204 }
  },
}

function operationOf(method: string, path: string): Operation | undefined {
  if (method === 'GET' && path === 'cache') return 'find'
  if (method === 'POST' && path === 'caches') return 'reserve'
  if (!/^caches\/\d+$/.test(path)) return undefined
  return method === 'PATCH' ? 'upload' : method === 'POST' ? 'finalise' : undefined
}

const json = (body: object, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

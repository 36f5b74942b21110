/**
 * Azure's blob store, as far as the library needs it for an archive below 128 MiB: one Put Blob, Get Blob Properties,
 * and Get Blob for one range. Its address itself is the permission.
 */
import type { Answer, Request, Service } from './service.ts'

const PREFIX = '/blobs/'

export const blobs: Service = {
  prefix: PREFIX,
  needsToken: false,
  operationOf: (method) =>
    method === 'PUT' ? 'upload' : /^(GET|HEAD)$/.test(method) ? 'download' : undefined,
  refuse: (status, message) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>Refused</Code><Message>${message}</Message></Error>`,
  }),
  answer(request, entries) {
    const { operation, url, headers, body } = request
    const entry = entries.byId(Number(url.pathname.split('/').at(-1)))
    const isUpload = operation === 'upload'
    const isSigned = url.searchParams.get('sig') === `secret-of-${operation}`
    if (!isSigned || (isUpload && headers['x-ms-blob-type'] !== 'BlockBlob')) {
      return this.refuse(403, 'not signed')
    }
    if (!entry || entry.isFinal === isUpload) return this.refuse(404, 'no such blob')
    if (!isUpload) return download(request, entry.bytes)
    entry.bytes = body
    return { status: 201, headers: PROPERTIES }
  },
}

const PROPERTIES = { etag: '"0x1"', 'x-ms-blob-type': 'BlockBlob' }

/** The whole blob, or the range that Azure's client asks for in a header of its own. */
function download({ headers }: Request, bytes: Buffer): Answer {
  const range = headers['x-ms-range']
  if (range === undefined) return { status: 200, headers: PROPERTIES, body: bytes }
  const [from = 0, to = 0] = (/^bytes=(\d+)-(\d+)$/.exec(String(range)) ?? []).slice(1).map(Number)
  const part = bytes.subarray(from, to + 1)
  const last = from + part.length - 1
  const contentRange = `bytes ${from}-${last}/${bytes.length}`
  return { status: 206, headers: { ...PROPERTIES, 'content-range': contentRange }, body: part }
}

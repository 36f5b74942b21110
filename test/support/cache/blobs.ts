/**
 * Azure's blob store, as far as an archive below 128 MiB needs it: one Put Blob, and one GET. The library's reading in
 * ranges is for hosts of `.blob.core.windows.net` only, and so is never used here.
 */
import type { Service } from './service.ts'

const PREFIX = '/blobs/'

export const blobs: Service = {
  prefix: PREFIX,
  // The address itself is the permission.
  needsToken: false,
  operationOf: (method) =>
    method === 'PUT' ? 'upload' : method === 'GET' ? 'download' : undefined,
  refuse: (status, message) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>Refused</Code><Message>${message}</Message></Error>`,
  }),
  answer({ operation, url, headers, body }, entries) {
    const entry = entries.byId(Number(url.pathname.split('/').at(-1)))
    const isUpload = operation === 'upload'
    const isSigned = url.searchParams.get('sig') === `secret-of-${operation}`
    if (!isSigned || (isUpload && headers['x-ms-blob-type'] !== 'BlockBlob')) {
      return this.refuse(403, 'not signed')
    }
    if (!entry || entry.isFinal === isUpload) return this.refuse(404, 'no such blob')
    if (!isUpload) return { status: 200, body: entry.bytes }
    entry.bytes = body
    return { status: 201, headers: { etag: '"0x1"' } }
  },
}

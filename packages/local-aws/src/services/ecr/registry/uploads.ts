import { isDigest } from '../../../oci/digest.ts'
import type { Upload } from '../uploads.ts'
import { RegistryError, send } from './answers.ts'
import { methodNotAllowed, type Exchange } from './exchange.ts'

/** POST: opens an upload, or finishes it at once (`digest` in the query), or mounts what is there already. */
export async function answerUploads(exchange: Exchange): Promise<void> {
  const { store, repository, response, method, url } = exchange
  if (method !== 'POST') throw methodNotAllowed()
  const mount = url.searchParams.get('mount')
  const from = url.searchParams.get('from') ?? repository.name
  if (mount !== null && store.mountBlob(repository, mount, from)) {
    created(exchange, mount)
    return
  }
  const digest = digestIn(url)
  const upload = store.uploads.start(repository)
  if (digest === undefined) {
    send(response, 202, progress(exchange, upload))
  } else {
    await finish(exchange, upload, digest)
  }
}

/** An open upload: PATCH adds to it, PUT ends it, GET tells how far it is, DELETE gives it up. */
export async function answerUpload(exchange: Exchange, id: string): Promise<void> {
  const { store, repository, response, method, url } = exchange
  const upload = store.uploads.find(repository, id)
  switch (method) {
    case 'PATCH':
      await receive(exchange, upload)
      // OCI distribution says 202; ECR does not (aws/containers-roadmap#2831, openai/tart#273, jdx/mise#11376).
      send(response, 201, progress(exchange, upload))
      return
    case 'PUT': {
      const digest = digestIn(url)
      if (digest === undefined) throw new RegistryError(400, 'DIGEST_INVALID', 'digest missing')
      await finish(exchange, upload, digest)
      return
    }
    case 'GET':
      send(response, 204, progress(exchange, upload))
      return
    case 'DELETE':
      store.uploads.end(upload)
      send(response, 204)
      return
    default:
      throw methodNotAllowed()
  }
}

/** Largest layer (service quotas). Bytes. */
const LARGEST_LAYER = 52_000 * 1024 * 1024

/** Takes the body as it comes; what came before a broken connection stays, so that the sender can resume. */
async function receive(exchange: Exchange, upload: Upload): Promise<void> {
  const { request, body } = exchange
  const start = /^(?:bytes )?(\d+)-\d+/.exec(request.headers['content-range'] ?? '')?.[1]
  if (upload.isBeingWritten || (start !== undefined && Number(start) !== upload.size)) {
    throw new RegistryError(
      416,
      'BLOB_UPLOAD_INVALID',
      `First byte of the layer part is ${start ?? 0} instead of ${upload.size}`,
      progress(exchange, upload),
    )
  }
  if (upload.size + Number(request.headers['content-length'] ?? 0) > LARGEST_LAYER) {
    throw new RegistryError(413, 'SIZE_INVALID', `A layer has at most ${LARGEST_LAYER} bytes`)
  }
  upload.isBeingWritten = true
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) upload.append(chunk)
  } finally {
    upload.isBeingWritten = false
  }
}

async function finish(exchange: Exchange, upload: Upload, digest: string): Promise<void> {
  const { store, repository } = exchange
  await receive(exchange, upload)
  store.uploads.end(upload)
  if (upload.digest() !== digest) {
    throw new RegistryError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  // The repository may have been deleted while the layer came in.
  store.blobs.add(store.repository(repository.name).name, digest, upload.content())
  created(exchange, digest)
}

function created({ repository, response }: Exchange, digest: string): void {
  send(response, 201, {
    location: `/v2/${repository.name}/blobs/${digest}`,
    'docker-content-digest': digest,
  })
}

/** `Range` names the last byte received; an empty upload says 0-0, as distribution does. */
const progress = ({ repository }: Exchange, upload: Upload): Record<string, string> => ({
  location: `/v2/${repository.name}/blobs/uploads/${upload.id}`,
  range: `0-${Math.max(0, upload.size - 1)}`,
  'docker-upload-uuid': upload.id,
})

function digestIn(url: URL): string | undefined {
  const digest = url.searchParams.get('digest') ?? undefined
  if (digest === undefined || isDigest(digest)) return digest
  throw new RegistryError(400, 'DIGEST_INVALID', `Invalid digest ${digest}`)
}

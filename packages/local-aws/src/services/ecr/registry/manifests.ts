import { isDigest } from '../../../oci/digest.ts'
import { isListed } from '../repository.ts'
import type { ImageId } from '../store.ts'
import { isTag } from '../tag.ts'
import { RegistryError, send } from './answers.ts'
import { methodNotAllowed, readBody, type Exchange } from './exchange.ts'

/** As distribution limits it. */
const MANIFEST_LIMIT_BYTES = 4 * 1024 * 1024

/** A manifest by tag or digest: GET and HEAD, PUT, DELETE. */
export async function answerManifest(exchange: Exchange, reference: string): Promise<void> {
  const id = imageId(reference)
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      give(exchange, id)
      return
    case 'PUT':
      return take(exchange, id)
    case 'DELETE':
      remove(exchange, id)
      return
    default:
      throw methodNotAllowed()
  }
}

function give({ store, repository, request, response, method }: Exchange, id: ImageId): void {
  const image = method === 'GET' ? store.pullImage(repository, id) : store.findImage(repository, id)
  if (!image) throw unknownManifest()
  const { mediaType } = image.manifest
  if (!isAccepted(mediaType, request.headers.accept)) {
    throw new RegistryError(
      404,
      'MANIFEST_UNKNOWN',
      `The manifest is ${mediaType}, which the accept header leaves out`,
    )
  }
  const headers = { 'content-type': mediaType, 'docker-content-digest': image.digest }
  send(response, 200, headers, image.content)
}

async function take(
  { store, repository, request, response, body }: Exchange,
  id: ImageId,
): Promise<void> {
  const content = await readBody(body, MANIFEST_LIMIT_BYTES)
  const image = store.putImage(store.repository(repository.name), {
    content,
    mediaType: request.headers['content-type']?.split(';')[0],
    tag: id.imageTag,
    digest: id.imageDigest,
  })
  const { subject } = image.manifest
  send(response, 201, {
    location: `/v2/${repository.name}/manifests/${image.digest}`,
    'docker-content-digest': image.digest,
    ...(subject ? { 'oci-subject': subject.digest } : {}),
  })
}

function remove({ store, repository, response }: Exchange, id: ImageId): void {
  const image = store.findImage(repository, id)
  if (!image) throw unknownManifest()
  if (id.imageTag !== undefined) {
    store.removeTag(repository, id.imageTag)
  } else if (isListed(repository, image.digest)) {
    throw new RegistryError(403, 'DENIED', 'Requested image referenced by manifest list')
  } else {
    store.removeImage(repository, image.digest)
  }
  send(response, 202)
}

function imageId(reference: string): ImageId {
  if (isDigest(reference)) return { imageDigest: reference }
  if (isTag(reference)) return { imageTag: reference }
  throw reference.includes(':')
    ? new RegistryError(400, 'DIGEST_INVALID', `Invalid digest ${reference}`)
    : new RegistryError(400, 'TAG_INVALID', `Invalid tag ${reference}`)
}

/** A client that accepts nothing in particular accepts everything. */
function isAccepted(mediaType: string, header: string | undefined): boolean {
  if (header === undefined) return true
  const accepted = header.split(',').map((each) => each.split(';')[0]?.trim())
  return accepted.some((each) => each === mediaType || each === '*/*' || each === 'application/*')
}

const unknownManifest = (): RegistryError =>
  new RegistryError(404, 'MANIFEST_UNKNOWN', 'Requested image not found')

import type { Blob, OciImage } from './image.ts'

/** Where an image is pushed to and as whom. */
export interface PushTarget {
  /** The address with its scheme, for example `http://127.0.0.1:5000`. */
  readonly registry: string
  readonly repository: string
  readonly tag?: string
  /** The value of the Authorization header: `Basic ` and the token that ECR's GetAuthorizationToken gives. */
  readonly authorization?: string
}

/** The registry did not take the image; `message` carries its own words. */
export class ImagePushError extends Error {
  override readonly name = 'ImagePushError'
  /** The status of the answer that refused it. */
  readonly status: number
  /** As OCI distribution names it, for example `TAG_INVALID`. */
  readonly code: string

  constructor(what: string, status: number, code: string, message: string) {
    super(`${what} was refused with status ${status}: ${message}`)
    this.status = status
    this.code = code
  }
}

/**
 * Pushes `image` over the registry's HTTP API as docker does, leaving out what the registry has. Returns the
 * digest by which it can be pulled. Throws {@link ImagePushError}.
 */
export async function pushImage(image: OciImage, target: PushTarget): Promise<string> {
  for (const blob of [...image.layers, image.config]) await pushBlob(blob, target)
  await put(
    `${repositoryUrl(target)}/manifests/${target.tag ?? image.digest}`,
    { data: image.manifest, mediaType: image.mediaType },
    `The manifest ${image.digest}`,
    target,
  )
  return image.digest
}

async function pushBlob(blob: Blob, target: PushTarget): Promise<void> {
  const there = await send(
    `${repositoryUrl(target)}/blobs/${blob.digest}`,
    { method: 'HEAD' },
    target,
  )
  if (there.ok) return
  const what = `The blob ${blob.digest}`
  const uploads = `${repositoryUrl(target)}/blobs/uploads/`
  const started = await send(uploads, { method: 'POST' }, target)
  if (started.status !== 202) throw await refusal(what, started)
  const upload = new URL(started.headers.get('location') ?? '', uploads)
  upload.searchParams.set('digest', blob.digest)
  await put(upload.href, { data: blob.data, mediaType: 'application/octet-stream' }, what, target)
}

async function put(
  url: string,
  content: { readonly data: Uint8Array; readonly mediaType: string },
  what: string,
  target: PushTarget,
): Promise<void> {
  const headers = { 'content-type': content.mediaType }
  const answer = await send(
    url,
    { method: 'PUT', headers, body: Buffer.from(content.data) },
    target,
  )
  if (answer.status !== 201) throw await refusal(what, answer)
  await answer.arrayBuffer()
}

function send(url: string, request: RequestInit, target: PushTarget): Promise<Response> {
  const headers = new Headers(request.headers)
  if (target.authorization !== undefined) headers.set('authorization', target.authorization)
  return fetch(url, { ...request, headers })
}

const repositoryUrl = (target: PushTarget): string =>
  `${target.registry.replace(/\/$/, '')}/v2/${target.repository}`

async function refusal(what: string, answer: Response): Promise<ImagePushError> {
  const text = await answer.text()
  const { code, message } = firstError(text)
  return new ImagePushError(what, answer.status, code, message)
}

function firstError(text: string): { readonly code: string; readonly message: string } {
  try {
    const { errors } = JSON.parse(text) as { errors?: { code?: string; message?: string }[] }
    return { code: errors?.[0]?.code ?? 'UNKNOWN', message: errors?.[0]?.message ?? text }
  } catch {
    return { code: 'UNKNOWN', message: text.trim() || 'no reason given' }
  }
}

import type { ServerResponse } from 'node:http'

type Headers = Readonly<Record<string, string | number>>

/** A refusal in the form that OCI distribution prescribes: `{"errors":[{"code","message"}]}`. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly status: number
  readonly code: string
  readonly headers: Headers

  constructor(status: number, code: string, message: string, headers: Headers = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** Sends one whole answer; Node leaves the body out when the request was a HEAD. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Headers = {},
  body: Uint8Array | string = '',
): void {
  const content = Buffer.from(body)
  response.writeHead(status, {
    'docker-distribution-api-version': 'registry/2.0',
    ...(status === 204 ? {} : { 'content-length': content.byteLength }),
    ...headers,
  })
  response.end(content)
}

export function sendJson(
  response: ServerResponse,
  value: unknown,
  headers: Headers = {},
  status = 200,
): void {
  send(response, status, { 'content-type': 'application/json', ...headers }, JSON.stringify(value))
}

/** Answers with the refusal that `error` stands for; anything unforeseen is a 500. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { status, code, message, headers } = asRegistryError(error)
  sendJson(response, { errors: [{ code, message }] }, headers, status)
}

/** What the registry makes of the store's exceptions, whose messages docker prints as they are. */
const CODES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ImageNotFoundException: [404, 'MANIFEST_UNKNOWN'],
  UploadNotFoundException: [404, 'BLOB_UPLOAD_UNKNOWN'],
  ImageTagAlreadyExistsException: [400, 'TAG_INVALID'],
  // The code is as users saw it (namespacelabs/foundation#649, onyx#13996), the status follows from it and is unproven.
  LimitExceededException: [403, 'DENIED'],
  ImageDigestDoesNotMatchException: [400, 'DIGEST_INVALID'],
  LayersNotFoundException: [400, 'MANIFEST_BLOB_UNKNOWN'],
  ReferencedImagesNotFoundException: [400, 'MANIFEST_BLOB_UNKNOWN'],
  InvalidParameterException: [400, 'MANIFEST_INVALID'],
}

function asRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const [status, code] = CODES[name] ?? [500, 'UNKNOWN']
  return new RegistryError(status, code, message)
}

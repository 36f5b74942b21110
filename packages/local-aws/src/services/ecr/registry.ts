/**
 * OCI distribution v2 as ECR serves it, for docker, skopeo and buildah. It stands on its own port over plain http,
 * which those clients allow for 127.0.0.1. `repositoryUri` names that port, so that `docker push` works as printed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Place } from '../../parts.ts'
import { RegistryError, send, sendError, sendJson } from './registry/answers.ts'
import { answerBlob } from './registry/blobs.ts'
import { ConnectionCut, cutBody, loseAnswer } from './registry/breaking.ts'
import { methodNotAllowed, type Exchange } from './registry/exchange.ts'
import type { RegistryFaults } from './registry/faults.ts'
import { answerReferrers, answerTags } from './registry/listings.ts'
import { answerManifest } from './registry/manifests.ts'
import { routeOf, type Route } from './registry/route.ts'
import { answerUpload, answerUploads } from './registry/uploads.ts'
import type { EcrStore } from './store.ts'
import type { Tokens } from './tokens.ts'

export interface RegistryParts {
  readonly store: EcrStore
  readonly registryFaults: RegistryFaults
  readonly tokens: Tokens
  readonly place: Place
  /** Host and port at which the registry is served. */
  readonly registryHost: () => string
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** The request listener of the registry's server. */
export function createRegistry(parts: RegistryParts): Listener {
  return (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      if (!(error instanceof ConnectionCut)) sendError(response, error)
    })
  }
}

async function answer(
  parts: RegistryParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://registry')
  const method = request.method ?? 'GET'
  const route = routeOf(url.pathname)
  const due = parts.registryFaults.check(method, route)
  if (due && 'token' in due) parts.tokens.expireAll()
  const body = due && 'cutAfter' in due ? cutBody(request, due.cutAfter) : request
  const asked = { request, method, url, body }
  if (due && 'lost' in due) {
    await loseAnswer(due, request, response, (unseen) => perform(parts, route, asked, unseen))
  } else {
    await perform(parts, route, asked, response)
  }
}

async function perform(
  parts: RegistryParts,
  route: Route | undefined,
  asked: Pick<Exchange, 'request' | 'method' | 'url' | 'body'>,
  response: ServerResponse,
): Promise<void> {
  const { request, method, url } = asked
  if (!isOpenedByLink(parts.tokens, method, route, url)) {
    if (!authenticate(parts, request, response)) return
  }
  if (!route) throw new RegistryError(404, 'NAME_UNKNOWN', `Nothing is served at ${url.pathname}`)
  if (route.kind === 'base') {
    if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed()
    sendJson(response, {})
    return
  }
  const { store, tokens, registryHost } = parts
  const repository = store.repository(route.name)
  const linkTo = (path: string): string => `http://${registryHost()}${path}?${tokens.link(path)}`
  await answerRoute({ ...asked, response, repository, store, linkTo }, route)
}

async function answerRoute(
  exchange: Exchange,
  route: Exclude<Route, { kind: 'base' }>,
): Promise<void> {
  switch (route.kind) {
    case 'blob':
      answerBlob(exchange, route.digest)
      return
    case 'uploads':
      return answerUploads(exchange)
    case 'upload':
      return answerUpload(exchange, route.id)
    case 'manifest':
      return answerManifest(exchange, route.reference)
    case 'tags':
      answerTags(exchange)
      return
    case 'referrers':
      answerReferrers(exchange, route.digest)
      return
  }
}

/** The links that GetDownloadUrlForLayer and a GET of a blob give open one blob without a password, as S3's signed links do. */
function isOpenedByLink(
  tokens: Tokens,
  method: string,
  route: Route | undefined,
  url: URL,
): boolean {
  if (route?.kind !== 'blob' || (method !== 'GET' && method !== 'HEAD')) return false
  const proof = tokens.checkLink(url)
  if (proof === 'valid') return true
  if (proof === 'missing') return false
  throw new RegistryError(403, 'DENIED', 'The link to the layer is invalid or has expired')
}

/** True when the request may go on; else it is answered. Statuses and words as ECR answers. */
function authenticate(
  { tokens, place }: RegistryParts,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  switch (tokens.check(request.headers.authorization)) {
    case 'valid':
      return true
    case 'missing': {
      const realm = `https://${place.account}.dkr.ecr.${place.region}.amazonaws.com/`
      const challenge = `Basic realm="${realm}",service="ecr.amazonaws.com"`
      const headers = { 'www-authenticate': challenge, 'content-type': 'text/plain; charset=utf-8' }
      send(response, 401, headers, 'Not Authorized\n')
      return false
    }
    case 'invalid':
      throw new RegistryError(400, 'DENIED', 'Your Authorization Token is invalid.')
    case 'expired':
      throw new RegistryError(
        403,
        'DENIED',
        'Your authorization token has expired. Reauthenticate and try again.',
      )
  }
}

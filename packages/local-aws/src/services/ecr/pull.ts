import { DOCKER_CONFIG, OCI_CONFIG } from '../../oci/media-types.ts'
import type { Place } from '../../parts.ts'
import type { Descriptor } from './manifest.ts'
import { ImagePullError, type ImageConfig, type Images, type PulledImage } from './part.ts'
import { formatReference, parseReference, type Reference } from './reference.ts'
import type { ImageRecord, RepositoryRecord } from './repository.ts'
import type { EcrStore } from './store.ts'

interface Platform {
  readonly os: string
  readonly architecture: string
}

/** What Fargate takes when a task definition names none. */
const DEFAULT_PLATFORM: Platform = { os: 'linux', architecture: 'amd64' }

interface PullParts {
  readonly store: EcrStore
  readonly place: Place
  /** Host and port, for example `127.0.0.1:5000`. */
  readonly registryHost: () => string
}

/**
 * The pulls of tasks. They go to the store without HTTP: a task's execution role needs no token of this registry.
 * Messages are Fargate's (platform version 1.4) as recorded in public: aws/containers-roadmap#2493 and #2687.
 */
export function createImages(parts: PullParts): Images {
  return {
    async pull(text, platform = DEFAULT_PLATFORM) {
      return pull(parts, text, platform)
    },
  }
}

function pull(parts: PullParts, text: string, platform: Platform): PulledImage {
  const { store, place, registryHost } = parts
  const reference = parseReference(text)
  // Unproven for Fargate; ECS on EC2 passes docker's words on.
  if (!reference) throw new ImagePullError('CannotPullContainerError: invalid reference format')
  if (!isServedHere(reference.host, place, registryHost())) throw elsewhere(reference, place)

  const repository = store.repositories.get(reference.repository)
  const image = repository && store.pullImage(repository, imageId(reference))
  if (!image) throw notResolved(reference, `${formatReference(reference)}: not found`)
  const chosen = forPlatform(store, repository, image, platform)
  return pulled(store, repository, chosen, { reference: text, digest: image.digest })
}

function isServedHere(host: string, place: Place, registryHost: string): boolean {
  const port = registryHost.slice(registryHost.lastIndexOf(':'))
  return [
    registryHost,
    `127.0.0.1${port}`,
    `localhost${port}`,
    `${place.account}.dkr.ecr.${place.region}.amazonaws.com`,
    `${place.account}.dkr-ecr.${place.region}.on.aws`,
  ].includes(host)
}

/** The digest wins over a tag beside it, which may have moved since. */
const imageId = ({ tag, digest }: Reference): { imageTag?: string; imageDigest?: string } =>
  digest !== undefined ? { imageDigest: digest } : tag !== undefined ? { imageTag: tag } : {}

/** The image of an index that fits. A single image is taken whatever it is made for; it fails when it starts. */
function forPlatform(
  store: EcrStore,
  repository: RepositoryRecord,
  image: ImageRecord,
  wanted: Platform,
): ImageRecord {
  const { children } = image.manifest
  if (image.manifest.config) return image
  const child = children.find((each) => fits(each, wanted))
  const found = child && store.findImage(repository, { imageDigest: child.digest })
  if (found) return forPlatform(store, repository, found, wanted)
  throw new ImagePullError(
    `CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform '${wanted.os}/${wanted.architecture}'`,
  )
}

const fits = ({ platform }: Descriptor, wanted: Platform): boolean =>
  platform?.os === wanted.os && platform.architecture === wanted.architecture

/** `named.digest` is that of the index where there is one, as docker's RepoDigests has it; for Fargate unproven. */
function pulled(
  store: EcrStore,
  repository: RepositoryRecord,
  image: ImageRecord,
  named: Pick<PulledImage, 'reference' | 'digest'>,
): PulledImage {
  const content = (descriptor: Descriptor): Uint8Array => {
    const bytes = store.blobs.get(repository.name, descriptor.digest)
    if (bytes) return bytes
    throw notRunnable(`${descriptor.digest}: not found`)
  }
  const { config, layers } = image.manifest
  if (config?.mediaType !== OCI_CONFIG && config?.mediaType !== DOCKER_CONFIG) {
    throw notRunnable(`unsupported config media type ${config?.mediaType ?? 'none'}`)
  }
  const settings = JSON.parse(Buffer.from(content(config)).toString()) as {
    architecture?: string
    os?: string
    config?: ImageConfig | null
  }
  return {
    ...named,
    architecture: settings.architecture ?? DEFAULT_PLATFORM.architecture,
    os: settings.os ?? DEFAULT_PLATFORM.os,
    config: settings.config ?? {},
    layers: layers.map((layer) => ({
      digest: layer.digest,
      mediaType: layer.mediaType,
      data: content(layer),
    })),
  }
}

/** Why a reference that names another registry cannot be pulled. Nothing outside this machine is ever asked. */
function elsewhere(reference: Reference, place: Place): ImagePullError {
  const { host, repository } = reference
  if (host === 'docker.io') {
    return notResolved(
      reference,
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    )
  }
  const url = `https://${host}/v2/${repository}/manifests/${reference.digest ?? reference.tag ?? ''}`
  const ecr = /^(\d{12})\.dkr[.-]ecr\.[a-z0-9-]+\.(?:amazonaws\.com|on\.aws)$/.exec(host)
  if (ecr) {
    return ecr[1] === place.account
      ? notResolved(reference, `${formatReference(reference)}: not found`)
      : notResolved(reference, `unexpected status from HEAD request to ${url}: 403 Forbidden`)
  }
  const name = host.split(':')[0] ?? host
  const dial = /^(?:localhost|[\d.]+)$/.test(name)
    ? `dial tcp ${host.includes(':') ? host : `${host}:443`}: connect: connection refused`
    : `dial tcp: lookup ${name}: no such host`
  return notResolved(reference, `failed to do request: Head "${url}": ${dial}`, 5)
}

const notResolved = (reference: Reference, reason: string, retries = 1): ImagePullError =>
  new ImagePullError(
    `CannotPullContainerError: pull image manifest has been retried ${retries} time(s): failed to resolve ref ${formatReference(reference)}: ${reason}`,
  )

/** Unproven, as to the words behind the colon. */
const notRunnable = (reason: string): ImagePullError =>
  new ImagePullError(`CannotPullContainerError: ref pull has been retried 1 time(s): ${reason}`)

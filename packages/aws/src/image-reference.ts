/** An image reference, taken apart. */
export interface ImageReference {
  /** `docker.io` where the reference names no host. */
  readonly host: string
  readonly repository: string
  /** `latest` where the reference has neither tag nor digest. */
  readonly tag: string | undefined
  /** `sha256:…` */
  readonly digest: string | undefined
}

export interface EcrRegistry {
  /** The account. */
  readonly registryId: string
  readonly region: string
}

// The grammar of distribution/reference, by its parts.
const REPOSITORY =
  /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-f]{32,}$/

// Hosts of private registries in every partition, IPv4 (`dkr.ecr`), dual-stack (`dkr-ecr`) and FIPS, as
// awslabs/amazon-ecr-credential-helper knows them (ecr-login/api/client.go).
const ECR_HOST =
  /^(?<registryId>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9][\w-]*)\.(?:amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/

/** Takes `[host/]repository[:tag][@digest]` apart; `undefined` when it is not such a reference. */
export function parseImageReference(reference: string): ImageReference | undefined {
  const [named = '', digest, ...more] = reference.split('@')
  const slash = named.indexOf('/')
  const first = slash < 0 ? '' : named.slice(0, slash)
  const hasHost = /[.:]/.test(first) || first === 'localhost'
  const path = hasHost ? named.slice(slash + 1) : named
  const [repository = '', tag, ...rest] = path.split(':')

  if (more.length > 0 || rest.length > 0 || !REPOSITORY.test(repository)) return undefined
  if (tag !== undefined && !TAG.test(tag)) return undefined
  if (digest !== undefined && !DIGEST.test(digest)) return undefined
  return {
    host: hasHost ? first : 'docker.io',
    repository,
    tag: tag ?? (digest === undefined ? 'latest' : undefined),
    digest,
  }
}

/** Which private ECR registry `host` is; `undefined` for any other registry, `public.ecr.aws` among them. */
export function ecrRegistry(host: string): EcrRegistry | undefined {
  const { registryId, region } = ECR_HOST.exec(host)?.groups ?? {}
  return registryId === undefined || region === undefined ? undefined : { registryId, region }
}

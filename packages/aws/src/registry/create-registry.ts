import { NotFound, PortError, Refused, Unreachable, type Clock } from '@ecs-pipeline/rollout'
import type { ImageName, Registry, RegistryLogin, Repository } from '@ecs-pipeline/image'
import type { Repository as EcrRepository } from '@aws-sdk/client-ecr'
import { createCall, type CallRecord } from '../call.ts'
import { createClients } from '../clients.ts'
import { errorName } from '../error-name.ts'
import { ACCEPTED_MEDIA_TYPES, IS_MISSING } from '../images.ts'
import { createScans } from './scans.ts'

export interface RegistryOptions {
  /** The name of the repository, without a host. */
  readonly repository: string
  /** The account of the registry; without it, that of the credentials. */
  readonly registryId?: string | undefined
  /** Without it, the environment's (`AWS_REGION`). */
  readonly region?: string | undefined
  readonly clock: Clock
  /** In [0, 1): spreads the pauses between attempts. */
  readonly random?: () => number
  /** Told of every attempt, for debug logs. */
  readonly onCall?: (record: CallRecord) => void
  /** Ends all calls. */
  readonly signal?: AbortSignal
}

/** ECR never gives a token longer than this, milliseconds (GetAuthorizationToken: 12 hours). */
const TOKEN_LIFE = 12 * 60 * 60_000

/** One repository of ECR, over the AWS SDK. Nothing is sent before it is used. */
export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  const { repository: repositoryName, registryId, region, clock, random = Math.random } = options
  const sdk = await import('@aws-sdk/client-ecr')
  const client = createClients(region).of(sdk.ECRClient)
  const call = createCall({
    clock,
    random,
    ...(options.onCall && { onCall: options.onCall }),
    ...(options.signal && { signal: options.signal }),
  })
  const place = { ...(registryId !== undefined && { registryId }), repositoryName }
  const resource = `repository ${repositoryName}`
  return {
    async login() {
      const asked = { action: 'ecr:GetAuthorizationToken', resource: 'the registry' }
      const answer = await call(asked, (send) =>
        client.send(new sdk.GetAuthorizationTokenCommand({}), send),
      )
      const [data] = answer.authorizationData ?? []
      return loginOf(data?.authorizationToken, data?.proxyEndpoint, {
        registryId,
        expiresAt: data?.expiresAt?.getTime() ?? clock.now() + TOKEN_LIFE,
      })
    },

    async repository() {
      const asked = { action: 'ecr:DescribeRepositories', resource }
      const command = {
        ...(registryId !== undefined && { registryId }),
        repositoryNames: [repositoryName],
      }
      try {
        const answer = await call(asked, (send) =>
          client.send(new sdk.DescribeRepositoriesCommand(command), send),
        )
        const [found] = answer.repositories ?? []
        return found && repositoryOf(found)
      } catch (error) {
        if (error instanceof NotFound) return undefined
        throw error
      }
    },

    async create({ name, movingTags, lifecyclePolicy }) {
      const exclusions = movingTags.map((filter) => ({
        filterType: 'WILDCARD' as const,
        filter,
      }))
      try {
        await call({ action: 'ecr:CreateRepository', resource }, (send) =>
          client.send(
            new sdk.CreateRepositoryCommand({
              ...(registryId !== undefined && { registryId }),
              repositoryName: name,
              imageTagMutability: exclusions.length > 0 ? 'IMMUTABLE_WITH_EXCLUSION' : 'IMMUTABLE',
              ...(exclusions.length > 0 && { imageTagMutabilityExclusionFilters: exclusions }),
              imageScanningConfiguration: { scanOnPush: true },
              tags: [{ Key: 'managed-by', Value: 'ecs-pipeline' }],
            }),
            send,
          ),
        )
      } catch (error) {
        // Two runs of a new repository; the other one's is as good.
        if (errorName(error) !== 'RepositoryAlreadyExistsException') throw error
      }
      await call({ action: 'ecr:PutLifecyclePolicy', resource }, (send) =>
        client.send(
          new sdk.PutLifecyclePolicyCommand({ ...place, lifecyclePolicyText: lifecyclePolicy }),
          send,
        ),
      )
    },

    async image(name) {
      const asked = { action: 'ecr:BatchGetImage', resource: imageWords(repositoryName, name) }
      const imageIds = ['tag' in name ? { imageTag: name.tag } : { imageDigest: name.digest }]
      const answer = await call(asked, (send) =>
        client.send(
          new sdk.BatchGetImageCommand({
            ...place,
            imageIds,
            acceptedMediaTypes: [...ACCEPTED_MEDIA_TYPES],
          }),
          send,
        ),
      )
      const [found] = answer.images ?? []
      const digest = found?.imageId?.imageDigest
      if (digest !== undefined && found?.imageManifest !== undefined) {
        return { digest, mediaType: found.imageManifestMediaType, manifest: found.imageManifest }
      }
      const { failureCode = 'no code', failureReason = 'no reason given' } =
        answer.failures?.[0] ?? {}
      if (IS_MISSING.test(failureCode)) return undefined
      throw new Refused(
        `ECR does not give ${asked.resource}: ${failureReason} (${failureCode})`,
        asked.action,
      )
    },

    async details(digest) {
      const asked = {
        action: 'ecr:DescribeImages',
        resource: imageWords(repositoryName, { digest }),
      }
      try {
        const answer = await call(asked, (send) =>
          client.send(
            new sdk.DescribeImagesCommand({ ...place, imageIds: [{ imageDigest: digest }] }),
            send,
          ),
        )
        const [found] = answer.imageDetails ?? []
        return (
          found && {
            tags: found.imageTags ?? [],
            bytes: found.imageSizeInBytes,
            pushedAt: found.imagePushedAt?.getTime(),
          }
        )
      } catch (error) {
        if (error instanceof NotFound) return undefined
        throw error
      }
    },

    async tag({ digest, manifest, mediaType }, tag) {
      const asked = {
        action: 'ecr:PutImage',
        resource: `${imageWords(repositoryName, { digest })} as ${tag}`,
      }
      try {
        await call(asked, (send) =>
          client.send(
            new sdk.PutImageCommand({
              ...place,
              imageManifest: manifest,
              ...(mediaType !== undefined && { imageManifestMediaType: mediaType }),
              imageTag: tag,
              imageDigest: digest,
            }),
            send,
          ),
        )
        return { kind: 'tagged' }
      } catch (error) {
        const name = errorName(error)
        if (name === 'ImageAlreadyExistsException') return { kind: 'already' }
        if (name === 'ImageTagAlreadyExistsException') return { kind: 'taken' }
        throw error
      }
    },

    async json(digest) {
      const asked = { action: 'ecr:GetDownloadUrlForLayer', resource: `blob ${digest}` }
      const answer = await call(asked, (send) =>
        client.send(new sdk.GetDownloadUrlForLayerCommand({ ...place, layerDigest: digest }), send),
      )
      return download(answer.downloadUrl, asked.action, options.signal)
    },

    ...createScans({ sdk, client, call, place, resource }),
  }
}

/** Throws {@link Refused} when it is none. The token is `AWS:` and the password, in base 64. */
function loginOf(
  token: string | undefined,
  endpoint: string | undefined,
  {
    registryId,
    expiresAt,
  }: { readonly registryId: string | undefined; readonly expiresAt: number },
): RegistryLogin {
  const [user = '', ...password] = Buffer.from(token ?? '', 'base64')
    .toString('utf8')
    .split(':')
  if (password.length === 0 || endpoint === undefined) {
    throw new Refused('ECR gave no login.', 'ecr:GetAuthorizationToken')
  }
  const { host } = new URL(endpoint)
  // The token is good for every registry that the role may use; the address is that of the caller's own account.
  const other = registryId === undefined ? host : host.replace(/^\d{12}(?=\.)/, registryId)
  return { host: other, user, password: password.join(':'), expiresAt }
}

function repositoryOf(found: EcrRepository): Repository {
  const { repositoryName = '', repositoryUri = '', registryId = '' } = found
  return {
    name: repositoryName,
    uri: repositoryUri,
    registryId,
    mutability:
      found.imageTagMutability?.startsWith('IMMUTABLE') === true ? 'immutable' : 'mutable',
    exceptTags: (found.imageTagMutabilityExclusionFilters ?? []).flatMap(
      ({ filter }) => filter ?? [],
    ),
    scansOnPush: found.imageScanningConfiguration?.scanOnPush === true,
  }
}

const imageWords = (repository: string, name: ImageName): string =>
  `image ${repository}${'tag' in name ? `:${name.tag}` : `@${name.digest}`}`

/** An address that is signed already. It is a secret as long as it lives, so that no message has it. */
async function download(
  url: string | undefined,
  action: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (url === undefined) throw new Refused('ECR gave no address to download from.', action)
  try {
    const answer = await fetch(url, { signal: signal ?? null })
    if (!answer.ok) throw new Refused(`The download was answered with ${answer.status}.`, action)
    return await answer.json()
  } catch (error) {
    if (error instanceof PortError) throw error
    throw new Unreachable('The download failed.', action, { cause: error })
  }
}

import { NotFound, PortError, Refused, Unreachable } from '@ecs-pipeline/rollout'
import type { ImageName, Registry } from '@ecs-pipeline/image'
import { errorName } from '../error-name.ts'
import { ACCEPTED_MEDIA_TYPES, IS_MISSING } from '../images.ts'
import type { RegistryAccess } from './access.ts'

/** `signal` ends a download. */
export function createStoredImages(
  { sdk, client, call, place }: RegistryAccess,
  signal: AbortSignal | undefined,
): Pick<Registry, 'image' | 'size' | 'tag' | 'json'> {
  const words = (name: ImageName): string =>
    `image ${place.repositoryName}${'tag' in name ? `:${name.tag}` : `@${name.digest}`}`
  return {
    async image(name) {
      const asked = { action: 'ecr:BatchGetImage', resource: words(name) }
      const command = {
        ...place,
        imageIds: ['tag' in name ? { imageTag: name.tag } : { imageDigest: name.digest }],
        acceptedMediaTypes: ACCEPTED_MEDIA_TYPES,
      }
      const answer = await call(asked, (send) =>
        client.send(new sdk.BatchGetImageCommand(command), send),
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

    async size(digest) {
      const asked = { action: 'ecr:DescribeImages', resource: words({ digest }) }
      const command = { ...place, imageIds: [{ imageDigest: digest }] }
      try {
        const answer = await call(asked, (send) =>
          client.send(new sdk.DescribeImagesCommand(command), send),
        )
        return answer.imageDetails?.[0]?.imageSizeInBytes
      } catch (error) {
        if (error instanceof NotFound) return undefined
        throw error
      }
    },

    async tag({ digest, manifest, mediaType }, tag) {
      const asked = { action: 'ecr:PutImage', resource: `${words({ digest })} as ${tag}` }
      const command = {
        ...place,
        imageManifest: manifest,
        ...(mediaType !== undefined && { imageManifestMediaType: mediaType }),
        imageTag: tag,
        imageDigest: digest,
      }
      try {
        await call(asked, (send) => client.send(new sdk.PutImageCommand(command), send))
        return 'tagged'
      } catch (error) {
        const name = errorName(error)
        if (name === 'ImageAlreadyExistsException') return 'already'
        if (name === 'ImageTagAlreadyExistsException') return 'taken'
        throw error
      }
    },

    async json(digest) {
      const asked = { action: 'ecr:GetDownloadUrlForLayer', resource: `blob ${digest}` }
      const command = { ...place, layerDigest: digest }
      const answer = await call(asked, (send) =>
        client.send(new sdk.GetDownloadUrlForLayerCommand(command), send),
      )
      return download(answer.downloadUrl, asked.action, signal)
    },
  }
}

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

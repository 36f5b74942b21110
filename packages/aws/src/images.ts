import { listedPlatforms, MEDIA_TYPES } from '@ecs-pipeline/image'
import { NotFound, Refused, type ImageAnswer, type Images } from '@ecs-pipeline/rollout'
import { ecrRegistry, parseImageReference } from './image-reference.ts'
import { load } from './lazy-sdk.ts'
import type { AwsAccess } from './toolbox.ts'

/**
 * All that ECR stores. Without it ECR may answer with a converted manifest, whose digest is another one; the API
 * reference names only single images, awslabs/amazon-ecr-containerd-resolver (ecr/resolver.go) asks for lists too.
 */
export const ACCEPTED_MEDIA_TYPES = Object.values(MEDIA_TYPES)

/**
 * Asks by BatchGetImage rather than DescribeImages: whoever may pull or push may do it already (it is in
 * AmazonEC2ContainerRegistryPullOnly, which lacks DescribeImages), so that a deploy needs no new permission.
 */
export function createImages({ clients, call }: AwsAccess): Images {
  return {
    async find(reference): Promise<ImageAnswer> {
      const image = parseImageReference(reference)
      if (!image) {
        return { kind: 'missing', message: `'${reference}' is not an image reference.` }
      }
      const registry = ecrRegistry(image.host)
      if (!registry) return { kind: 'elsewhere' }

      const action = 'ecr:BatchGetImage'
      const sdk = await load.ecr()
      const client = clients.of(sdk.ECRClient, registry.region)
      const command = {
        registryId: registry.registryId,
        repositoryName: image.repository,
        // A digest says more than a tag beside it, which may have moved; ECS goes by the digest too.
        imageIds: [
          image.digest === undefined ? { imageTag: image.tag } : { imageDigest: image.digest },
        ],
        acceptedMediaTypes: ACCEPTED_MEDIA_TYPES,
      }
      try {
        const answer = await call({ action, resource: `image ${reference}` }, (options) =>
          client.send(new sdk.BatchGetImageCommand(command), options),
        )
        const found = answer.images?.[0]
        const digest = found?.imageId?.imageDigest
        if (digest !== undefined) {
          return {
            kind: 'found',
            digest,
            pinned: `${image.host}/${image.repository}@${digest}`,
            platformDigests: listedPlatforms(found?.imageManifest ?? '{}').map(
              (platform) => platform.digest,
            ),
          }
        }
        const { failureCode = 'no code', failureReason = 'no reason given' } =
          answer.failures?.[0] ?? {}
        const message = `ECR does not give image ${reference}: ${failureReason} (${failureCode})`
        if (IS_MISSING.test(failureCode)) return { kind: 'missing', message }
        throw new Refused(message, action)
      } catch (error) {
        if (error instanceof NotFound) return { kind: 'missing', message: error.message }
        throw error
      }
    },
  }
}

/** The failure codes that say 'there is no such image'; others (KmsError, UpstreamUnavailable …) say less. */
export const IS_MISSING = /NotFound$|^InvalidImage|^no code$/

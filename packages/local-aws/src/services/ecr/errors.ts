/**
 * What ECR refuses, in its words: one source for the API and for the registry, whose errors carry the same
 * messages. Where no recording of the real wording was found, the comment says unproven.
 */
import {
  EmptyUploadException,
  ImageAlreadyExistsException,
  ImageDigestDoesNotMatchException,
  ImageNotFoundException,
  ImageTagAlreadyExistsException,
  InvalidLayerException,
  InvalidLayerPartException,
  InvalidParameterException,
  InvalidTagParameterException,
  LayerAlreadyExistsException,
  LayerPartTooSmallException,
  LayersNotFoundException,
  LifecyclePolicyNotFoundException,
  LifecyclePolicyPreviewInProgressException,
  LifecyclePolicyPreviewNotFoundException,
  LimitExceededException,
  ReferencedImagesNotFoundException,
  RepositoryAlreadyExistsException,
  RepositoryNotEmptyException,
  RepositoryNotFoundException,
  RepositoryPolicyNotFoundException,
  ScanNotFoundException,
  TooManyTagsException,
  UnsupportedImageTypeException,
  UploadNotFoundException,
  ValidationException,
} from '@aws-sdk/client-ecr'

const saying = (message: string): { message: string; $metadata: object } => ({
  message,
  $metadata: {},
})

/** A repository as messages name it. */
export interface Named {
  readonly name: string
  readonly registryId: string
}

const inRegistry = ({ name, registryId }: Named): string =>
  `repository with name '${name}' in the registry with id '${registryId}'`

/** `constraint` is what stands in quotes behind 'failed to satisfy constraint'. */
export const invalidParameter = (parameter: string, constraint: string): Error =>
  new InvalidParameterException(
    saying(`Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`),
  )

export const repositoryNotFound = ({ name, registryId }: Named): Error =>
  new RepositoryNotFoundException(
    saying(
      `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
    ),
  )

export const repositoryAlreadyExists = ({ name, registryId }: Named): Error =>
  new RepositoryAlreadyExistsException(
    saying(
      `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
    ),
  )

export const repositoryNotEmpty = ({ name, registryId }: Named): Error =>
  new RepositoryNotEmptyException(
    saying(
      `The repository with name '${name}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
    ),
  )

export const lifecyclePolicyNotFound = (repository: Named): Error =>
  new LifecyclePolicyNotFoundException(
    saying(`Lifecycle policy does not exist for the ${inRegistry(repository)}`),
  )

/** Unproven, as is what ECR says of a preview that has not ended. */
export const lifecyclePreviewNotFound = (repository: Named): Error =>
  new LifecyclePolicyPreviewNotFoundException(
    saying(`Lifecycle policy preview does not exist for the ${inRegistry(repository)}`),
  )

export const lifecyclePreviewInProgress = (repository: Named): Error =>
  new LifecyclePolicyPreviewInProgressException(
    saying(`Lifecycle policy preview is in progress for the ${inRegistry(repository)}`),
  )

export const repositoryPolicyNotFound = (repository: Named): Error =>
  new RepositoryPolicyNotFoundException(
    saying(`Repository policy does not exist for the ${inRegistry(repository)}`),
  )

interface Id {
  readonly imageDigest?: string | undefined
  readonly imageTag?: string | undefined
}

const spelled = ({ imageDigest, imageTag }: Id): string =>
  `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`

export const imageNotFound = ({ name, registryId }: Named, id: Id): Error =>
  new ImageNotFoundException(
    saying(
      `The image with imageId ${spelled(id)} does not exist within the repository with name '${name}' in the registry with id '${registryId}'`,
    ),
  )

export const scanNotFound = (repository: Named, id: Id): Error =>
  new ScanNotFoundException(
    saying(
      `Image scan does not exist for the image with '${spelled(id)}' in the ${inRegistry(repository)}`,
    ),
  )

export const scanQuotaExceeded = (): Error =>
  new LimitExceededException(
    saying('The scan quota per image has been exceeded. Wait and try again.'),
  )

export const scanDisabled = (): Error => new ValidationException(saying('This feature is disabled'))

export const unsupportedImageType = (mediaType: string): Error =>
  new UnsupportedImageTypeException(
    saying(
      `An artifact with media type '${mediaType}' cannot be scanned. For more information, see the Amazon ECR documentation.`,
    ),
  )

/** What stands in place of a missing tag is unproven. */
export const imageAlreadyExists = (
  { name, registryId }: Named,
  digest: string,
  tag: string | undefined,
): Error =>
  new ImageAlreadyExistsException(
    saying(
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${name}' in registry with id '${registryId}'`,
    ),
  )

export const tagIsImmutable = ({ name }: Named, tag: string): Error =>
  new ImageTagAlreadyExistsException(
    saying(
      `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
    ),
  )

export const tooManyImageTags = ({ name, registryId }: Named, tag: string, most: number): Error =>
  new LimitExceededException(
    saying(
      `Adding tag '${tag}' to an image in the repository with name '${name}' in registry with id '${registryId}' exceeds the maximum allowed number of tags per image which is '${most}'`,
    ),
  )

export const tooManyReferrers = (most: number): Error =>
  new LimitExceededException(
    saying(
      `The subject of your artifact has the maximum number of artifacts (${most}) referring to it. Configure an appropriate lifecycle policy for cleanup or delete an existing artifact before retrying.`,
    ),
  )

/** Unproven. */
export const tooManyParts = (most: number): Error =>
  new LimitExceededException(saying(`A layer can have at most ${most} parts`))

/** Unproven. */
export const digestDoesNotMatch = (given: string, actual: string): Error =>
  new ImageDigestDoesNotMatchException(
    saying(`The provided digest '${given}' does not match the digest '${actual}' of the manifest`),
  )

export const layersNotFound = (repository: Named, digests: readonly string[]): Error =>
  new LayersNotFoundException(saying(required('Layers', repository, digests)))

/** For reading a layer; unproven. */
export const layerNotFound = (repository: Named, digest: string): Error =>
  new LayersNotFoundException(
    saying(`Layer with digest '${digest}' does not exist in the ${inRegistry(repository)}`),
  )

export const referencedImagesNotFound = (repository: Named, digests: readonly string[]): Error =>
  new ReferencedImagesNotFoundException(saying(required('Images', repository, digests)))

const required = (what: string, repository: Named, digests: readonly string[]): string =>
  `${what} with digests '[${digests.join(', ')}]' required for pushing image into ${inRegistry(repository)} do not exist`

/** Unproven, as are the messages of the other upload errors below. */
export const uploadNotFound = (repository: Named, uploadId: string): Error =>
  new UploadNotFoundException(
    saying(`The upload with id '${uploadId}' does not exist in the ${inRegistry(repository)}`),
  )

export const invalidLayerPart = (
  repository: Named,
  uploadId: string,
  lastValidByteReceived: number,
): Error =>
  new InvalidLayerPartException({
    ...saying('The layer part does not start at the byte after the last one received'),
    registryId: repository.registryId,
    repositoryName: repository.name,
    uploadId,
    lastValidByteReceived,
  })

export const emptyUpload = (): Error =>
  new EmptyUploadException(saying('The upload does not contain any layer parts'))

export const layerPartTooSmall = (): Error =>
  new LayerPartTooSmallException(saying('Layer parts must be at least 5 MiB in size'))

export const invalidLayer = (): Error =>
  new InvalidLayerException(
    saying('The digest of the uploaded layer does not match the digest given'),
  )

export const layerAlreadyExists = (repository: Named, digest: string): Error =>
  new LayerAlreadyExistsException(
    saying(`Layer with digest '${digest}' already exists in the ${inRegistry(repository)}`),
  )

/** Unproven. */
export const invalidTag = (message: string): Error =>
  new InvalidTagParameterException(saying(message))

/** Unproven. */
export const tooManyTags = (limit: number): Error =>
  new TooManyTagsException(saying(`A repository can have at most ${limit} tags`))

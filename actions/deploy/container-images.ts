/** Which image each container of the new revision gets, and by which digest. */
import {
  Denied,
  Refusal,
  type ContainerImageView,
  type ImageAnswer,
  type Images,
  type TaskDefinitionDocument,
  type WantedDigests,
} from '@ecs-pipeline/rollout'
import { chosenContainers, containerName, containersOf } from './containers.ts'

export interface ImageChoice {
  /** `undefined`: the one container of the task definition, or the one that its load balancer names. */
  readonly container: string | undefined
  readonly image: string
}

/** Puts the chosen images in. Throws a {@link Refusal} for a container that is not there. */
export function withImages(
  document: TaskDefinitionDocument,
  choices: readonly ImageChoice[],
  served: readonly string[],
): TaskDefinitionDocument {
  const chosen = new Map(
    choices.flatMap(({ container, image }) => {
      const names = container === undefined ? [] : [container]
      return chosenContainers(document, names, served, 'image').map((name) => [name, image])
    }),
  )
  return {
    ...document,
    containerDefinitions: containersOf(document).map((container) => {
      const image = chosen.get(containerName(container))
      return image === undefined ? container : { ...container, image }
    }),
  }
}

export interface PinnedImages {
  readonly document: TaskDefinitionDocument
  readonly images: readonly ContainerImageView[]
  readonly wanted: WantedDigests
  /** Containers whose registry is not ECR, so that their image stays as it is written. */
  readonly unpinned: readonly string[]
}

/** A digest is good without the registry's word; a tag that nobody may look up could mean anything. */
async function ask(registry: Images, reference: string): Promise<ImageAnswer> {
  try {
    return await registry.find(reference)
  } catch (error) {
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1]
    if (!(error instanceof Denied)) throw error
    if (digest !== undefined)
      return { kind: 'found', digest, pinned: reference, platformDigests: [] }
    throw new Denied(`${error.message} Or give the image by digest.`, error.action, {
      cause: error,
    })
  }
}

/** Asks the registry for each image and writes it by digest. Throws a {@link Refusal} when one is not there. */
export async function pinImages(
  document: TaskDefinitionDocument,
  registry: Images,
): Promise<PinnedImages> {
  const containers = containersOf(document)
  const references = [...new Set(containers.map((each) => String(each['image'])))]
  const answers = new Map(
    await Promise.all(
      references.map(async (reference) => [reference, await ask(registry, reference)] as const),
    ),
  )
  const images: ContainerImageView[] = []
  const wanted = new Map<string, readonly string[]>()
  const unpinned: string[] = []
  const pinned = containers.map((container) => {
    const name = containerName(container)
    const image = String(container['image'])
    const answer = answers.get(image)
    if (answer?.kind === 'missing') {
      throw new Refusal(
        `image: container \`${name}\`: ${answer.message} Push it first, or correct the tag.`,
      )
    }
    if (answer?.kind !== 'found') {
      unpinned.push(name)
      images.push({ container: name, image, digest: undefined })
      return container
    }
    wanted.set(name, [answer.digest, ...answer.platformDigests])
    images.push({ container: name, image, digest: answer.digest })
    return { ...container, image: answer.pinned }
  })
  return { document: { ...document, containerDefinitions: pinned }, images, wanted, unpinned }
}

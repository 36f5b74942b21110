import { readManifest, runnable, type ImageContent, type StoredImage } from '@ecs-pipeline/image'
import { platformsOf } from './docker/build-arguments.ts'
import { Ending } from './ending.ts'
import type { PushInputs } from './inputs.ts'

/** An image that nothing can run, or that lacks a platform, is found by a task that does not start, otherwise. */
export function checkContent(image: StoredImage, inputs: PushInputs): ImageContent {
  const content = readManifest(image.manifest, image.mediaType)
  if (runnable(image.digest, content).length === 0) {
    throw new Ending('failed', `${image.digest} is an index without an image that can run.`)
  }
  const has = content.platforms.map(({ platform }) => platform)
  const lacks = content.isIndex
    ? platformsOf(inputs).filter(
        (wanted) => !has.some((each) => each === wanted || each.startsWith(`${wanted}/`)),
      )
    : []
  if (lacks.length > 0) {
    throw new Ending(
      'failed',
      `${image.digest} has no image for ${lacks.join(', ')}, only for ${has.join(', ')}.`,
    )
  }
  return content
}

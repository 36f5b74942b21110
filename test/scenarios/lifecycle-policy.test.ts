/** What the lifecycle policy of a repository that ecr-push makes would let go, by ECR's own preview. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { DEFAULT_LIFECYCLE, lifecyclePolicy } from '@ecs-pipeline/image'
import { newRepository, storeImage } from './support/push-on-stage.ts'
import { Stage } from './support/stage.ts'

const DAY = 24 * 60 * 60_000

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

/** The tags of what would go; an image without a tag is `-`. */
async function expiring(repositoryName: string): Promise<readonly string[]> {
  const { ecr } = stage.clients
  const lifecyclePolicyText = lifecyclePolicy(DEFAULT_LIFECYCLE)
  await ecr.startLifecyclePolicyPreview({ repositoryName, lifecyclePolicyText })
  for (;;) {
    const { status, previewResults } = await ecr.getLifecyclePolicyPreview({ repositoryName })
    if (status === 'COMPLETE') {
      return (previewResults ?? []).map(({ imageTags }) => (imageTags ?? []).join() || '-').sort()
    }
    await stage.clock.advance(5000)
  }
}

test('the last ten tagged stay, releases beside them; untagged ones go after a week', async () => {
  const name = await newRepository(stage, { imageTagMutability: 'MUTABLE' })
  await storeImage(stage, name, { tag: 'release-1' })
  await storeImage(stage, name, { tag: 'stable-1' })
  // The tag moves on, and leaves an image without one behind.
  await storeImage(stage, name, { tag: 'moving', text: 'old' })
  await storeImage(stage, name, { tag: 'moving', text: 'new' })
  for (let index = 10; index < 21; index++) {
    await stage.clock.advance(60_000)
    await storeImage(stage, name, { tag: `build-${index}` })
  }
  // Twelve are tagged so that they count: `moving`, and build-10 to build-20.
  expect(await expiring(name)).toEqual(['build-10', 'moving'])
  await stage.clock.advance(8 * DAY)
  expect(await expiring(name)).toEqual(['-', 'build-10', 'moving'])
})

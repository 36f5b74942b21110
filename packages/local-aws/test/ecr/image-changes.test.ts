import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  ImageAlreadyExistsException,
  ImageDigestDoesNotMatchException,
  ImageTagAlreadyExistsException,
  InvalidParameterException,
  LayersNotFoundException,
  LimitExceededException,
  PutImageCommand,
  ReferencedImagesNotFoundException,
  type PutImageCommandInput,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { OciImage } from '../../src/oci/image.ts'
import { OCI_INDEX } from '../../src/oci/media-types.ts'
import { makeImage, makeIndex, startEcr, type TestEcr } from './test-ecr.ts'

const repositoryName = 'app'
const ABSENT = `sha256:${'0'.repeat(64)}`

let ecr: TestEcr
let one: OciImage
let two: OciImage

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName }))
  one = await makeImage('one')
  two = await makeImage('two')
  await ecr.push(one, 'app', 'v1')
})

afterEach(() => {
  ecr.stop()
})

const textOf = (image: OciImage): string => Buffer.from(image.manifest).toString()

const put = (input: Partial<PutImageCommandInput> = {}) =>
  ecr.client.send(new PutImageCommand({ repositoryName, imageManifest: textOf(one), ...input }))

async function pushIndex(tag: string): Promise<string> {
  const index = makeIndex([{ image: one, os: 'linux', architecture: 'amd64' }])
  await put({ imageManifest: index.content, imageTag: tag })
  return index.digest
}

const FAILURES = [
  [{}, 'MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null'],
  [{ imageTag: 'x' }, 'ImageNotFound', 'Requested image not found'],
  [{ imageDigest: ABSENT }, 'ImageNotFound', 'Requested image not found'],
  [
    { imageDigest: 'short' },
    'InvalidImageDigest',
    expect.stringContaining('image digest should satisfy the regex'),
  ],
] as const

describe('PutImage', () => {
  test('gives an image that is there another tag', async () => {
    const { image } = await put({ imageTag: 'latest', imageDigest: one.digest })
    expect(image).toMatchObject({
      imageId: { imageDigest: one.digest, imageTag: 'latest' },
      imageManifest: textOf(one),
    })
    expect(ecr.store.repository('app').tags.get('latest')).toBe(one.digest)
  })

  test('moves a tag that may be moved; the image before it keeps its digest', async () => {
    await ecr.push(two, 'app')
    await put({ imageManifest: textOf(two), imageTag: 'v1' })
    expect(ecr.store.repository('app').tags.get('v1')).toBe(two.digest)
    expect(ecr.store.repository('app').images.has(one.digest)).toBe(true)
  })

  test.each([
    ['v1', 'v1'],
    [undefined, 'null'],
  ])('refuses what is there already (tag %s)', async (imageTag, words) => {
    const error = await put({ imageTag }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ImageAlreadyExistsException)
    expect((error as Error).message).toBe(
      `Image with digest '${one.digest}' and tag '${words}' already exists in the repository with name 'app' in registry with id '123456789012'`,
    )
  })

  test('refuses to move an immutable tag', async () => {
    ecr.store.repository('app').tagRules = { mutability: 'IMMUTABLE', exclusions: [] }
    await ecr.push(two, 'app')
    const error = await put({ imageManifest: textOf(two), imageTag: 'v1' }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(ImageTagAlreadyExistsException)
    expect((error as Error).message).toBe(
      "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the tag is immutable.",
    )
  })

  test.each<
    [string, () => Partial<PutImageCommandInput>, abstract new (...args: never[]) => Error]
  >([
    [
      'another digest',
      () => ({ imageTag: 'x', imageDigest: ABSENT }),
      ImageDigestDoesNotMatchException,
    ],
    ['layers that are not there', () => ({ imageManifest: textOf(two) }), LayersNotFoundException],
    [
      'an index over images that are not there',
      () => ({
        imageManifest: makeIndex([{ image: two, os: 'linux', architecture: 'amd64' }]).content,
      }),
      ReferencedImagesNotFoundException,
    ],
    ['a tag that is no tag', () => ({ imageTag: 'v 1' }), InvalidParameterException],
    ['a manifest that is no JSON', () => ({ imageManifest: 'x' }), InvalidParameterException],
    [
      'a media type that is not its own',
      () => ({ imageTag: 'x', imageManifestMediaType: OCI_INDEX }),
      InvalidParameterException,
    ],
  ])('refuses %s', async (_, input, exception) => {
    await expect(put(input())).rejects.toBeInstanceOf(exception)
  })
})

test('an image has at most 1,000 tags, by the API and by the registry', async () => {
  const { tags } = ecr.store.repository('app')
  for (let index = 1; index < 1000; index++) tags.set(`t${index}`, one.digest)
  const message =
    "Adding tag 'more' to an image in the repository with name 'app' in registry with id '123456789012' exceeds the maximum allowed number of tags per image which is '1000'"
  const error = await put({ imageTag: 'more' }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(LimitExceededException)
  expect((error as Error).message).toBe(message)
  await expect(ecr.push(one, 'app', 'more')).rejects.toMatchObject({
    status: 403,
    code: 'DENIED',
    message: expect.stringContaining(message),
  })
  await expect(ecr.push(one, 'app', 't1')).resolves.toBe(one.digest)
})

describe('BatchDeleteImage', () => {
  const remove = (...imageIds: { imageTag?: string; imageDigest?: string }[]) =>
    ecr.client.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))

  test('by tag takes the tag, and the image with its last tag', async () => {
    await put({ imageTag: 'latest' })
    expect((await remove({ imageTag: 'v1' })).imageIds).toEqual([
      { imageDigest: one.digest, imageTag: 'v1' },
    ])
    expect(ecr.store.repository('app').images.size).toBe(1)
    await remove({ imageTag: 'latest' })
    expect(ecr.store.repository('app').images.size).toBe(0)
  })

  test('by digest takes the image with all its tags', async () => {
    await put({ imageTag: 'latest' })
    const { imageIds, failures } = await remove({ imageDigest: one.digest })
    expect(failures).toEqual([])
    expect(imageIds).toEqual([
      { imageDigest: one.digest, imageTag: 'v1' },
      { imageDigest: one.digest, imageTag: 'latest' },
    ])
    expect(ecr.store.repository('app').tags.size).toBe(0)
  })

  test('does not take an image that an index lists, until the index is gone', async () => {
    const index = await pushIndex('multi')
    const { failures } = await remove({ imageDigest: one.digest })
    expect(failures).toEqual([
      {
        imageId: { imageDigest: one.digest },
        failureCode: 'ImageReferencedByManifestList',
        failureReason: 'Requested image referenced by manifest list',
      },
    ])
    await remove({ imageDigest: index })
    expect((await remove({ imageDigest: one.digest })).failures).toEqual([])
  })

  test.each(FAILURES)(
    'lists %j among the failures as %s',
    async (imageId, failureCode, failureReason) => {
      const { imageIds, failures } = await remove(imageId, { imageTag: 'v1' })
      expect(imageIds).toHaveLength(1)
      expect(failures).toEqual([{ imageId, failureCode, failureReason }])
    },
  )
})

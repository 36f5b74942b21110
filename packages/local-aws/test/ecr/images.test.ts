import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ImageNotFoundException,
  InvalidParameterException,
  ListImagesCommand,
  PutImageCommand,
  type DescribeImagesCommandInput,
  type PutImageCommandInput,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { OciImage } from '../../src/oci/image.ts'
import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { makeImage, makeIndex, PLACE, startEcr, type TestEcr } from './test-ecr.ts'

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

const describeImages = async (input: Partial<DescribeImagesCommandInput> = {}) =>
  ecr.client.send(new DescribeImagesCommand({ repositoryName, ...input }))

const put = (input: Partial<PutImageCommandInput> = {}) =>
  ecr.client.send(new PutImageCommand({ repositoryName, imageManifest: textOf(one), ...input }))

async function pushIndex(tag: string): Promise<string> {
  const index = makeIndex([{ image: one, os: 'linux', architecture: 'amd64' }])
  await put({ imageManifest: index.content, imageTag: tag })
  return index.digest
}

describe('DescribeImages', () => {
  test('tells what was pushed, when, and how large it is', async () => {
    const pushedAt = new Date(ecr.clock.now())
    await ecr.clock.advance(60_000)
    await put({ imageTag: 'latest' })
    await ecr.images.pull(`${ecr.registryHost}/app:v1`)
    const { imageDetails } = await describeImages()
    expect(imageDetails).toEqual([
      {
        registryId: PLACE.account,
        repositoryName,
        imageDigest: one.digest,
        imageTags: ['v1', 'latest'],
        imageSizeInBytes: [one.config, ...one.layers].reduce(
          (sum, blob) => sum + blob.data.byteLength,
          0,
        ),
        imagePushedAt: pushedAt,
        imageManifestMediaType: OCI_MANIFEST,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
        lastRecordedPullTime: new Date(ecr.clock.now()),
        imageStatus: 'ACTIVE',
      },
    ])
  })

  test('finds by tag and by digest; an index is as large as its largest image', async () => {
    const index = await pushIndex('multi')
    const { imageDetails } = await describeImages({
      imageIds: [{ imageTag: 'multi' }, { imageDigest: one.digest }],
    })
    expect(imageDetails?.map((each) => each.imageDigest)).toEqual([index, one.digest])
    expect(imageDetails?.[0]?.imageSizeInBytes).toBe(imageDetails?.[1]?.imageSizeInBytes)
    expect(imageDetails?.[0]?.imageManifestMediaType).toBe(OCI_INDEX)
  })

  test.each([
    ['TAGGED', ['v1']],
    ['UNTAGGED', [undefined]],
    ['ANY', ['v1', undefined]],
  ] as const)('filters by tag status %s', async (tagStatus, tags) => {
    await ecr.clock.advance(1)
    await ecr.push(two, 'app')
    const { imageDetails } = await describeImages({ filter: { tagStatus } })
    expect(imageDetails?.map((each) => each.imageTags?.[0])).toEqual(tags)
    const { imageIds } = await ecr.client.send(
      new ListImagesCommand({ repositoryName, filter: { tagStatus } }),
    )
    expect(new Set(imageIds?.map((each) => each.imageTag))).toEqual(new Set(tags))
  })

  test('pages through images in the order they were pushed', async () => {
    const pushed = [one.digest]
    for (let index = 0; index < 4; index++) {
      await ecr.clock.advance(1)
      pushed.push(await ecr.push(await makeImage(`image ${index}`), 'app'))
    }
    const found: (string | undefined)[] = []
    let nextToken: string | undefined
    do {
      const page: Awaited<ReturnType<typeof describeImages>> = await describeImages({
        maxResults: 2,
        nextToken,
      })
      expect(page.imageDetails?.length).toBeLessThanOrEqual(2)
      found.push(...(page.imageDetails ?? []).map((each) => each.imageDigest))
      nextToken = page.nextToken
    } while (nextToken !== undefined)
    expect(found).toEqual(pushed)
  })

  test.each([
    [{ imageTag: 'x' }, "{imageDigest:'null', imageTag:'x'}"],
    [{ imageDigest: ABSENT }, `{imageDigest:'${ABSENT}', imageTag:'null'}`],
    [{ imageDigest: ABSENT, imageTag: 'v1' }, `{imageDigest:'${ABSENT}', imageTag:'v1'}`],
  ])('does not find %j', async (id, words) => {
    const error = await describeImages({ imageIds: [{ imageTag: 'v1' }, id] }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(ImageNotFoundException)
    expect((error as Error).message).toBe(
      `The image with imageId ${words} does not exist within the repository with name 'app' in the registry with id '123456789012'`,
    )
  })

  test.each<[string, Partial<DescribeImagesCommandInput>]>([
    ['paging beside imageIds', { imageIds: [{ imageTag: 'v1' }], maxResults: 1 }],
    ['101 images', { imageIds: Array.from({ length: 101 }, () => ({ imageTag: 'v1' })) }],
    ['an unknown tag status', { filter: { tagStatus: 'SOME' as 'ANY' } }],
    ['an image without a name', { imageIds: [{}] }],
  ])('refuses %s', async (_, input) => {
    await expect(describeImages(input)).rejects.toBeInstanceOf(InvalidParameterException)
  })
})

test('ListImages gives one line for each tag', async () => {
  await put({ imageTag: 'latest' })
  await ecr.push(two, 'app')
  const { imageIds } = await ecr.client.send(new ListImagesCommand({ repositoryName }))
  expect(imageIds).toHaveLength(3)
  expect(imageIds).toEqual(
    expect.arrayContaining([
      { imageDigest: one.digest, imageTag: 'v1' },
      { imageDigest: one.digest, imageTag: 'latest' },
      { imageDigest: two.digest },
    ]),
  )
})

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

describe('BatchGetImage', () => {
  const get = (
    imageIds: { imageTag?: string; imageDigest?: string }[],
    acceptedMediaTypes?: string[],
  ) => ecr.client.send(new BatchGetImageCommand({ repositoryName, imageIds, acceptedMediaTypes }))

  test('gives the manifest as it was pushed', async () => {
    const { images, failures } = await get([{ imageTag: 'v1' }])
    expect(failures).toEqual([])
    expect(images).toEqual([
      {
        registryId: PLACE.account,
        repositoryName,
        imageId: { imageDigest: one.digest, imageTag: 'v1' },
        imageManifest: textOf(one),
        imageManifestMediaType: OCI_MANIFEST,
      },
    ])
  })

  test('gives only what the client accepts', async () => {
    await pushIndex('multi')
    const { images, failures } = await get(
      [{ imageTag: 'v1' }, { imageTag: 'multi' }],
      [OCI_INDEX, DOCKER_MANIFEST],
    )
    expect(images?.map((each) => each.imageId?.imageTag)).toEqual(['multi'])
    expect(failures).toEqual([
      {
        imageId: { imageTag: 'v1' },
        failureCode: 'ImageNotFound',
        failureReason: 'Requested image not found',
      },
    ])
  })

  test.each(FAILURES)(
    'lists %j among the failures as %s',
    async (imageId, failureCode, failureReason) => {
      const { images, failures } = await get([imageId, { imageTag: 'v1' }])
      expect(images).toHaveLength(1)
      expect(failures).toEqual([{ imageId, failureCode, failureReason }])
    },
  )

  test('lists a digest and a tag that do not belong together', async () => {
    await ecr.push(two, 'app', 'v2')
    const { failures } = await get([{ imageDigest: one.digest, imageTag: 'v2' }])
    expect(failures?.[0]?.failureCode).toBe('ImageTagDoesNotMatchDigest')
  })

  test.each([0, 101])('takes 1 to 100 images, not %i', async (count) => {
    await expect(
      get(Array.from({ length: count }, () => ({ imageTag: 'v1' }))),
    ).rejects.toBeInstanceOf(InvalidParameterException)
  })
})

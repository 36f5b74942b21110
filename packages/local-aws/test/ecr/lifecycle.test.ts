import {
  CreateRepositoryCommand,
  GetLifecyclePolicyPreviewCommand,
  InvalidParameterException,
  LifecyclePolicyNotFoundException,
  LifecyclePolicyPreviewInProgressException,
  LifecyclePolicyPreviewNotFoundException,
  PutImageCommand,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
  type GetLifecyclePolicyPreviewCommandInput,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { count, days, pattern, policy, prefix, rule, type Members } from './lifecycle-policies.ts'
import { makeImage, makeIndex, startEcr, type TestEcr } from './test-ecr.ts'

const repositoryName = 'app'
const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName }))
})

afterEach(() => {
  ecr.stop()
})

/** One image after the other, a day between two; each is named by the tags it is given, and `-` by none. */
async function push(...images: readonly string[]): Promise<void> {
  for (const [index, tags] of images.entries()) {
    if (index > 0) await ecr.clock.advance(DAY)
    const image = await makeImage(`${index} ${tags}`)
    if (tags === '-') await ecr.push(image, 'app')
    else for (const tag of tags.split(' ')) await ecr.push(image, 'app', tag)
  }
}

const start = (lifecyclePolicyText?: string) =>
  ecr.client.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }))
const get = (input: Partial<GetLifecyclePolicyPreviewCommandInput> = {}) =>
  ecr.client.send(new GetLifecyclePolicyPreviewCommand({ repositoryName, ...input }))

/** Each image that would go as `tags by rule`, oldest first. */
async function preview(lifecyclePolicyText: string): Promise<string[]> {
  await start(lifecyclePolicyText)
  await ecr.clock.advance(5_000)
  const { previewResults, summary } = await get()
  expect(summary?.expiringImageTotalCount).toBe(previewResults?.length)
  return (previewResults ?? []).map(
    (each) => `${each.imageTags?.join(' ') ?? ''} by ${each.appliedRulePriority ?? ''}`,
  )
}

describe('the images that a policy would take', () => {
  test.each<[string, readonly string[], readonly Members[], readonly string[]]>([
    ['are the oldest beyond a number', ['a', 'b', 'c'], [rule(1, count('any', 2))], ['a by 1']],
    ['are none while the number is not reached', ['a', 'b'], [rule(1, count('any', 2))], []],
    [
      'are older than so many days, and not as old',
      ['a', 'b', 'c', 'd'],
      [rule(1, days('any', 2))],
      ['a by 1'],
    ],
    [
      'are those without a tag',
      ['-', 'a', '-', '-'],
      [rule(1, count('untagged', 1))],
      [' by 1', ' by 1'],
    ],
    [
      'have a tag with the prefix',
      ['v1', 'x', 'v2', 'v3'],
      [rule(1, count('tagged', 1, prefix('v')))],
      ['v1 by 1', 'v2 by 1'],
    ],
    [
      'have tags with all of the prefixes',
      ['v1 prod-1', 'v2', 'v3 prod-3', 'prod-4 v4'],
      [rule(1, count('tagged', 1, prefix('v', 'prod')))],
      ['v1 prod-1 by 1', 'v3 prod-3 by 1'],
    ],
    [
      'have a tag of the pattern, whole',
      ['a-prod', 'a-prod-b', 'prod', 'x-prod'],
      [rule(1, count('tagged', 1, pattern('*-prod')))],
      ['a-prod by 1'],
    ],
    [
      'are not what an earlier rule is about, also where that lets it live',
      ['prod-1', 'x', 'y'],
      [rule(1, count('tagged', 5, prefix('prod'))), rule(2, count('any', 1))],
      ['x by 2'],
    ],
    [
      'are counted by a later rule, whoever takes them',
      ['beta-1 prod-1', 'beta-2', 'beta-3', 'prod-2'],
      [rule(1, count('tagged', 1, prefix('prod'))), rule(2, count('tagged', 2, prefix('beta')))],
      ['beta-1 prod-1 by 1'],
    ],
    [
      'go by the rule with the lowest number, in whatever order they are written',
      ['v1', 'v2'],
      [rule(7, count('any', 1)), rule(3, count('tagged', 1, prefix('v')))],
      ['v1 by 3'],
    ],
  ])('%s', async (_, images, rules, expected) => {
    await push(...images)
    expect(await preview(policy(...rules))).toEqual(expected)
  })

  test('are not those that an index lists', async () => {
    await push('-', '-')
    const images = [...ecr.store.repository('app').images.keys()]
    const listed = await makeImage('0 -')
    expect(images[0]).toBe(listed.digest)
    await ecr.client.send(
      new PutImageCommand({
        repositoryName,
        imageManifest: makeIndex([{ image: listed, os: 'linux', architecture: 'amd64' }]).content,
        imageTag: 'multi',
      }),
    )
    await ecr.clock.advance(3 * DAY)
    await start(policy(rule(1, days('untagged', 1))))
    await ecr.clock.advance(5_000)
    const { previewResults } = await get()
    expect(previewResults?.map((each) => each.imageDigest)).toEqual([images[1]])
    expect(previewResults?.[0]).toMatchObject({ action: { type: 'EXPIRE' }, imageTags: [] })
  })
})

describe('a preview', () => {
  const TWO = policy(rule(1, count('any', 1)))

  test('needs a policy, its own or the repository’s', async () => {
    await expect(start()).rejects.toBeInstanceOf(LifecyclePolicyNotFoundException)
    await expect(get()).rejects.toBeInstanceOf(LifecyclePolicyPreviewNotFoundException)
    await ecr.client.send(
      new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: TWO }),
    )
    expect(await start()).toMatchObject({ status: 'IN_PROGRESS', lifecyclePolicyText: TWO })
  })

  test('takes a while, is one at a time, and takes no image away', async () => {
    await push('a', 'b')
    await start(TWO)
    await ecr.clock.advance(4_999)
    const early = await get()
    expect([early.status, early.previewResults]).toEqual(['IN_PROGRESS', undefined])
    await expect(start(TWO)).rejects.toBeInstanceOf(LifecyclePolicyPreviewInProgressException)
    await ecr.clock.advance(1)
    expect(await get()).toMatchObject({
      status: 'COMPLETE',
      summary: { expiringImageTotalCount: 1 },
    })
    expect(ecr.store.repository('app').images.size).toBe(2)
    await start(TWO)
  })

  test('is told page by page, for some images, or for those with tags', async () => {
    await push('a', '-', 'b', 'c')
    await preview(TWO)
    const first = await get({ maxResults: 2 })
    const second = await get({ maxResults: 2, nextToken: first.nextToken })
    expect([first.previewResults?.length, second.previewResults?.length]).toEqual([2, 1])
    expect(second.nextToken).toBeUndefined()
    const tags = async (input: Partial<GetLifecyclePolicyPreviewCommandInput>) =>
      (await get(input)).previewResults?.map((each) => each.imageTags?.join() ?? '')
    expect(await tags({ filter: { tagStatus: 'TAGGED' } })).toEqual(['a', 'b'])
    expect(await tags({ imageIds: [{ imageTag: 'b' }, { imageTag: 'c' }] })).toEqual(['b'])
    await expect(get({ maxResults: 101 })).rejects.toBeInstanceOf(InvalidParameterException)
  })
})

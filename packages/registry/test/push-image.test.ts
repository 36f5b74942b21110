import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectStored, openStage, type Stage } from './pushing.ts'
import { randomImage, testIndex, writeLayout } from './test-images.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
})

afterEach(async () => {
  await stage.close()
})

const image = randomImage('one', 1_300_000, 700_000, 3000, 10)

const sent = (): readonly string[] =>
  stage.seen.filter(({ method }) => method === 'PUT' || method === 'POST').map(({ path }) => path)

test('everything arrives, and the manifest comes last', async () => {
  const pushed = await stage.push(image)
  const { digest, mediaType } = image.descriptor
  const blobs = [...image.blobs].filter(([each]) => each !== digest)
  const bytes = blobs.reduce((sum, [, { byteLength }]) => sum + byteLength, 0)
  expect(pushed).toEqual({ kind: 'pushed', digest, mediaType, bytes, uploaded: 5, skipped: 0 })
  expect(stage.seen.at(-1)).toMatchObject({ method: 'PUT', path: '/v2/app/manifests/v1' })
  await expectStored(stage, image)
  // HEAD, POST and PUT of each blob, and the manifest.
  expect(stage.seen).toHaveLength(3 * 5 + 1)
})

test('what the repository has is not sent again', async () => {
  await stage.push(image)
  stage.seen.length = 0
  expect(await stage.push(image)).toMatchObject({ bytes: 0, uploaded: 0, skipped: 5 })
  expect(sent()).toEqual(['/v2/app/manifests/v1'])
})

test('of an index, the images come by digest and the index by tag', async () => {
  const other = randomImage('other', 2000)
  const index = testIndex([image, other])
  expect(await stage.push(index)).toMatchObject({ digest: index.descriptor.digest })
  const manifests = sent().filter((path) => path.includes('manifests'))
  expect(manifests).toEqual(
    [image.descriptor.digest, other.descriptor.digest, 'v1'].map(
      (each) => `/v2/app/manifests/${each}`,
    ),
  )
  await expectStored(stage, index)
})

describe('an immutable tag', () => {
  test('that names another image is taken', async () => {
    await stage.push(randomImage('other', 10))
    expect(await stage.push(image)).toEqual({ kind: 'tag-taken' })
  })

  test('that names this image already is no trouble, whatever the registry says to it', async () => {
    const put = { method: 'PUT', request: 'manifest', times: 1 } as const
    stage.ecr.registryFaults.add({ ...put, lost: 'reset', done: true })
    const message = "The image tag 'v1' cannot be overwritten because the repository is immutable."
    stage.ecr.registryFaults.add({ ...put, error: { status: 400, code: 'TAG_INVALID', message } })
    expect(await stage.push(image)).toMatchObject({ kind: 'pushed' })
  })
})

describe('a push ends', () => {
  test('without the repository', async () => {
    await expect(stage.push(image, { repository: 'nothing' })).rejects.toMatchObject({
      name: 'PushFailed',
      kind: 'no-repository',
      message: expect.stringContaining("The repository with name 'nothing' does not exist"),
      next: expect.stringContaining('create-repository: true'),
    })
  })

  test.each<['uploads' | 'manifest' | 'blob', string]>([
    ['uploads', 'not authorized to perform: ecr:InitiateLayerUpload'],
    ['manifest', 'not authorized to perform: ecr:PutImage'],
  ])('when the role may not: %s', async (request, message) => {
    stage.ecr.registryFaults.add({ request, error: { status: 403, code: 'DENIED', message } })
    await expect(stage.push(image)).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining(message),
      next: expect.stringContaining('ecr:InitiateLayerUpload'),
    })
    expect([stage.logins, stage.slept]).toEqual([0, []])
  })

  test('when the role may not even ask, after one more login', async () => {
    stage.ecr.registryFaults.add({ request: 'blob', error: { status: 403 } })
    await expect(stage.push(image)).rejects.toMatchObject({ kind: 'denied' })
    expect(stage.logins).toBe(1)
  })

  test.each([
    [{ status: 403, code: 'DENIED', message: 'LimitExceeded: too many images' }, 'quota'],
    [{ status: 405, code: 'UNSUPPORTED', message: 'Invalid parameter' }, 'refused'],
  ])('when the registry does not take the manifest: %j', async (error, kind) => {
    stage.ecr.registryFaults.add({ request: 'manifest', method: 'PUT', error })
    await expect(stage.push(image)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(
        `The manifest of app:v1 was refused with status ${error.status}`,
      ),
    })
  })

  test('with a layer that is not what its digest says, which never arrives', async () => {
    const [layer = image.descriptor] = image.layers
    const wrong = Buffer.alloc(layer.size, 1)
    const layout = await writeLayout(join(stage.folder, 'wrong'), image)
    await writeFile(join(layout, 'blobs', layer.digest.replace(':', '/')), wrong)
    await expect(stage.pushFolder(layout)).rejects.toMatchObject({
      name: 'BadImage',
      message: expect.stringContaining(`The content of ${layer.digest}`),
    })
    expect(stage.ecr.store.blobs.has('app', layer.digest)).toBe(false)
    expect(sent().filter((path) => path.includes('manifests'))).toEqual([])
  })

  test('with the run, on the wire', async () => {
    const run = new AbortController()
    stage.ecr.registryFaults.add({ method: 'PUT', request: 'upload', lost: 'silence' })
    stage.change = ({ method }) => {
      if (method === 'PUT') run.abort(new Error('cancelled'))
    }
    await expect(stage.push(image, { signal: run.signal })).rejects.toThrow('cancelled')
  })
})

test('the log tells of the layers, and not more often than every five seconds of the rest', async () => {
  let now = 0
  const clock = { now: () => (now += 1000), sleep: async () => undefined }
  await stage.push(image, { clock })
  const [first, ...rest] = stage.said
  expect(first).toBe('5 layers and configurations, 0 of them there already; 2.0 MB to send')
  const [layer = image.descriptor] = image.layers
  expect(rest).toContain(`${layer.digest.slice(0, 19)}: 1.3 MB sent`)
  const shares = rest.filter((line) => line.includes('%'))
  expect(shares.length).toBeGreaterThan(0)
  expect(shares.length).toBeLessThanOrEqual(now / 5000)
  expect(shares[0]).toMatch(
    /^sha256:[0-9a-f]{12}: [\d.]+ MB of [\d.]+ MB \(\d+ %\); of all layers [\d.]+ MB of 2\.0 MB \(\d+ %\)$/,
  )
})

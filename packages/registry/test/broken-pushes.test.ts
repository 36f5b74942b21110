/** A registry and a network that fail on the way: what is sent again, how often, and what the user is told. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { RegistryFault } from '../../local-aws/src/services/ecr/registry/faults.ts'
import { expectStored, openStage, type Stage } from './pushing.ts'
import { randomImage } from './test-images.ts'

let stage: Stage

const image = randomImage('one', 3_000_000)
const [layer = image.descriptor] = image.layers
const last = layer.size - 1

beforeEach(async () => {
  stage = await openStage()
  // It has the same configuration, so that one layer is left to send.
  await stage.push(randomImage('empty'), { tag: 'v0' })
  stage.seen.length = 0
})

afterEach(async () => {
  await stage.close()
})

/** What was announced: from where, and how many bytes. */
const uploads = (): readonly (readonly [string | undefined, number])[] =>
  stage.seen
    .filter(({ method, path }) => method === 'PUT' && path.includes('/uploads/'))
    .map(({ range, length }) => [range, length])

const opened = (): number => stage.seen.filter(({ method }) => method === 'POST').length

describe('a connection that breaks in the middle of a layer', () => {
  const broken: RegistryFault = { method: 'PUT', request: 'upload', cutAfter: 1_000_000, times: 2 }

  test('is gone on with from where the registry is', async () => {
    // Larger than what the connection holds, so that the sender has not read all of it when it breaks.
    const large = randomImage('large', 24_000_000)
    const size = large.layers[0]?.size ?? 0
    stage.ecr.registryFaults.add(broken)
    expect(await stage.push(large)).toMatchObject({ kind: 'pushed', uploaded: 1, skipped: 1 })
    await expectStored(stage, large)
    expect(uploads()).toEqual([
      [undefined, size],
      [`1000000-${size - 1}`, size - 1_000_000],
      [`2000000-${size - 1}`, size - 2_000_000],
    ])
    expect(opened()).toBe(1)
    // Each byte came once, but for what the server had read already when it broke the connection.
    expect(stage.bytesArrived()).toBeLessThan(size + 400_000)
  })

  test('and the registry says it has less than it has, as ECR does: its refusal says how much', async () => {
    stage.ecr.registryFaults.add({ ...broken, times: 1 })
    stage.change = ({ method, url = '' }, response) => {
      if (method === 'POST' || !url.includes('/uploads/')) return
      const send = response.writeHead.bind(response)
      response.writeHead = ((status: number, headers: Record<string, string>) =>
        send(status, { ...headers, range: '0-499999' })) as typeof response.writeHead
    }
    await stage.push(image)
    await expectStored(stage, image)
    expect(uploads().map(([range]) => range)).toEqual([
      undefined,
      `500000-${last}`,
      `1000000-${last}`,
    ])
    expect(opened()).toBe(1)
  })

  test.each<[string, RegistryFault]>([
    [
      'does not know the upload any more',
      { method: 'GET', request: 'upload', error: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' } },
    ],
    [
      'cannot tell how far it is',
      { method: 'GET', request: 'upload', error: { status: 405, code: 'UNSUPPORTED' } },
    ],
    [
      'refuses the rest',
      {
        method: 'PUT',
        request: 'upload',

        times: 1,
        error: { status: 400, code: 'BLOB_UPLOAD_INVALID' },
      },
    ],
  ])('and the registry %s: the layer begins anew', async (_what, fault) => {
    stage.ecr.registryFaults.add({ ...broken, times: 1 })
    stage.ecr.registryFaults.add(fault)
    await stage.push(image)
    await expectStored(stage, image)
    expect(uploads().at(-1)).toEqual([undefined, layer.size])
    expect(opened()).toBe(2)
  })

  test('again and again is no failure as long as some of it gets through', async () => {
    stage.ecr.registryFaults.add({ ...broken, cutAfter: 200_000, times: 12 })
    await stage.push(image)
    await expectStored(stage, image)
    expect(uploads()).toHaveLength(13)
  })

  test('before any of it gets through is one after eight tries', async () => {
    stage.ecr.registryFaults.add({ ...broken, cutAfter: 0, times: 1000 })
    await expect(stage.push(image)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining(`The upload of ${layer.digest} failed 8 times`),
    })
    expect(uploads()).toHaveLength(8)
  })
})

describe('a registry that fails once', () => {
  const requests: readonly [string, RegistryFault][] = [
    ['HEAD', { method: 'HEAD', lost: 'reset', done: false }],
    ['POST', { method: 'POST', lost: 'reset', done: true }],
    ['PUT of a layer', { method: 'PUT', request: 'upload', lost: 'reset', done: false }],
    ['PUT of a manifest', { method: 'PUT', request: 'manifest', lost: 'reset', done: true }],
  ]
  const failures: readonly [string, object][] = [
    ['is busy', { error: { status: 503 } }],
    ['is not well', { error: { status: 500 } }],
    ['throttles', { error: { status: 429 } }],
    ['hangs up', { lost: 'reset', done: false }],
    ['hangs up afterwards', { lost: 'reset', done: true }],
    ['answers as something else', { lost: 'garbage', done: false }],
    ['says nothing', { lost: 'silence', done: false }],
    ['has forgotten the login', { token: 'expired' }],
  ]
  const cases = requests.flatMap(([request, { method, request: kind }]) =>
    failures.map(([how, what]): readonly [string, string, RegistryFault] => {
      const aim = { method, ...(kind && { request: kind }), times: 1 }
      return [how, request, { ...aim, ...what } as RegistryFault]
    }),
  )

  test.each(cases)('%s at %s: the image is there at last', async (_how, _request, fault) => {
    stage.ecr.registryFaults.add(fault)
    expect(await stage.push(image, { silence: 400 })).toMatchObject({ kind: 'pushed' })
    await expectStored(stage, image)
    expect(stage.logins).toBe('token' in fault ? 1 : 0)
  })

  test('asks for a pause, and gets it', async () => {
    const error = { status: 429, retryAfter: 7 }
    stage.ecr.registryFaults.add({ method: 'PUT', request: 'upload', times: 1, error })
    await stage.push(image)
    // What was asked for, and half of the first half second, since `random` is one half.
    expect(stage.slept).toEqual([7250])
  })

  test('whose answer was lost is not sent the layer again', async () => {
    stage.ecr.registryFaults.add({
      method: 'PUT',
      request: 'upload',
      lost: 'reset',
      done: true,
      times: 1,
    })
    await stage.push(image)
    expect(uploads()).toHaveLength(1)
  })
})

test('one new login serves all requests that were refused', async () => {
  const large = randomImage('large', 400_000, 300_000, 200_000, 100_000)
  stage.ecr.registryFaults.add({ method: 'HEAD', request: 'blob', times: 1, token: 'expired' })
  await stage.push(large)
  await expectStored(stage, large)
  expect(stage.logins).toBe(1)
})

test('a layer that is refused ends the others', async () => {
  const two = randomImage('two', 200_000, 100_000)
  const upload = { method: 'PUT', request: 'upload', times: 1 } as const
  stage.ecr.registryFaults.add({ ...upload, lost: 'silence', done: false })
  stage.ecr.registryFaults.add({ ...upload, error: { status: 403, message: 'Not you.' } })
  // It would wait for the first one for five minutes.
  await expect(stage.push(two)).rejects.toMatchObject({ kind: 'denied' })
})

test('a registry that stays busy is given up after eight tries, each later than the one before', async () => {
  stage.ecr.registryFaults.add({ request: 'manifest', error: { status: 503 } })
  await expect(stage.push(image)).rejects.toMatchObject({
    name: 'PushFailed',
    kind: 'unreachable',
    message:
      'The manifest of app:v1 failed 8 times, at last with status 503: An unknown error has occurred',
    next: 'Run again; layers that arrived are not sent twice.',
  })
  expect(stage.slept).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000])
})

test('a layer that is refused for its digest is sent twice, not for ever', async () => {
  const error = { status: 400, code: 'DIGEST_INVALID', message: 'provided digest did not match' }
  stage.ecr.registryFaults.add({ method: 'PUT', request: 'upload', error })
  await expect(stage.push(image)).rejects.toMatchObject({
    kind: 'refused',
    message: `The blob ${layer.digest} was refused with status 400: provided digest did not match`,
  })
  expect(uploads()).toHaveLength(2)
})

import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ImagePushError, pushImage } from '../../src/oci/push.ts'
import { makeImage, startEcr, type TestEcr } from '../ecr/test-ecr.ts'

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(
    new CreateRepositoryCommand({ repositoryName: 'team/app', imageTagMutability: 'IMMUTABLE' }),
  )
})

afterEach(() => {
  ecr.stop()
})

test('what was pushed is there by its tag and by the digest that push returns', async () => {
  const image = await makeImage('one')
  const digest = await ecr.push(image, 'team/app', 'v1')
  expect(digest).toBe(image.digest)
  for (const reference of ['v1', digest]) {
    const pulled = await ecr.images.pull(
      `${ecr.registryHost}/team/app${reference === 'v1' ? ':' : '@'}${reference}`,
    )
    expect(pulled.layers.map((layer) => Buffer.from(layer.data))).toEqual(
      image.layers.map((layer) => Buffer.from(layer.data)),
    )
  }
})

test('without a tag it is there by digest only', async () => {
  const digest = await ecr.push(await makeImage('one'), 'team/app')
  expect([...ecr.store.repository('team/app').tags]).toEqual([])
  expect(ecr.store.repository('team/app').images.has(digest)).toBe(true)
})

test('blobs that the registry has are not sent again', async () => {
  const sent: string[] = []
  const watched = createServer((request, response) => {
    sent.push(
      `${request.method} ${request.url?.split('?')[0]?.replace(/[0-9a-f-]{36}|sha256:\w+/, '*')}`,
    )
    ecr.registry(request, response)
  })
  await new Promise<void>((resolve) => watched.listen(0, '127.0.0.1', resolve))
  const target = {
    registry: `http://127.0.0.1:${(watched.address() as AddressInfo).port}`,
    repository: 'team/app',
    authorization: ecr.authorization,
  }
  const image = await makeImage('one')
  await pushImage(image, target)
  expect(sent.filter((each) => each.startsWith('POST'))).toHaveLength(2)
  sent.length = 0
  await pushImage(image, { ...target, tag: 'again' })
  expect(sent).toEqual([
    'HEAD /v2/team/app/blobs/*',
    'HEAD /v2/team/app/blobs/*',
    'PUT /v2/team/app/manifests/again',
  ])
  watched.close()
  watched.closeAllConnections()
})

test.each([
  ['no login', { authorization: 'Basic ' }, 401, 'UNKNOWN', 'Not Authorized'],
  [
    'no such repository',
    { repository: 'nope' },
    404,
    'NAME_UNKNOWN',
    "The repository with name 'nope' does not exist in the registry with id '123456789012'",
  ],
  ['a tag that is no tag', { tag: 'v 1' }, 400, 'TAG_INVALID', 'Invalid tag v 1'],
])('%s: the error carries the words of the registry', async (_, change, status, code, message) => {
  const image = await makeImage('one')
  const push = pushImage(image, {
    registry: `http://${ecr.registryHost}`,
    repository: 'team/app',
    authorization: ecr.authorization,
    ...change,
  })
  const error = await push.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ImagePushError)
  expect(error).toMatchObject({ status, code })
  expect((error as Error).message).toContain(message)
})

test('a tag that is immutable keeps its image', async () => {
  const first = await ecr.push(await makeImage('one'), 'team/app', 'v1')
  await expect(ecr.push(await makeImage('two'), 'team/app', 'v1')).rejects.toMatchObject({
    status: 400,
    code: 'TAG_INVALID',
    message: expect.stringContaining(
      "The image tag 'v1' already exists in the 'team/app' repository and cannot be overwritten because the tag is immutable.",
    ),
  })
  expect(ecr.store.repository('team/app').tags.get('v1')).toBe(first)
  await expect(ecr.push(await makeImage('one'), 'team/app', 'v1')).resolves.toBe(first)
})

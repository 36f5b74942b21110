import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  EmptyUploadException,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  InvalidLayerException,
  InvalidLayerPartException,
  LayerAlreadyExistsException,
  LayerPartTooSmallException,
  LayersNotFoundException,
  LimitExceededException,
  UploadLayerPartCommand,
  UploadNotFoundException,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sha256 } from '../../src/oci/digest.ts'
import { OCI_LAYER_GZIP } from '../../src/oci/media-types.ts'
import { makeImage, startEcr, type TestEcr } from './test-ecr.ts'

const repositoryName = 'app'
const ABSENT = `sha256:${'0'.repeat(64)}`
const FIVE_MIB = 5 * 1024 * 1024

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName }))
})

afterEach(() => {
  ecr.stop()
})

async function initiate(): Promise<string> {
  const { uploadId, partSize } = await ecr.client.send(
    new InitiateLayerUploadCommand({ repositoryName }),
  )
  expect(partSize).toBe(10 * 1024 * 1024)
  return uploadId ?? ''
}

const part = (uploadId: string, partFirstByte: number, layerPartBlob: Uint8Array) =>
  ecr.client.send(
    new UploadLayerPartCommand({
      repositoryName,
      uploadId,
      partFirstByte,
      partLastByte: partFirstByte + layerPartBlob.byteLength - 1,
      layerPartBlob,
    }),
  )

const complete = (uploadId: string, ...layerDigests: string[]) =>
  ecr.client.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }))

describe('a layer that is uploaded in parts', () => {
  test('is whole when it is completed', async () => {
    const first = Buffer.alloc(FIVE_MIB, 'a')
    const last = Buffer.from('the end')
    const uploadId = await initiate()
    expect((await part(uploadId, 0, first)).lastByteReceived).toBe(FIVE_MIB - 1)
    await part(uploadId, FIVE_MIB, last)
    const whole = Buffer.concat([first, last])
    expect((await complete(uploadId, sha256(whole))).layerDigest).toBe(sha256(whole))
    expect(Buffer.from(ecr.store.blobs.get('app', sha256(whole)) ?? '').equals(whole)).toBe(true)
  })

  test('goes on only where the last part ended', async () => {
    const uploadId = await initiate()
    await part(uploadId, 0, Buffer.from('abc'))
    const error = await part(uploadId, 4, Buffer.from('e')).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidLayerPartException)
    expect(error).toMatchObject({ uploadId, repositoryName, lastValidByteReceived: 2 })
  })

  test('has no small parts but the last', async () => {
    const uploadId = await initiate()
    await part(uploadId, 0, Buffer.from('abc'))
    await part(uploadId, 3, Buffer.from('def'))
    await expect(complete(uploadId, sha256('abcdef'))).rejects.toBeInstanceOf(
      LayerPartTooSmallException,
    )
  })

  test('has at most 4,200 of them', async () => {
    const uploadId = await initiate()
    const { partSizes } = ecr.store.uploads.find(ecr.store.repository('app'), uploadId)
    partSizes.push(...Array.from({ length: 4199 }, () => FIVE_MIB))
    await part(uploadId, 0, Buffer.from('abc'))
    await expect(part(uploadId, 3, Buffer.from('d'))).rejects.toBeInstanceOf(LimitExceededException)
  })

  test('has to be what its digest says, and is not taken twice', async () => {
    const first = await initiate()
    await part(first, 0, Buffer.from('abc'))
    await expect(complete(first, ABSENT)).rejects.toBeInstanceOf(InvalidLayerException)
    await complete(first, ABSENT, sha256('abc'))
    const second = await initiate()
    await part(second, 0, Buffer.from('abc'))
    await expect(complete(second, sha256('abc'))).rejects.toBeInstanceOf(
      LayerAlreadyExistsException,
    )
  })

  test('needs an upload that is open and not empty', async () => {
    await expect(part('nope', 0, Buffer.from('abc'))).rejects.toBeInstanceOf(
      UploadNotFoundException,
    )
    await expect(complete(await initiate(), ABSENT)).rejects.toBeInstanceOf(EmptyUploadException)
  })
})

test('BatchCheckLayerAvailability tells which layers need not be pushed', async () => {
  const image = await makeImage('one')
  const layerDigest = image.layers[0]?.digest ?? ''
  await ecr.push(image, 'app')
  const { layers, failures } = await ecr.client.send(
    new BatchCheckLayerAvailabilityCommand({
      repositoryName,
      layerDigests: [layerDigest, ABSENT, 'short'],
    }),
  )
  expect(layers).toEqual([
    {
      layerDigest,
      layerAvailability: 'AVAILABLE',
      layerSize: image.layers[0]?.data.byteLength,
      mediaType: OCI_LAYER_GZIP,
    },
    { layerDigest: ABSENT, layerAvailability: 'UNAVAILABLE' },
  ])
  expect(failures).toMatchObject([{ layerDigest: 'short', failureCode: 'InvalidLayerDigest' }])
})

describe('GetDownloadUrlForLayer', () => {
  let layerDigest: string
  let downloadUrl: string

  beforeEach(async () => {
    const image = await makeImage('one')
    layerDigest = image.layers[0]?.digest ?? ''
    await ecr.push(image, 'app')
    const answer = await ecr.client.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }),
    )
    downloadUrl = answer.downloadUrl ?? ''
  })

  test('gives an address that needs no login, for an hour', async () => {
    const answer = await fetch(downloadUrl)
    expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(layerDigest)
    await ecr.clock.advance(60 * 60 * 1000)
    expect((await fetch(downloadUrl)).status).toBe(403)
  })

  test('which opens nothing else', async () => {
    const image = await makeImage('two')
    await ecr.push(image, 'app', 'v2')
    const other = downloadUrl.replace(layerDigest, image.layers[0]?.digest ?? '')
    expect((await fetch(other)).status).toBe(403)
    expect((await fetch(downloadUrl, { method: 'PUT' })).status).toBe(401)
    expect((await fetch(downloadUrl.replace(/blobs\/[^?]+/, 'manifests/v2'))).status).toBe(401)
  })

  test('for layers that are there', async () => {
    await expect(
      ecr.client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: ABSENT })),
    ).rejects.toBeInstanceOf(LayersNotFoundException)
  })
})

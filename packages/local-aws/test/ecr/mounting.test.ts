import {
  CreateRepositoryCommand,
  GetAccountSettingCommand,
  InvalidParameterException,
  PutAccountSettingCommand,
  type CreateRepositoryCommandInput,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sha256 } from '../../src/oci/digest.ts'
import { makeImage, startEcr, type TestEcr } from './test-ecr.ts'

let ecr: TestEcr
let layer: string

beforeEach(async () => {
  ecr = await startEcr()
  await create('app')
  const image = await makeImage('one')
  await ecr.push(image, 'app', 'v1')
  layer = image.layers[0]?.digest ?? ''
})

afterEach(() => {
  ecr.stop()
})

const create = (repositoryName: string, input: Partial<CreateRepositoryCommandInput> = {}) =>
  ecr.client.send(new CreateRepositoryCommand({ repositoryName, ...input }))

const set = (value: string) =>
  ecr.client.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value }))

const mount = async (to: string, digest = layer, from = 'app') => {
  const answer = await ecr.ask('POST', `/v2/${to}/blobs/uploads/?mount=${digest}&from=${from}`)
  return [answer.status, answer.headers.get('location')]
}

const UPLOAD = [202, expect.stringMatching(/^\/v2\/other\/blobs\/uploads\/[0-9a-f-]{36}$/)]

describe('a blob of another repository', () => {
  beforeEach(() => create('other'))

  test('has to be uploaded, unless the account has mounting enabled', async () => {
    expect((await ecr.ask('HEAD', `/v2/other/blobs/${layer}`)).status).toBe(404)
    expect(await mount('other')).toEqual(UPLOAD)
    await set('ENABLED')
    const before = ecr.store.blobs.bytes
    expect(await mount('other')).toEqual([201, `/v2/other/blobs/${layer}`])
    expect((await ecr.ask('HEAD', `/v2/other/blobs/${layer}`)).status).toBe(200)
    expect(ecr.store.blobs.bytes).toBe(before)
    await set('DISABLED')
    expect((await ecr.ask('HEAD', `/v2/other/blobs/${layer}`)).status).toBe(200)
  })

  test('has to be there, and in an image', async () => {
    await set('ENABLED')
    const digest = sha256('loose')
    expect(await mount('other', digest)).toEqual(UPLOAD)
    await ecr.ask('POST', `/v2/app/blobs/uploads/?digest=${digest}`, { body: 'loose' })
    expect(await mount('other', digest)).toEqual(UPLOAD)
    expect(await mount('other', layer, 'nope')).toEqual(UPLOAD)
    expect(await mount('app', digest, 'nope')).toEqual([201, `/v2/app/blobs/${digest}`])
  })
})

test('a blob that is encrypted otherwise has to be uploaded', async () => {
  await set('ENABLED')
  await create('other', { encryptionConfiguration: { encryptionType: 'KMS' } })
  expect(await mount('other')).toEqual(UPLOAD)
})

test('the settings of an account have their usual values until others are put', async () => {
  const get = async (name: string) =>
    (await ecr.client.send(new GetAccountSettingCommand({ name }))).value
  expect(await get('BLOB_MOUNTING')).toBe('DISABLED')
  expect(await get('BASIC_SCAN_TYPE_VERSION')).toBe('AWS_NATIVE')
  await set('ENABLED')
  expect(await get('BLOB_MOUNTING')).toBe('ENABLED')
  await expect(set('SOMETIMES')).rejects.toBeInstanceOf(InvalidParameterException)
  await expect(get('COLOUR')).rejects.toBeInstanceOf(InvalidParameterException)
})

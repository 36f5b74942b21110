import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sha256 } from '../../src/oci/digest.ts'
import type { OciImage } from '../../src/oci/image.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { errorOf, makeImage, startEcr, type TestEcr } from './test-ecr.ts'

let ecr: TestEcr
let image: OciImage

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  image = await makeImage('one')
  await ecr.push(image, 'app', 'v1')
})

afterEach(() => {
  ecr.stop()
})

const signature = (by: string): string =>
  JSON.stringify({
    ...(JSON.parse(Buffer.from(image.manifest).toString()) as object),
    artifactType: 'application/vnd.example.signature',
    subject: { mediaType: OCI_MANIFEST, digest: image.digest, size: image.manifest.byteLength },
    annotations: { by },
  })

const put = (manifest: string): Promise<Response> =>
  ecr.ask('PUT', `/v2/app/manifests/${sha256(manifest)}`, {
    body: Buffer.from(manifest),
    headers: { 'content-type': OCI_MANIFEST },
  })

test('referrers of an image are those that name it as their subject', async () => {
  const path = `/v2/app/referrers/${image.digest}`
  const none = await ecr.ask('GET', path)
  expect(none.headers.get('content-type')).toBe(OCI_INDEX)
  expect(await none.json()).toMatchObject({ schemaVersion: 2, manifests: [] })

  const answer = await put(signature('test'))
  expect(answer.headers.get('oci-subject')).toBe(image.digest)
  const found = {
    digest: sha256(signature('test')),
    artifactType: 'application/vnd.example.signature',
    annotations: { by: 'test' },
  }
  expect(await (await ecr.ask('GET', path)).json()).toMatchObject({ manifests: [found] })
  const filtered = await ecr.ask('GET', `${path}?artifactType=application/other`)
  expect(filtered.headers.get('oci-filters-applied')).toBe('artifactType')
  expect(await filtered.json()).toMatchObject({ manifests: [] })
})

test('an image has at most a hundred of them; each may come again', async () => {
  for (let number = 1; number <= 100; number++) {
    expect((await put(signature(`${number}`))).status).toBe(201)
  }
  expect(await errorOf(await put(signature('one more')))).toEqual({
    status: 403,
    code: 'DENIED',
    message:
      'The subject of your artifact has the maximum number of artifacts (100) referring to it. Configure an appropriate lifecycle policy for cleanup or delete an existing artifact before retrying.',
  })
  expect((await put(signature('7'))).status).toBe(201)
})

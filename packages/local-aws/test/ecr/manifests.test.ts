import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sha256 } from '../../src/oci/digest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import {
  errorOf,
  makeAttestation,
  makeImage,
  makeIndex,
  startEcr,
  type TestEcr,
} from './test-ecr.ts'

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
})

afterEach(() => {
  ecr.stop()
})

const put = (reference: string, body: string, mediaType?: string): Promise<Response> =>
  ecr.ask('PUT', `/v2/app/manifests/${reference}`, {
    body: Buffer.from(body),
    headers: mediaType === undefined ? {} : { 'content-type': mediaType },
  })

const get = (reference: string, accept?: string): Promise<Response> =>
  ecr.ask('GET', `/v2/app/manifests/${reference}`, {
    headers: accept === undefined ? {} : { accept },
  })

describe('a manifest', () => {
  test('comes back as the bytes that were pushed, by tag and by digest', async () => {
    const image = await makeImage('one')
    await ecr.push(image, 'app', 'v1')
    // Not as any JSON parser would write it.
    const spaced = Buffer.from(image.manifest).toString().replace('{', '{\n   ')
    expect((await put('spaced', spaced, OCI_MANIFEST)).status).toBe(201)
    for (const reference of ['spaced', sha256(spaced)]) {
      const answer = await get(reference)
      expect(answer.headers.get('content-type')).toBe(OCI_MANIFEST)
      expect(answer.headers.get('docker-content-digest')).toBe(sha256(spaced))
      expect(await answer.text()).toBe(spaced)
    }
  })

  test('takes its media type from the header when it says none itself', async () => {
    const image = await makeImage('one')
    await ecr.push(image, 'app')
    const { mediaType: _, ...rest } = JSON.parse(
      Buffer.from(image.manifest).toString(),
    ) as object & {
      mediaType: string
    }
    expect((await put('docker', JSON.stringify(rest), DOCKER_MANIFEST)).status).toBe(201)
    expect((await get('docker')).headers.get('content-type')).toBe(DOCKER_MANIFEST)
  })

  test('needs its layers and configuration to be there', async () => {
    const { manifest, layers, config } = await makeImage('one')
    const answer = await put('v1', Buffer.from(manifest).toString(), OCI_MANIFEST)
    expect(await errorOf(answer)).toEqual({
      status: 400,
      code: 'MANIFEST_BLOB_UNKNOWN',
      message: `Layers with digests '[${config.digest}, ${layers[0]?.digest ?? ''}]' required for pushing image into repository with name 'app' in the registry with id '123456789012' do not exist`,
    })
  })

  test('is not taken under a digest that is not its own', async () => {
    const image = await makeImage('one')
    await ecr.push(image, 'app')
    const answer = await put(
      `sha256:${'0'.repeat(64)}`,
      Buffer.from(image.manifest).toString(),
      OCI_MANIFEST,
    )
    expect(await errorOf(answer)).toMatchObject({ status: 400, code: 'DIGEST_INVALID' })
  })

  const V2 = { schemaVersion: 2 }
  test.each([
    ['no JSON', '{', OCI_MANIFEST, 'Invalid JSON syntax'],
    ['a JSON list', '[]', OCI_MANIFEST, 'Invalid JSON syntax'],
    ['no media type anywhere', JSON.stringify(V2), undefined, 'Manifest media type is missing'],
    [
      'Docker schema 1',
      JSON.stringify({ schemaVersion: 1 }),
      'application/vnd.docker.distribution.manifest.v1+json',
      'Unsupported manifest schema version',
    ],
    [
      'another media type',
      JSON.stringify(V2),
      'application/json',
      "Unsupported manifest media type 'application/json'",
    ],
    [
      'two media types',
      JSON.stringify({ ...V2, mediaType: OCI_INDEX }),
      OCI_MANIFEST,
      `Manifest media type '${OCI_INDEX}' does not match '${OCI_MANIFEST}'`,
    ],
    ['no configuration', JSON.stringify({ ...V2, layers: [] }), OCI_MANIFEST, 'Invalid descriptor'],
    ['an index without a list', JSON.stringify(V2), OCI_INDEX, "Manifest has no 'manifests'"],
  ])('is refused with %s', async (_, body, mediaType, constraint) => {
    expect(await errorOf(await put('v1', body, mediaType))).toEqual({
      status: 400,
      code: 'MANIFEST_INVALID',
      message: `Invalid parameter at 'ImageManifest' failed to satisfy constraint: '${constraint}'`,
    })
  })

  test('is refused when it is larger than 4 MiB', async () => {
    const answer = await put('v1', `{"x":"${'x'.repeat(4 * 1024 * 1024)}"}`, OCI_MANIFEST)
    expect(await errorOf(answer)).toMatchObject({ status: 413, code: 'SIZE_INVALID' })
  })

  test.each([
    [undefined, 200],
    ['*/*', 200],
    [`${DOCKER_MANIFEST}, ${OCI_MANIFEST};q=0.5`, 200],
    [DOCKER_MANIFEST, 404],
  ])('is given to a client that accepts %s with %i', async (accept, status) => {
    await ecr.push(await makeImage('one'), 'app', 'v1')
    expect((await get('v1', accept)).status).toBe(status)
  })
})

describe('an index', () => {
  test.each([OCI_INDEX, DOCKER_LIST])(
    'of type %s stands over images that are there',
    async (type) => {
      const [amd, arm] = await Promise.all([makeImage('one'), makeImage('one', 'arm64')])
      const index = makeIndex([
        { image: amd, os: 'linux', architecture: 'amd64' },
        { image: arm, os: 'linux', architecture: 'arm64' },
      ])
      const content = index.content.replace(OCI_INDEX, type)
      await ecr.push(amd, 'app')
      expect(await errorOf(await put('v1', content, type))).toEqual({
        status: 400,
        code: 'MANIFEST_BLOB_UNKNOWN',
        message: `Images with digests '[${arm.digest}]' required for pushing image into repository with name 'app' in the registry with id '123456789012' do not exist`,
      })
      await ecr.push(arm, 'app')
      const answer = await put('v1', content, type)
      expect([answer.status, answer.headers.get('docker-content-digest')]).toEqual([
        201,
        sha256(content),
      ])
    },
  )
})

test('an index lists what buildx attests of its images beside them', async () => {
  const image = await makeImage('one')
  const attestation = makeAttestation(image)
  const index = makeIndex([
    { image, os: 'linux', architecture: 'amd64' },
    { image: attestation, os: 'unknown', architecture: 'unknown' },
  ])
  await ecr.push(image, 'app')
  expect((await put('v1', index.content, OCI_INDEX)).status).toBe(400)
  await ecr.push(attestation, 'app')
  expect((await put('v1', index.content, OCI_INDEX)).status).toBe(201)
  expect(await (await get('v1', OCI_INDEX)).text()).toBe(index.content)
  const pulled = await ecr.images.pull(`${ecr.registryHost}/app:v1`)
  expect(pulled.layers.map((layer) => layer.digest)).toEqual([image.layers[0]?.digest])
})

describe('an immutable tag', () => {
  const REFUSED = {
    status: 400,
    code: 'TAG_INVALID',
    message:
      "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the tag is immutable.",
  }

  test.each([
    ['MUTABLE', [], true],
    ['IMMUTABLE', [], false],
    ['IMMUTABLE_WITH_EXCLUSION', ['latest', 'v*'], true],
    ['IMMUTABLE_WITH_EXCLUSION', ['v', 'x*', '*.1'], false],
    ['MUTABLE_WITH_EXCLUSION', ['v*'], false],
    ['MUTABLE_WITH_EXCLUSION', ['latest'], true],
  ] as const)('%s except %j: v1 may be moved is %s', async (mutability, filters, mayMove) => {
    ecr.store.repository('app').tagRules = {
      mutability,
      exclusions: filters.map((filter) => ({ filterType: 'WILDCARD' as const, filter })),
    }
    const [one, two] = await Promise.all([makeImage('one'), makeImage('two')])
    await ecr.push(one, 'app', 'v1')
    await ecr.push(two, 'app')
    const answer = await put('v1', Buffer.from(two.manifest).toString(), OCI_MANIFEST)
    expect(ecr.store.repository('app').tags.get('v1')).toBe(mayMove ? two.digest : one.digest)
    if (mayMove) expect(answer.status).toBe(201)
    else expect(await errorOf(answer)).toEqual(REFUSED)
  })

  test('takes the image that it has again', async () => {
    ecr.store.repository('app').tagRules = { mutability: 'IMMUTABLE', exclusions: [] }
    const image = await makeImage('one')
    const first = await ecr.push(image, 'app', 'v1')
    await expect(ecr.push(image, 'app', 'v1')).resolves.toBe(first)
  })
})

describe('what is deleted', () => {
  test('by its digest is gone with its tags and its blobs', async () => {
    const image = await makeImage('one')
    await ecr.push(image, 'app', 'v1')
    await ecr.push(image, 'app', 'v2')
    expect((await ecr.ask('DELETE', `/v2/app/manifests/${image.digest}`)).status).toBe(202)
    expect((await get('v1')).status).toBe(404)
    expect((await get('v2')).status).toBe(404)
    expect(ecr.store.blobs.bytes).toBe(0)
  })

  test('by one of two tags stays under the other', async () => {
    const image = await makeImage('one')
    await ecr.push(image, 'app', 'v1')
    await ecr.push(image, 'app', 'v2')
    await ecr.ask('DELETE', '/v2/app/manifests/v1')
    expect([(await get('v1')).status, (await get('v2')).status]).toEqual([404, 200])
  })

  test('leaves the blobs that another image needs', async () => {
    const [amd, arm] = await Promise.all([makeImage('same'), makeImage('same', 'arm64')])
    await ecr.push(amd, 'app', 'amd')
    await ecr.push(arm, 'app', 'arm')
    await ecr.ask('DELETE', `/v2/app/manifests/${amd.digest}`)
    const pulled = await ecr.images.pull(`${ecr.registryHost}/app:arm`)
    expect(pulled.layers.map((layer) => layer.digest)).toEqual(
      amd.layers.map((layer) => layer.digest),
    )
  })

  test('is not an image that an index lists', async () => {
    const image = await makeImage('one')
    await ecr.push(image, 'app', 'amd')
    await put('v1', makeIndex([{ image, os: 'linux', architecture: 'amd64' }]).content, OCI_INDEX)
    expect(await errorOf(await ecr.ask('DELETE', `/v2/app/manifests/${image.digest}`))).toEqual({
      status: 403,
      code: 'DENIED',
      message: 'Requested image referenced by manifest list',
    })
    expect((await ecr.ask('DELETE', '/v2/app/manifests/amd')).status).toBe(202)
    expect((await get(image.digest)).status).toBe(200)
  })
})

test('tags are listed in order, page by page', async () => {
  const image = await makeImage('one')
  for (const tag of ['v3', 'v1', 'v2', 'latest', 'v10']) await ecr.push(image, 'app', tag)
  const pages: string[][] = []
  let path: string | undefined = '/v2/app/tags/list?n=2'
  while (path !== undefined) {
    const answer: Response = await ecr.ask('GET', path)
    pages.push(((await answer.json()) as { tags: string[] }).tags)
    path = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
  }
  expect(pages).toEqual([['latest', 'v1'], ['v10', 'v2'], ['v3']])
  const all = await ecr.ask('GET', '/v2/app/tags/list')
  expect(await all.json()).toEqual({ name: 'app', tags: ['latest', 'v1', 'v10', 'v2', 'v3'] })
})

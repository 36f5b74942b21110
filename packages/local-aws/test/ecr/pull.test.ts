import { CreateRepositoryCommand, PutImageCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { OciImage } from '../../src/oci/image.ts'
import { ImagePullError } from '../../src/services/ecr/part.ts'
import { formatReference, parseReference } from '../../src/services/ecr/reference.ts'
import { makeImage, makeIndex, startEcr, type TestEcr } from './test-ecr.ts'

const ECR_HOST = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

let ecr: TestEcr
let image: OciImage

beforeEach(async () => {
  ecr = await startEcr()
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'team/app' }))
  image = await makeImage('one')
  await ecr.push(image, 'team/app', 'latest')
})

afterEach(() => {
  ecr.stop()
})

async function failure(reference: string, architecture?: string): Promise<string> {
  const platform = architecture === undefined ? undefined : { os: 'linux', architecture }
  const error = await ecr.images.pull(reference, platform).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ImagePullError)
  return (error as Error).message
}

describe('a task pulls from the registry', () => {
  test.each([
    (host: string) => `${host}/team/app`,
    (host: string) => `${host}/team/app:latest`,
    (host: string) => `${host.replace('127.0.0.1', 'localhost')}/team/app:latest`,
    () => `${ECR_HOST}/team/app`,
    () => `${ECR_HOST}/team/app@${image.digest}`,
    () => `${ECR_HOST}/team/app:moved@${image.digest}`,
    () => `123456789012.dkr-ecr.us-east-1.on.aws/team/app:latest`,
  ])('by every name that it has: %s', async (name) => {
    const reference = name(ecr.registryHost)
    expect(await ecr.images.pull(reference)).toEqual({
      reference,
      digest: image.digest,
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/app'] },
      layers: image.layers.map(({ digest, mediaType, data }) => ({
        digest,
        mediaType,
        data: Buffer.from(data),
      })),
    })
  })

  test('by the host that the registry is known by', async () => {
    const other = await startEcr()
    expect(await failure(`${other.registryHost}/team/app`)).toContain('connection refused')
    other.stop()
  })

  test('and the pull is noted', async () => {
    await ecr.images.pull(`${ECR_HOST}/team/app`)
    expect(ecr.store.repository('team/app').images.get(image.digest)?.lastPulledAt).toBeDefined()
  })
})

describe('of an index', () => {
  let arm: OciImage
  let index: { readonly content: string; readonly digest: string }
  const reference = `${ECR_HOST}/team/app:multi`

  beforeEach(async () => {
    arm = await makeImage('one', 'arm64')
    await ecr.push(arm, 'team/app')
    index = makeIndex([
      // As buildx adds it for provenance; no platform ever matches it.
      { image, os: 'unknown', architecture: 'unknown' },
      { image: arm, os: 'windows', architecture: 'amd64' },
      { image, os: 'linux', architecture: 'amd64' },
      { image: arm, os: 'linux', architecture: 'arm64' },
    ])
    await ecr.client.send(
      new PutImageCommand({
        repositoryName: 'team/app',
        imageManifest: index.content,
        imageTag: 'multi',
      }),
    )
  })

  test.each(['amd64', 'arm64'])(
    'the image for %s is taken, under the digest of the index',
    async (architecture) => {
      const pulled = await ecr.images.pull(reference, { os: 'linux', architecture })
      expect([pulled.architecture, pulled.digest]).toEqual([architecture, index.digest])
    },
  )

  test('without an image for the platform the pull fails in the words of Fargate', async () => {
    expect(await failure(reference, 's390x')).toBe(
      "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/s390x'",
    )
  })

  test('while a single image is pulled for any platform and fails when it starts', async () => {
    const pulled = await ecr.images.pull(`${ECR_HOST}/team/app@${arm.digest}`, {
      os: 'linux',
      architecture: 'amd64',
    })
    expect(pulled.architecture).toBe('arm64')
  })
})

describe('what cannot be pulled is told in the words of Fargate', () => {
  const resolve = (reference: string, reason: string, retries = 1): string =>
    `CannotPullContainerError: pull image manifest has been retried ${retries} time(s): failed to resolve ref ${reference}: ${reason}`
  const DENIED =
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
  const DIGEST = `sha256:${'0'.repeat(64)}`
  const OTHER = '999999999999.dkr.ecr.us-east-1.amazonaws.com'

  test.each([
    [
      `${ECR_HOST}/team/app:nope`,
      resolve(`${ECR_HOST}/team/app:nope`, `${ECR_HOST}/team/app:nope: not found`),
    ],
    [`${ECR_HOST}/nope`, resolve(`${ECR_HOST}/nope:latest`, `${ECR_HOST}/nope:latest: not found`)],
    [
      `${ECR_HOST}/team/app:latest@${DIGEST}`,
      resolve(
        `${ECR_HOST}/team/app:latest@${DIGEST}`,
        `${ECR_HOST}/team/app:latest@${DIGEST}: not found`,
      ),
    ],
    [
      `${ECR_HOST.replace('us-east-1', 'eu-west-1')}/team/app:latest`,
      resolve(
        `${ECR_HOST.replace('us-east-1', 'eu-west-1')}/team/app:latest`,
        `${ECR_HOST.replace('us-east-1', 'eu-west-1')}/team/app:latest: not found`,
      ),
    ],
    [
      `${OTHER}/team/app:latest`,
      resolve(
        `${OTHER}/team/app:latest`,
        `unexpected status from HEAD request to https://${OTHER}/v2/team/app/manifests/latest: 403 Forbidden`,
      ),
    ],
    ['nginx', resolve('docker.io/library/nginx:latest', DENIED)],
    ['grafana/grafana:9', resolve('docker.io/grafana/grafana:9', DENIED)],
    [
      'registry.example/app:1',
      resolve(
        'registry.example/app:1',
        'failed to do request: Head "https://registry.example/v2/app/manifests/1": dial tcp: lookup registry.example: no such host',
        5,
      ),
    ],
    [
      '127.0.0.1:1/app:1',
      resolve(
        '127.0.0.1:1/app:1',
        'failed to do request: Head "https://127.0.0.1:1/v2/app/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused',
        5,
      ),
    ],
    ['Not A Reference', 'CannotPullContainerError: invalid reference format'],
    [`${ECR_HOST}/team/app@sha256:short`, 'CannotPullContainerError: invalid reference format'],
    ['', 'CannotPullContainerError: invalid reference format'],
  ])('%s', async (reference, message) => {
    expect(await failure(reference)).toBe(message)
  })
})

test.each([
  ['app', 'docker.io/library/app:latest'],
  ['team/app:1', 'docker.io/team/app:1'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/a/b/c:x', 'localhost:5000/a/b/c:x'],
  [`host.example/app:1@sha256:${'a'.repeat(64)}`, `host.example/app:1@sha256:${'a'.repeat(64)}`],
  [`host.example/app@sha256:${'a'.repeat(64)}`, `host.example/app@sha256:${'a'.repeat(64)}`],
])('the reference %s is in full %s', (text, full) => {
  const reference = parseReference(text)
  expect(reference && formatReference(reference)).toBe(full)
})

/** The ecr-push bundle with an image that another tool has built: no docker is asked for anything. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  entriesOf,
  layoutFiles,
  randomImage,
  writeLayout,
  writeTar,
  type TestImage,
} from '../../packages/registry/test/test-images.ts'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { runBundle, type BundleRun } from '../support/run-bundle.ts'
import { awsEnvironment, clientsFor, type Clients } from '../support/stack.ts'

let aws: LocalAwsProcess
let clients: Clients
let workspace: string

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'built-elsewhere-'))
  aws = await startLocalAwsProcess(['--speed', '20'])
  clients = clientsFor(aws)
  await clients.ecr.createRepository({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' })
})

afterAll(async () => {
  await aws.stop()
  await rm(workspace, { recursive: true, force: true })
})

const push = (inputs: Readonly<Record<string, string>>, commit: string): Promise<BundleRun> =>
  runBundle('ecr-push', {
    inputs: { repository: 'app', scan: 'none', ...inputs },
    workspace,
    clock: aws.clock,
    env: {
      ...awsEnvironment(aws),
      DOCKER_HOST: 'unix:///there/is/none.sock',
      GITHUB_SHA: commit.repeat(40),
      GITHUB_REF: 'refs/heads/main',
    },
  })

async function write(name: string): Promise<TestImage> {
  const image = randomImage(name, 300_000, 2000)
  await writeLayout(join(workspace, name), image)
  await writeTar(join(workspace, `${name}.tar`), entriesOf(layoutFiles(image, [image.descriptor])))
  return image
}

test('an OCI layout and its tar are pushed once, and used again by the next run', async () => {
  const { descriptor } = await write('one')
  const first = await push({ 'oci-layout': 'one' }, 'a')
  expect(first.outputs).toMatchObject({ outcome: 'pushed', digest: descriptor.digest })
  expect(first.outputs['reason']).toContain('The image was pushed.')
  expect(first.stdout).toContain('3 layers and configurations, 0 of them there already')
  const again = await push({ 'image-tar': 'one.tar' }, 'a')
  expect(again.outputs).toMatchObject({ outcome: 'reused', digest: descriptor.digest })
  const other = await push({ 'image-tar': 'one.tar' }, 'b')
  expect(other.outputs).toMatchObject({ outcome: 'pushed', digest: descriptor.digest })
  expect(other.stdout).toContain('3 layers and configurations, 3 of them there already')
})

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['is not there', { 'oci-layout': 'nowhere' }, 'oci-layout: There is no folder'],
  ['is no image', { 'image-tar': 'text' }, 'is not a tar'],
])('what %s is refused before the repository is made', async (_what, inputs, reason) => {
  await writeFile(join(workspace, 'text'), 'x'.repeat(1000))
  await aws.takeCalls()
  const { outputs } = await push({ ...inputs, repository: 'new', 'create-repository': 'true' }, 'c')
  expect(outputs).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) })
  expect(await aws.takeCalls()).toEqual([])
})

test('a damaged layer is told of, and no image is tagged', async () => {
  const image = await write('damaged')
  const [layer = image.descriptor] = image.layers
  const file = join(workspace, 'damaged/blobs', layer.digest.replace(':', '/'))
  await writeFile(file, Buffer.alloc(layer.size))
  const { outputs } = await push({ 'oci-layout': 'damaged' }, 'd')
  expect(outputs).toMatchObject({
    outcome: 'push-failed',
    image: '',
    reason: expect.stringContaining(`The content of ${layer.digest}`),
  })
  const { imageDetails } = await clients.ecr.describeImages({ repositoryName: 'app' })
  expect(imageDetails?.flatMap(({ imageTags }) => imageTags ?? [])).not.toContain('d'.repeat(40))
})

test('a registry that is busy and forgets the login meanwhile is asked again', async () => {
  const { descriptor } = await write('busy')
  for (const fault of [
    { method: 'PUT', request: 'upload', cutAfter: 100_000, times: 1 },
    { method: 'PUT', request: 'manifest', times: 1, token: 'expired' },
  ]) {
    const body = JSON.stringify(fault)
    await fetch(`${aws.endpoint}/_local/registry-faults`, { method: 'POST', body })
  }
  const { outputs } = await push({ 'oci-layout': 'busy' }, 'e')
  expect(outputs).toMatchObject({ outcome: 'pushed', digest: descriptor.digest })
})

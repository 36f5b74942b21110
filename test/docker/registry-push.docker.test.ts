/**
 * packages/registry with images that docker and skopeo have written, pushed to another registry than ours: Debian's
 * docker-registry (CNCF distribution). What arrived is read back by skopeo and docker. Needs docker, skopeo and
 * docker-registry.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../../packages/action-kit/src/real-clock.ts'
import { openImage, pushImage, type Pushed } from '../../packages/registry/src/index.ts'
import { randomBytes } from '../../packages/registry/test/test-images.ts'
import { run } from '../support/command.ts'
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts'
import { startDockerDaemon, type DockerDaemon } from './docker-daemon.ts'

jest.setTimeout(120_000)

let folder: string
let daemon: DockerDaemon | undefined
let registry: DockerRegistry
/** As docker knows the image that everything here is made of. */
let layers: unknown

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-push-docker-'))
  registry = await startDockerRegistry()
  daemon = await startDockerDaemon()
  await writeFile(
    join(folder, 'Dockerfile'),
    'FROM scratch\nCOPY one /\nCOPY two /\nCMD ["/one"]\n',
  )
  await writeFile(join(folder, 'one'), randomBytes('one', 3_000_000))
  await writeFile(join(folder, 'two'), randomBytes('two', 50_000))
  await docker('build', '--tag', 'app:1', folder)
  layers = await layersOf('app:1')
  await docker('save', '--output', join(folder, 'saved.tar'), 'app:1')
  const saved = `docker-archive:${join(folder, 'saved.tar')}`
  await skopeo('copy', saved, `oci:${join(folder, 'layout')}`)
  await skopeo('copy', saved, `oci-archive:${join(folder, 'archive.tar')}`)
})

afterAll(async () => {
  await daemon?.stop()
  await registry.stop()
  await rm(folder, { recursive: true, force: true })
})

async function must(program: string, ...args: readonly string[]): Promise<string> {
  const env = { DOCKER_HOST: daemon?.host ?? '', DOCKER_BUILDKIT: '0' }
  const { exitCode, stdout, output } = await run(program, args, { env })
  if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')}\n${output}`)
  return stdout
}

const docker = (...args: readonly string[]): Promise<string> => must('docker', ...args)
const skopeo = (...args: readonly string[]): Promise<string> =>
  must('skopeo', '--insecure-policy', ...args)

/** Digests of the plain tars. */
const layersOf = async (image: string): Promise<unknown> =>
  JSON.parse(await docker('inspect', '--format', '{{json .RootFS.Layers}}', image))

async function push(
  kind: 'oci-layout' | 'image-tar',
  file: string,
  repository: string,
  host = registry.host,
): Promise<Extract<Pushed, { kind: 'pushed' }>> {
  const { signal } = new AbortController()
  const login = { host, user: 'nobody', password: 'nothing' }
  const image = await openImage(kind, join(folder, file))
  const pushed = await pushImage(
    await image.ready(folder, signal),
    { login, newLogin: async () => login, repository, tag: '1' },
    { clock: realClock, signal, say: () => undefined },
  )
  if (pushed.kind !== 'pushed') throw new Error(pushed.kind)
  return pushed
}

test.each<['oci-layout' | 'image-tar', string]>([
  ['image-tar', 'saved.tar'],
  ['image-tar', 'archive.tar'],
  ['oci-layout', 'layout'],
])('%s %s: skopeo and docker read back what docker had built', async (kind, file) => {
  const repository = `team/${file}`
  const { digest, uploaded } = await push(kind, file, repository)
  expect(uploaded).toBe(3)
  const place = `${registry.host}/${repository}`
  const inspected = await skopeo('inspect', '--tls-verify=false', `docker://${place}:1`)
  expect(JSON.parse(inspected)).toMatchObject({ Digest: digest, Architecture: 'amd64' })
  await docker('pull', `${place}@${digest}`)
  expect(await layersOf(`${place}@${digest}`)).toEqual(layers)
  expect(await push(kind, file, repository)).toMatchObject({ digest, uploaded: 0, skipped: 3 })
})

/** Between a client and the registry; breaks the first connection on which so many bytes were sent. */
async function openCutter(
  limit: number,
): Promise<{ server: Server; host: string; cuts: () => number }> {
  let cuts = 0
  const port = Number(registry.host.split(':')[1])
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    let sent = 0
    client.on('data', (piece: Buffer) => {
      sent += piece.byteLength
      upstream.write(piece)
      if (sent < limit || cuts > 0) return
      cuts++
      client.resetAndDestroy()
      upstream.end()
    })
    upstream.pipe(client)
    client.on('error', () => upstream.destroy())
    client.on('close', () => upstream.end())
    upstream.on('error', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  return { server, host: `127.0.0.1:${own}`, cuts: () => cuts }
}

test('a connection that breaks in the middle of a layer costs no more than that layer', async () => {
  const { server, host, cuts } = await openCutter(1_000_000)
  try {
    const { digest } = await push('oci-layout', 'layout', 'team/cut', host)
    expect(cuts()).toBe(1)
    await docker('pull', `${registry.host}/team/cut@${digest}`)
    expect(await layersOf(`${registry.host}/team/cut@${digest}`)).toEqual(layers)
  } finally {
    server.close()
  }
})

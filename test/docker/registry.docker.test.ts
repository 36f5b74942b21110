/**
 * The registry against the clients that people use. Needs dockerd, docker, skopeo and buildah and the right to run
 * them (root on a bare Debian machine); run by `npm run test:docker`.
 */
import { CreateRepositoryCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildImage } from '../../packages/local-aws/src/oci/image.ts'
import {
  makeImage,
  makeIndex,
  startEcr,
  type TestEcr,
} from '../../packages/local-aws/test/ecr/test-ecr.ts'
import { run, type CommandResult } from '../support/command.ts'
import { startDockerDaemon, type DockerDaemon } from './docker-daemon.ts'

jest.setTimeout(120_000)

const HOUR_MS = 60 * 60 * 1000

let folder: string
let ecr: TestEcr
let daemon: DockerDaemon | undefined
let dockerEnvironment: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-test-'))
  ecr = await startEcr()
  await Promise.all([
    ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'team/app' })),
    ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'copy' })),
    ecr.client.send(
      new CreateRepositoryCommand({ repositoryName: 'fixed', imageTagMutability: 'IMMUTABLE' }),
    ),
  ])
  daemon = await startDockerDaemon()
  dockerEnvironment = {
    DOCKER_HOST: daemon.host,
    DOCKER_CONFIG: join(folder, 'docker-config'),
    DOCKER_BUILDKIT: '0',
  }
})

afterAll(async () => {
  await daemon?.stop()
  ecr.stop()
  await rm(folder, { recursive: true, force: true })
})

async function password(): Promise<string> {
  const { authorizationData } = await ecr.client.send(new GetAuthorizationTokenCommand({}))
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
  return token.slice('AWS:'.length)
}

const docker = (args: readonly string[], input = ''): Promise<CommandResult> =>
  run('docker', args, { input, env: dockerEnvironment })

async function succeed(result: Promise<CommandResult>): Promise<string> {
  const { exitCode, output, stdout } = await result
  if (exitCode !== 0) throw new Error(`It ended with ${exitCode}:\n${output}`)
  return stdout
}

const dockerLogin = (server: string, secret: string): Promise<CommandResult> =>
  docker(['login', '--username', 'AWS', '--password-stdin', server], secret)

/** An image that docker builds itself, from nothing but one file. */
async function build(text: string, name: string): Promise<string> {
  const context = await mkdtemp(join(folder, 'context-'))
  await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY app.txt /\nCMD ["/app.txt"]\n')
  await writeFile(join(context, 'app.txt'), text)
  const image = `${ecr.registryHost}/${name}`
  await succeed(docker(['build', '--tag', image, context]))
  return image
}

describe('docker', () => {
  test('is sent away before it has logged in', async () => {
    const image = await build('one', 'team/app:v1')
    const { exitCode, output } = await docker(['push', image])
    expect(exitCode).not.toBe(0)
    expect(output).toContain('no basic auth credentials')
  })

  test('does not log in with a wrong password', async () => {
    const { exitCode, output } = await dockerLogin(ecr.registryHost, 'letmein')
    expect(exitCode).not.toBe(0)
    expect(output).toContain('400 Bad Request')
  })

  test.each(['', 'http://'])('logs in with the token by stdin, at %s127.0.0.1', async (scheme) => {
    const output = await succeed(dockerLogin(`${scheme}${ecr.registryHost}`, await password()))
    expect(output).toContain('Login Succeeded')
  })

  test('pushes, and pulls back the same digest', async () => {
    await succeed(dockerLogin(ecr.registryHost, await password()))
    const image = await build('one', 'team/app:v1')
    const pushed = /digest: (sha256:[0-9a-f]{64})/.exec(await succeed(docker(['push', image])))?.[1]
    expect(pushed).toBe(ecr.store.repository('team/app').tags.get('v1'))

    await succeed(docker(['rmi', image]))
    expect(await succeed(docker(['pull', image]))).toContain(`Digest: ${pushed}`)
    const digests = await succeed(docker(['inspect', '--format', '{{json .RepoDigests}}', image]))
    expect(JSON.parse(digests)).toEqual([`${ecr.registryHost}/team/app@${pushed}`])
  })

  test('is refused another image under an immutable tag, in the words of ECR, but not the same again', async () => {
    await succeed(dockerLogin(ecr.registryHost, await password()))
    const image = await build('one', 'fixed:v1')
    await succeed(docker(['push', image]))
    await succeed(docker(['push', image]))
    await build('two', 'fixed:v1')
    const { exitCode, output } = await docker(['push', image])
    expect(exitCode).not.toBe(0)
    expect(output).toContain(
      "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable.",
    )
  })

  test('is told that a repository does not exist', async () => {
    await succeed(dockerLogin(ecr.registryHost, await password()))
    const { exitCode, output } = await docker(['push', await build('one', 'nope:v1')])
    expect(exitCode).not.toBe(0)
    expect(output).toContain(
      "The repository with name 'nope' does not exist in the registry with id '123456789012'",
    )
  })

  test('pulls what buildImage made, with its configuration', async () => {
    await succeed(dockerLogin(ecr.registryHost, await password()))
    const made = await buildImage({
      files: { 'app/main.mjs': 'console.log(1)' },
      config: {
        Cmd: ['node', 'main.mjs'],
        Env: ['PORT=3000'],
        WorkingDir: '/app',
        Labels: { a: 'b' },
      },
    })
    await ecr.push(made, 'team/app', 'made')
    const image = `${ecr.registryHost}/team/app:made`
    expect(await succeed(docker(['pull', image]))).toContain(`Digest: ${made.digest}`)
    const config = await succeed(docker(['inspect', '--format', '{{json .Config}}', image]))
    expect(JSON.parse(config)).toMatchObject({
      Cmd: ['node', 'main.mjs'],
      WorkingDir: '/app',
      Labels: { a: 'b' },
      Env: expect.arrayContaining(['PORT=3000']),
    })
    const container = await succeed(docker(['create', '--network', 'host', image]))
    await succeed(docker(['cp', `${container}:/app/main.mjs`, join(folder, 'main.mjs')]))
    await succeed(docker(['rm', container]))
  })
})

describe('skopeo', () => {
  const skopeo = (args: readonly string[], input?: string): Promise<CommandResult> =>
    run('skopeo', args, input === undefined ? {} : { input })
  const AUTH_FILE = (): string[] => ['--authfile', join(folder, 'skopeo-auth.json')]
  const login = async (): Promise<string> =>
    succeed(
      skopeo(
        [
          'login',
          ...AUTH_FILE(),
          '--tls-verify=false',
          '--username',
          'AWS',
          '--password-stdin',
          ecr.registryHost,
        ],
        await password(),
      ),
    )

  test('inspects an image', async () => {
    await login()
    const image = await makeImage('inspected')
    await ecr.push(image, 'team/app', 'inspected')
    const text = await succeed(
      skopeo([
        'inspect',
        ...AUTH_FILE(),
        '--tls-verify=false',
        `docker://${ecr.registryHost}/team/app:inspected`,
      ]),
    )
    expect(JSON.parse(text)).toMatchObject({
      Digest: image.digest,
      Architecture: 'amd64',
      Layers: image.layers.map((layer) => layer.digest),
      RepoTags: expect.arrayContaining(['inspected']),
    })
  })

  test('copies a whole index from one repository to another, digests and all', async () => {
    await login()
    const [amd, arm] = await Promise.all([makeImage('multi'), makeImage('multi', 'arm64')])
    await ecr.push(amd, 'team/app')
    await ecr.push(arm, 'team/app')
    const index = makeIndex([
      { image: amd, os: 'linux', architecture: 'amd64' },
      { image: arm, os: 'linux', architecture: 'arm64' },
    ])
    await ecr.ask('PUT', '/v2/team/app/manifests/multi', {
      body: index.content,
      headers: { 'content-type': index.mediaType },
    })
    const url = (name: string): string => `docker://${ecr.registryHost}/${name}`
    await succeed(
      skopeo([
        'copy',
        '--all',
        ...AUTH_FILE(),
        '--src-tls-verify=false',
        '--dest-tls-verify=false',
        url('team/app:multi'),
        url('copy:multi'),
      ]),
    )
    expect(ecr.store.repository('copy').tags.get('multi')).toBe(index.digest)
    expect([...ecr.store.repository('copy').images.keys()].sort()).toEqual(
      [amd.digest, arm.digest, index.digest].sort(),
    )
    await succeed(skopeo(['delete', ...AUTH_FILE(), '--tls-verify=false', url('copy:multi')]))
    expect(ecr.store.repository('copy').tags.has('multi')).toBe(false)
  })
})

test('buildah builds from scratch and pushes; a task pulls what it pushed', async () => {
  const storage = [
    '--storage-driver',
    'vfs',
    '--root',
    join(folder, 'buildah'),
    '--runroot',
    join(folder, 'run'),
  ]
  const authFile = ['--authfile', join(folder, 'buildah-auth.json')]
  const buildah = (args: readonly string[], input = ''): Promise<string> =>
    succeed(run('buildah', [...storage, ...args], { input, env: { BUILDAH_ISOLATION: 'chroot' } }))
  await writeFile(join(folder, 'app.txt'), 'by buildah')

  await buildah(
    [
      'login',
      ...authFile,
      '--tls-verify=false',
      '--username',
      'AWS',
      '--password-stdin',
      ecr.registryHost,
    ],
    await password(),
  )
  const container = await buildah(['from', 'scratch'])
  await buildah(['copy', container, join(folder, 'app.txt'), '/app.txt'])
  await buildah(['config', '--cmd', '["/app.txt"]', container])
  await buildah(['commit', container, 'built'])
  const digestFile = join(folder, 'digest')
  await buildah([
    'push',
    ...authFile,
    '--tls-verify=false',
    '--digestfile',
    digestFile,
    'built',
    `docker://${ecr.registryHost}/team/app:buildah`,
  ])

  const digest = await readFile(digestFile, 'utf8')
  const pulled = await ecr.images.pull(`${ecr.registryHost}/team/app@${digest}`)
  expect(pulled.config.Cmd).toEqual(['/app.txt'])
  expect(pulled.layers).toHaveLength(1)
  await buildah(['rm', '--all'])
  await buildah([
    'pull',
    ...authFile,
    '--tls-verify=false',
    `docker://${ecr.registryHost}/team/app@${pulled.digest}`,
  ])
})

// The last one: it moves the time, which ends every login before it.
test('docker has to log in again after 12 hours', async () => {
  await succeed(dockerLogin(ecr.registryHost, await password()))
  const image = await build('late', 'team/app:late')
  await ecr.clock.advance(12 * HOUR_MS)
  const { exitCode, output } = await docker(['push', image])
  expect(exitCode).not.toBe(0)
  expect(output).toContain('Your authorization token has expired. Reauthenticate and try again.')
  await succeed(dockerLogin(ecr.registryHost, await password()))
  await succeed(docker(['push', image]))
})

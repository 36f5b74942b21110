/**
 * The ecr-push bundle with a real docker, against the local registry; what it hands on is deployed by the deploy bundle,
 * with tasks in docker. Run by `npm run test:docker`.
 */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../support/command.ts'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { openStep, ROOT, type BundleRun } from '../support/run-bundle.ts'
import { awsEnvironment, clientsFor, type Clients } from '../support/stack.ts'
import { startDockerDaemon, type DockerDaemon } from './docker-daemon.ts'

jest.setTimeout(120_000)

const SPEED = 20

let daemon: DockerDaemon | undefined
let aws: LocalAwsProcess
let clients: Clients
let folder: string
/** The password that the runs were given: it may stand nowhere. */
const passwords = new Set<string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecr-push-docker-'))
  daemon = await startDockerDaemon()
  process.env['DOCKER_HOST'] = daemon.host
  aws = await startLocalAwsProcess(['--speed', String(SPEED)])
  clients = clientsFor(aws)
  await makeBaseImage()
}, 120_000)

afterAll(async () => {
  await aws.stop()
  await daemon?.stop()
  await rm(folder, { recursive: true, force: true })
})

afterEach(async () => {
  await fetch(`${aws.endpoint}/_local/registry-faults`, { method: 'DELETE' })
  await fetch(`${aws.endpoint}/_local/faults`, { method: 'DELETE' })
})

/** No image comes from outside: what the Dockerfile calls node:24-slim is this machine's own node and nothing else. */
async function makeBaseImage(): Promise<void> {
  const context = join(folder, 'base')
  const program = await realpath(join(ROOT, 'node_modules/node/bin/node'))
  const found = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)
  const libraries = [...found].map(([, path = '']) => path)
  for (const path of libraries) {
    await mkdir(join(context, 'root', dirname(path)), { recursive: true })
    await cp(path, join(context, 'root', path), { dereference: true })
  }
  await mkdir(join(context, 'root/usr/local/bin'), { recursive: true })
  await mkdir(join(context, 'root/etc'), { recursive: true })
  await cp(program, join(context, 'root/usr/local/bin/node'))
  await writeFile(join(context, 'root/etc/passwd'), 'node:x:1000:1000::/:/usr/local/bin/node\n')
  await writeFile(join(context, 'root/etc/group'), 'node:x:1000:\n')
  const dockerfile = 'FROM scratch\nCOPY root /\nENV PATH=/usr/local/bin\n'
  await writeFile(join(context, 'Dockerfile'), dockerfile)
  const built = await run('docker', ['build', '--tag', 'node:24-slim', context])
  if (built.exitCode !== 0) throw new Error(built.output)
}

interface Pushed extends BundleRun {
  /** Everything that anybody could read of it: log, outputs, summary, report. */
  readonly everything: string
}

const SHA = (character: string): string => character.repeat(40)

async function push(
  inputs: Readonly<Record<string, string>>,
  {
    commit = SHA('a'),
    workspace = ROOT,
    env = {},
  }: {
    readonly commit?: string
    readonly workspace?: string
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<Pushed> {
  const step = await openStep('ecr-push', {
    inputs,
    workspace,
    clock: aws.clock,
    env: {
      ...awsEnvironment(aws),
      DOCKER_HOST: daemon?.host ?? '',
      HOME: folder,
      GITHUB_SHA: commit,
      GITHUB_REF: 'refs/heads/main',
      ...env,
    },
  })
  try {
    const result = await step.main()
    const login = join(dirname(result.outputs['report-json'] ?? ''), 'docker')
    const config = await readFile(join(login, 'config.json'), 'utf8').catch(() => '{}')
    for (const password of passwordsIn(config)) passwords.add(password)
    await step.post()
    // The login is gone with the job.
    expect(await readdir(login).catch(() => [])).toEqual([])
    const report = JSON.stringify(result.report)
    const outputs = JSON.stringify(result.outputs)
    // The runner replaces masked values; the line that asks for it is not shown.
    const shown = result.stdout.replace(/^::add-mask::.*$/gm, '')
    const everything = [shown, result.stderr, outputs, result.summary, report].join('\n')
    for (const password of passwords) expect(everything).not.toContain(password)
    return { ...result, everything }
  } finally {
    await step.close()
  }
}

function passwordsIn(config: string): readonly string[] {
  const { auths = {} } = JSON.parse(config) as {
    auths?: Record<string, { auth?: string }>
  }
  return Object.values(auths).flatMap(({ auth = '' }) => {
    const password = Buffer.from(auth, 'base64').toString().split(':').slice(1).join(':')
    return password === '' ? [auth].filter((text) => text !== '') : [auth, password]
  })
}

const createRepository = async (repositoryName: string, isMutable = false): Promise<void> => {
  await clients.ecr.createRepository({
    repositoryName,
    imageTagMutability: isMutable ? 'MUTABLE' : 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
  })
}

/** A folder with a Dockerfile, as a workspace. */
async function workspace(dockerfile: string): Promise<string> {
  const path = await mkdtemp(join(folder, 'workspace-'))
  await writeFile(join(path, 'Dockerfile'), dockerfile)
  await writeFile(join(path, 'app.txt'), path)
  return path
}

const SMALL = 'FROM scratch\nCOPY app.txt /\nCMD ["/app.txt"]\n'

const post = async (path: string, body: object): Promise<void> => {
  const answer = await fetch(`${aws.endpoint}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

describe('a good image', () => {
  test('is built, pushed, scanned and handed on by digest; the next run of the commit builds nothing', async () => {
    await createRepository('finance')
    const inputs = {
      repository: 'finance',
      context: 'packages/finance-app/server',
      'build-args': 'APP_VERSION=1.0.0',
    }
    const first = await push(inputs)
    expect(first.outputs).toMatchObject({ outcome: 'pushed', reused: 'false' })
    expect(first.exitCode).toBe(0)
    const { image = '', digest = '' } = first.outputs
    expect(image).toBe(`${aws.registry}/finance@${digest}`)
    expect(first.outputs['scan-result']).toContain('"result":"passed"')

    const second = await push(inputs)
    expect(second.outputs).toMatchObject({ outcome: 'reused', reused: 'true', digest, image })
    expect(second.stdout).not.toContain('docker build')

    // What the registry has is what docker gives to whoever pulls it.
    const { authorizationData } = await clients.ecr.getAuthorizationToken({})
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
    const config = ['--config', join(folder, 'reader')]
    await run('docker', [...config, 'login', '-u', 'AWS', '--password-stdin', aws.registry], {
      input: token.slice('AWS:'.length),
    })
    const pulled = await run('docker', [...config, 'pull', image])
    expect(pulled.output).toContain(digest)
    const labels = await run('docker', [
      'inspect',
      '--format',
      '{{index .Config.Labels "org.opencontainers.image.revision"}}',
      image,
    ])
    expect(labels.stdout).toBe(SHA('a'))
  })

  test('that is as bad as fail-on says is kept, and handed to nobody', async () => {
    await createRepository('bad')
    const finding = { id: 'CVE-2026-0001', severity: 'CRITICAL', package: 'zlib', version: '1' }
    await post('/_local/scans', { image: `bad:${SHA('b')}`, findings: [finding] })
    const scanned = await push(
      { repository: 'bad' },
      { commit: SHA('b'), workspace: await workspace(SMALL) },
    )
    expect(scanned.exitCode).toBe(1)
    expect(scanned.outputs).toMatchObject({ outcome: 'scan-failed', image: '', digest: '' })
    expect(scanned.summary).toContain('CVE-2026-0001')
    expect(scanned.stdout).toMatch(/::error::scan-failed: 1 finding of 1 is critical or worse/)
  })
})

describe('a build that fails', () => {
  test('names the line of the Dockerfile, and has the whole log in a group', async () => {
    await createRepository('broken')
    const { exitCode, outputs, stdout } = await push(
      { repository: 'broken' },
      { workspace: await workspace(`${SMALL}COPY nothing.txt /\n`) },
    )
    expect(exitCode).toBe(1)
    expect(outputs['outcome']).toBe('build-failed')
    expect(outputs['reason']).toContain('COPY nothing.txt /')
    expect(stdout).toContain('::group::docker build')
  })

  test('at a word that is no instruction', async () => {
    const { outputs } = await push(
      { repository: 'broken' },
      { workspace: await workspace('FROM scratch\nCOPPY app.txt /\n') },
    )
    expect(outputs['reason']).toMatch(/unknown instruction: COPPY/i)
  })

  test('because the daemon does not run', async () => {
    const { outputs } = await push(
      { repository: 'broken' },
      { workspace: await workspace(SMALL), env: { DOCKER_HOST: 'unix:///nowhere.sock' } },
    )
    expect(outputs['outcome']).toBe('refused')
    expect(outputs['reason']).toContain('docker cannot reach its daemon')
  })

  test('because docker is not there', async () => {
    const { outputs } = await push(
      { repository: 'broken' },
      { workspace: await workspace(SMALL), env: { PATH: folder } },
    )
    expect(outputs['reason']).toContain('There is no program docker on this machine.')
  })
})

describe('a push that meets trouble', () => {
  test('a repository that is missing is told before anything is built', async () => {
    const { outputs, stdout } = await push(
      { repository: 'missing' },
      { workspace: await workspace(SMALL) },
    )
    expect(outputs['outcome']).toBe('refused')
    expect(stdout).not.toContain('docker build')
  })

  test('an immutable tag that was given to another image meanwhile', async () => {
    await createRepository('taken')
    const other = await workspace(SMALL)
    const first = await push({ repository: 'taken', tags: 'raw:v1' }, { workspace: other })
    expect(first.outputs['outcome']).toBe('pushed')
    const second = await push(
      { repository: 'taken', tags: 'raw:v1' },
      { workspace: await workspace(SMALL), commit: SHA('c') },
    )
    expect(second.outputs['outcome']).toBe('refused')
    expect(second.outputs['reason']).toContain(`was built from commit ${SHA('a')}`)
  })

  test('a connection that breaks in the middle of a layer', async () => {
    await createRepository('cut')
    await post('/_local/registry-faults', { method: 'PATCH', cutAfter: 10, times: 1 })
    const { outputs } = await push({ repository: 'cut' }, { workspace: await workspace(SMALL) })
    expect(outputs['outcome']).toBe('pushed')
  })

  test('a registry that is asked too often', async () => {
    await createRepository('often')
    const error = { status: 429, code: 'TOOMANYREQUESTS', message: 'Rate exceeded' }
    await post('/_local/registry-faults', { method: 'PUT', request: 'manifest', error, times: 2 })
    const { outputs } = await push({ repository: 'often' }, { workspace: await workspace(SMALL) })
    expect(outputs['outcome']).toBe('pushed')
  })

  test('a password that runs out while the image is built', async () => {
    await createRepository('late')
    await post('/_local/registry-faults', {
      method: 'POST',
      request: 'uploads',
      token: 'expired',
      times: 1,
    })
    const { outputs } = await push({ repository: 'late' }, { workspace: await workspace(SMALL) })
    expect(outputs['outcome']).toBe('pushed')
  })

  test('a role that may not push', async () => {
    await createRepository('denied')
    const error = { status: 403, code: 'DENIED', message: 'User is not authorized to perform' }
    await post('/_local/registry-faults', { method: 'POST', request: 'uploads', error })
    const { outputs, stdout } = await push(
      { repository: 'denied' },
      { workspace: await workspace(SMALL) },
    )
    expect(outputs['outcome']).toBe('push-failed')
    expect(stdout).toContain('ecr:InitiateLayerUpload')
  })

  test('credentials that are wrong', async () => {
    await post('/_local/faults', {
      operation: 'GetAuthorizationToken',
      error: {
        code: 'UnrecognizedClientException',
        status: 400,
        message: 'The security token included in the request is invalid.',
      },
    })
    const { outputs } = await push({ repository: 'finance' }, { commit: SHA('e') })
    expect(outputs['outcome']).toBe('refused')
    expect(outputs['reason']).toContain('ecr:GetAuthorizationToken')
  })
})

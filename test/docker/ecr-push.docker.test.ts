/**
 * The ecr-push bundle with a real docker, against the local registry; what it hands on is deployed by the deploy bundle,
 * with tasks in docker. Run by `npm run test:docker`.
 */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../support/command.ts'
import type { LocalAwsProcess } from '../support/local-aws-process.ts'
import { runBundle } from '../support/run-bundle.ts'
import {
  awsEnvironment,
  CLUSTER,
  createLoadBalancer,
  createService,
  FAST_CLOCK_GRACE,
  type Clients,
} from '../support/stack.ts'
import { PushStage, SMALL, type PushOptions, type Pushed } from './push-stage.ts'

jest.setTimeout(120_000)

let stage: PushStage
let aws: LocalAwsProcess
let clients: Clients

beforeAll(async () => {
  stage = await PushStage.open()
  ;({ aws, clients } = stage)
}, 120_000)
afterAll(() => stage.close())
afterEach(() => stage.clear())

const SHA = (character: string): string => character.repeat(40)

/** The password may stand nowhere, and the login is gone with the job. */
async function push(
  inputs: Readonly<Record<string, string>>,
  options: PushOptions = {},
): Promise<Pushed> {
  const pushed = await stage.push(inputs, options)
  for (const password of stage.passwords) expect(pushed.everything).not.toContain(password)
  expect(pushed.leftOfLogin).toEqual([])
  return pushed
}

const createRepository = (name: string): Promise<void> => stage.createRepository(name)
const workspace = (dockerfile: string): Promise<string> => stage.workspaceWith(dockerfile)
const post = (path: string, body: object): Promise<void> => stage.control(path, body)

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
    // Otherwise there would be nothing to search for.
    expect(stage.passwords.size).toBeGreaterThan(0)
    const { image = '', digest = '' } = first.outputs
    expect(image).toBe(`${aws.registry}/finance@${digest}`)
    expect(first.outputs['scan-result']).toContain('"result":"passed"')

    const second = await push(inputs)
    expect(second.outputs).toMatchObject({ outcome: 'reused', reused: 'true', digest, image })
    expect(second.stdout).not.toContain('docker build')

    // What the registry has is what docker gives to whoever pulls it.
    const { authorizationData } = await clients.ecr.getAuthorizationToken({})
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
    const config = ['--config', join(stage.folder, 'reader')]
    await run('docker', [...config, 'login', '-u', 'AWS', '--password-stdin', aws.registry], {
      input: token.slice('AWS:'.length),
    })
    const pulled = await run('docker', [...config, 'pull', image])
    expect(pulled.output).toContain(digest)
    const seen = await run('skopeo', [
      ...['inspect', '--tls-verify=false', '--creds', token],
      `docker://${aws.registry}/finance:${SHA('a')}`,
    ])
    expect(JSON.parse(seen.stdout)).toMatchObject({ Digest: digest })
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

test('the digest that it hands on is what deploy brings to users, with tasks in docker', async () => {
  await createRepository('served')
  const image = async (version: string, commit: string): Promise<string> => {
    const { outputs } = await push(
      {
        repository: 'served',
        context: 'packages/finance-app/server',
        'build-args': `APP_VERSION=${version}`,
      },
      { commit },
    )
    expect(outputs['outcome']).toBe('pushed')
    return outputs['image'] ?? ''
  }
  const first = await image('1.0.0', SHA('1'))
  const loadBalancer = await createLoadBalancer(clients, 'served')
  const settings = FAST_CLOCK_GRACE
  await createService(aws, clients, { name: 'served', image: first, loadBalancer, settings })

  const next = await image('2.0.0', SHA('2'))
  const deployed = await runBundle('deploy', {
    inputs: { cluster: CLUSTER, service: 'served', image: next },
    env: awsEnvironment(aws),
    clock: aws.clock,
  })
  expect(deployed.outputs['outcome']).toBe('deployed')
  const url = await aws.listenerUrl(loadBalancer.listenerArn)
  const info = (await (await fetch(`${url}/info`)).json()) as object
  expect(info).toMatchObject({ version: '2.0.0' })
}, 300_000)

test('an exception that has expired is told before anything is built', async () => {
  await createRepository('expired')
  const folder = await workspace(SMALL)
  await writeFile(
    join(folder, 'ignore.yml'),
    '- {id: CVE-2026-0001, reason: not reachable, expires: 2020-01-31}\n',
  )
  const { outputs, stdout } = await push(
    { repository: 'expired', 'scan-ignore': 'ignore.yml' },
    { workspace: folder },
  )
  expect(outputs['outcome']).toBe('refused')
  expect(outputs['reason']).toContain('The exception for CVE-2026-0001 expired on 2020-01-31')
  expect(stdout).not.toContain('docker build')
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
      { workspace: await workspace(SMALL), env: { PATH: stage.folder } },
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

  test('an immutable tag that names the image of another commit', async () => {
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

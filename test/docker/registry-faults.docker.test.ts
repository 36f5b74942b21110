/** What docker makes of faults of the registry, and scans of what it has built. Needs dockerd and docker. */
import {
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEcr, type TestEcr } from '../../packages/local-aws/test/ecr/test-ecr.ts'
import { run, type CommandResult } from '../support/command.ts'
import { startDockerDaemon, type DockerDaemon } from './docker-daemon.ts'

jest.setTimeout(120_000)

const repositoryName = 'app'

let folder: string
let ecr: TestEcr
let daemon: DockerDaemon | undefined
let environment: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-faults-test-'))
  ecr = await startEcr()
  const imageScanningConfiguration = { scanOnPush: true }
  await ecr.client.send(new CreateRepositoryCommand({ repositoryName, imageScanningConfiguration }))
  daemon = await startDockerDaemon()
  environment = {
    DOCKER_HOST: daemon.host,
    DOCKER_CONFIG: join(folder, 'docker-config'),
    DOCKER_BUILDKIT: '0',
  }
  await login()
})

afterEach(() => {
  ecr.registryFaults.clear()
})

afterAll(async () => {
  await daemon?.stop()
  ecr.stop()
  await rm(folder, { recursive: true, force: true })
})

const docker = (args: readonly string[], input = ''): Promise<CommandResult> =>
  run('docker', args, { input, env: environment })

async function login(): Promise<void> {
  const { authorizationData } = await ecr.client.send(new GetAuthorizationTokenCommand({}))
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
  const args = ['login', '--username', 'AWS', '--password-stdin', ecr.registryHost]
  expect((await docker(args, token.slice('AWS:'.length))).exitCode).toBe(0)
}

/** An image with a file that no other has, so that its layer has to be sent. */
async function build(tag: string, ...more: readonly string[]): Promise<string> {
  const context = await mkdtemp(join(folder, 'context-'))
  await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY app.txt /\nCMD ["/app.txt"]\n')
  await writeFile(join(context, 'app.txt'), `${tag} ${context}`)
  const image = `${ecr.registryHost}/${repositoryName}:${tag}`
  expect((await docker(['build', '--tag', image, ...more, context])).exitCode).toBe(0)
  return image
}

test('docker sends a layer again when the connection has broken', async () => {
  const image = await build('broken')
  ecr.registryFaults.add({ method: 'PATCH', cutAfter: 10, times: 1 })
  const { exitCode, output } = await docker(['push', image])
  expect(output).toContain('Retrying')
  expect(exitCode).toBe(0)
  expect(ecr.store.repository(repositoryName).tags.has('broken')).toBe(true)
})

test('docker passes on that it is throttled', async () => {
  const image = await build('throttled')
  ecr.registryFaults.add({ request: 'manifest', error: { status: 429, retryAfter: 1 } })
  const { exitCode, output } = await docker(['push', image])
  expect(exitCode).not.toBe(0)
  expect(output).toContain('toomanyrequests: Rate exceeded')
})

test('docker has to log in again when tokens expire in the middle of a push', async () => {
  const image = await build('expired')
  ecr.registryFaults.add({ method: 'PUT', request: 'manifest', times: 1, token: 'expired' })
  const { exitCode, output } = await docker(['push', image])
  expect(exitCode).not.toBe(0)
  expect(output).toContain('Your authorization token has expired. Reauthenticate and try again.')
  await login()
  expect((await docker(['push', image])).exitCode).toBe(0)
})

test('a label of the Dockerfile chooses what a scan finds', async () => {
  const outcome = { findings: [{ id: 'CVE-2026-0001', severity: 'CRITICAL' }] }
  const image = await build('labelled', '--label', `local-aws.scan=${JSON.stringify(outcome)}`)
  expect((await docker(['push', image])).exitCode).toBe(0)
  await ecr.clock.advance(15_000)
  const { imageScanFindings } = await ecr.client.send(
    new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag: 'labelled' } }),
  )
  expect(imageScanFindings?.findings).toMatchObject([{ name: 'CVE-2026-0001' }])
})

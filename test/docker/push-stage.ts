/** A docker daemon, the local endpoint with tasks in docker, and the ecr-push bundle that is run against both. */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../support/command.ts'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { openStep, ROOT, type BundleRun } from '../support/run-bundle.ts'
import { awsEnvironment, clientsFor, createGround, type Clients } from '../support/stack.ts'
import { startDockerDaemon, type DockerDaemon } from './docker-daemon.ts'

const SPEED = 20

/** A Dockerfile that needs no other image. */
export const SMALL = 'FROM scratch\nCOPY app.txt /\nCMD ["/app.txt"]\n'

export interface Pushed extends BundleRun {
  /** Everything that anybody could read of it: log, outputs, summary, report. */
  readonly everything: string
  /** Files of the login after the post part. */
  readonly leftOfLogin: readonly string[]
}

export interface PushOptions {
  readonly commit?: string
  readonly workspace?: string
  readonly env?: Readonly<Record<string, string>>
}

export class PushStage {
  readonly aws: LocalAwsProcess
  readonly clients: Clients
  readonly folder: string
  readonly daemon: DockerDaemon
  /** Those that the runs were given. */
  readonly passwords = new Set<string>()

  private constructor(aws: LocalAwsProcess, daemon: DockerDaemon, folder: string) {
    this.aws = aws
    this.clients = clientsFor(aws)
    this.daemon = daemon
    this.folder = folder
  }

  static async open(): Promise<PushStage> {
    const folder = await mkdtemp(join(tmpdir(), 'ecr-push-docker-'))
    const daemon = await startDockerDaemon()
    process.env['DOCKER_HOST'] = daemon.host
    const aws = await startLocalAwsProcess(['--speed', String(SPEED), '--driver', 'docker'], {
      DOCKER_HOST: daemon.host,
    })
    await makeBaseImage(join(folder, 'base'))
    const stage = new PushStage(aws, daemon, folder)
    await createGround(stage.clients)
    return stage
  }

  async close(): Promise<void> {
    await this.aws.stop()
    await this.daemon.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async clear(): Promise<void> {
    await fetch(`${this.aws.endpoint}/_local/registry-faults`, { method: 'DELETE' })
    await fetch(`${this.aws.endpoint}/_local/faults`, { method: 'DELETE' })
  }

  async control(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.aws.endpoint}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }

  async createRepository(repositoryName: string): Promise<void> {
    await this.clients.ecr.createRepository({
      repositoryName,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
    })
  }

  /** A folder with this Dockerfile and a file that makes its image differ from others. */
  async workspaceWith(dockerfile: string): Promise<string> {
    const path = await mkdtemp(join(this.folder, 'workspace-'))
    await writeFile(join(path, 'Dockerfile'), dockerfile)
    await writeFile(join(path, 'app.txt'), path)
    return path
  }

  /** The main part of the bundle, and its post part. */
  async push(
    inputs: Readonly<Record<string, string>>,
    { commit = 'a'.repeat(40), workspace = ROOT, env = {} }: PushOptions,
  ): Promise<Pushed> {
    const step = await openStep('ecr-push', {
      inputs,
      workspace,
      clock: this.aws.clock,
      env: {
        ...awsEnvironment(this.aws),
        DOCKER_HOST: this.daemon.host,
        HOME: this.folder,
        GITHUB_SHA: commit,
        GITHUB_REF: 'refs/heads/main',
        ...env,
      },
    })
    try {
      const result = await step.main()
      const login = join(dirname(result.outputs['report-json'] ?? ''), 'docker')
      const config = await readFile(join(login, 'config.json'), 'utf8').catch(() => '{}')
      for (const password of passwordsIn(config)) this.passwords.add(password)
      await step.post()
      const leftOfLogin = await readdir(login).catch(() => [])
      // The runner replaces masked values; the line that asks for it is not shown.
      const shown = result.stdout.replace(/^::add-mask::.*$/gm, '')
      const told = [JSON.stringify(result.outputs), result.summary, JSON.stringify(result.report)]
      const everything = [shown, result.stderr, ...told].join('\n')
      return { ...result, everything, leftOfLogin }
    } finally {
      await step.close()
    }
  }
}

/** As `docker login` writes them. */
function passwordsIn(config: string): readonly string[] {
  const { auths = {} } = JSON.parse(config) as { auths?: Record<string, { auth?: string }> }
  return Object.values(auths).flatMap(({ auth = '' }) => {
    const password = Buffer.from(auth, 'base64').toString().split(':').slice(1).join(':')
    return [auth, password].filter((text) => text !== '')
  })
}

/** No image comes from outside: what the Dockerfile calls node:24-slim is this machine's own node and nothing else. */
async function makeBaseImage(context: string): Promise<void> {
  const program = await realpath(join(ROOT, 'node_modules/node/bin/node'))
  const found = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)
  const root = join(context, 'root')
  for (const [, path = ''] of found) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await cp(path, join(root, path), { dereference: true })
  }
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  await mkdir(join(root, 'etc'), { recursive: true })
  await cp(program, join(root, 'usr/local/bin/node'))
  await writeFile(join(root, 'etc/passwd'), 'node:x:1000:1000::/:/usr/local/bin/node\n')
  await writeFile(join(root, 'etc/group'), 'node:x:1000:\n')
  const dockerfile = 'FROM scratch\nCOPY root /\nENV PATH=/usr/local/bin\n'
  await writeFile(join(context, 'Dockerfile'), dockerfile)
  const built = await run('docker', ['build', '--tag', 'node:24-slim', context], {
    env: { DOCKER_BUILDKIT: '0' },
  })
  if (built.exitCode !== 0) throw new Error(built.output)
}

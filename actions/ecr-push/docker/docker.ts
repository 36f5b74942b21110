/** The docker of this machine, with a folder of its own for what it knows. */
import { cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  dockerFolder,
  ProgramMissing,
  type ProgramEnd,
  type ProgramRun,
} from '@ecs-pipeline/action-kit'
import type { RegistryLogin } from '@ecs-pipeline/image'
import { Ending, refused } from '../ending.ts'
import type { Tools } from '../tools.ts'

/**
 * `buildx`: the plugin, which alone builds for several platforms. `buildkit`: the one that docker before 23 has built in.
 * `legacy`: what is left where the plugin is missing.
 */
export type Builder = 'buildx' | 'buildkit' | 'legacy'

/** Since then `docker build` with BuildKit is the plugin (docker/cli 23.0, release notes). */
const PLUGIN_SINCE = 23

export interface Docker {
  readonly builder: Builder
  /** Any exit code is an answer. */
  readonly run: (
    args: readonly string[],
    options?: Pick<ProgramRun, 'folder' | 'input' | 'onLine' | 'environment'>,
  ) => Promise<ProgramEnd>
  /** Again, when the password has run out. */
  readonly login: (login: RegistryLogin) => Promise<void>
}

/**
 * A folder of the step's own: the user's logins and builders stay, the password of ECR is in no file of theirs, and
 * the post step throws it away. Throws a refusal when docker is not there, or its daemon does not run.
 */
export async function openDocker({ run, folder, log }: Tools): Promise<Docker> {
  const config = join(folder, 'docker')
  await copySettings(config)
  const environment = {
    DOCKER_CONFIG: config,
    // With attestations an image becomes an index, which ECR cannot scan. Asked for by flag where wanted.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  }
  const docker: Docker['run'] = (args, options = {}) =>
    run({
      program: 'docker',
      args,
      ...options,
      environment: { ...environment, ...options.environment },
    })
  const builder = await findBuilder(docker)
  const builds = { DOCKER_BUILDKIT: builder === 'legacy' ? '0' : '1' }
  return {
    builder,
    run: (args, options = {}) =>
      docker(args, { ...options, environment: { ...builds, ...options.environment } }),
    login: async ({ host, user, password }) => {
      log.mask(password)
      const args = ['login', '--username', user, '--password-stdin', host]
      const end = await docker(args, { input: password })
      if (end.exitCode === 0) return
      throw new Ending(
        'push-failed',
        `docker could not log in to ${host}: ${withoutSecret(end.lines.at(-1), password)}`,
        ['Check that the runner reaches the registry, and that its clock is right.'],
      )
    },
  }
}

const withoutSecret = (line: string | undefined, secret: string): string =>
  (line ?? 'it said nothing').replaceAll(secret, '***')

async function findBuilder(docker: Docker['run']): Promise<Builder> {
  try {
    const end = await docker(['version', '--format', '{{.Client.Version}} {{.Server.Version}}'])
    if (end.exitCode === 0) {
      const { exitCode } = await docker(['buildx', 'version'])
      if (exitCode === 0) return 'buildx'
      return Number.parseInt(end.stdout, 10) < PLUGIN_SINCE ? 'buildkit' : 'legacy'
    }
    throw refused(
      `docker cannot reach its daemon: ${end.lines.at(-1) ?? 'it said nothing'}`,
      'Use a runner with a docker daemon, or build elsewhere and give `oci-layout` or `image-tar`: these need no docker.',
    )
  } catch (error) {
    if (!(error instanceof ProgramMissing)) throw error
    throw refused(
      error.message,
      'Install docker on the runner, or build elsewhere and give `oci-layout` or `image-tar`: these need no docker.',
    )
  }
}

/** Plugins, builders and contexts are those of the user; config.json is a copy, since the login is written to it. */
async function copySettings(config: string): Promise<void> {
  const own = dockerFolder()
  await mkdir(config, { recursive: true, mode: 0o700 })
  const entries = await readdir(own).catch(() => [])
  for (const entry of entries) {
    if (entry === 'config.json') await copyLogins(join(own, entry), join(config, entry))
    else await symlink(join(own, entry), join(config, entry)).catch(ignoreExisting)
  }
}

/** A store of credentials (`credsStore`) would keep the password of ECR beyond the job. */
async function copyLogins(from: string, to: string): Promise<void> {
  try {
    const settings = JSON.parse(await readFile(from, 'utf8')) as Record<string, unknown>
    const { credsStore, ...rest } = settings
    const isPlain = credsStore === undefined || credsStore === ''
    await writeFile(to, JSON.stringify(isPlain ? settings : rest), { mode: 0o600 })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // docker says what is wrong with it.
    await cp(from, to)
  }
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}

/** The post part: whatever docker wrote into the folder goes. `false` when docker was not used. */
export async function forgetDocker(folder: string): Promise<boolean> {
  const config = join(folder, 'docker')
  if (!(await stat(config).catch(() => undefined))) return false
  await rm(config, { recursive: true, force: true })
  return true
}

import { once } from 'node:events'
import type { PulledImage } from '../services/ecr/part.ts'
import { ContainerPorts } from './container-ports.ts'
import { dockerArchive } from './docker-archive.ts'
import { docker, dockerOrThrow, dockerStream } from './docker-cli.ts'
import {
  ContainerStartError,
  type ContainerToRun,
  type RunningContainer,
  type TaskDriver,
} from './driver.ts'
import { FreePorts } from './free-ports.ts'
import { Lifeline } from './lifeline.ts'
import { readLines } from './output-lines.ts'
import { StartedContainers } from './started-containers.ts'
import { untilListening } from './until-listening.ts'

/** Variables that the docker command itself reads: their values go by argument instead of by environment. */
const READ_BY_DOCKER = /^(PATH|HOME|DOCKER_.*|.*_proxy|.*_PROXY|XDG_.*|GO.*)$/

/**
 * Runs containers in Docker, by its command line (20.10 or newer; `DOCKER_HOST` as usual). They are shut in as on
 * ECS but for the network: containers use the host's, so that this works with a daemon without a bridge, and the
 * program **has to listen on `PORT`** as with the process driver. Each container is removed once it has ended.
 */
export function createDockerDriver(): TaskDriver {
  const ports = new FreePorts()
  const lifeline = new Lifeline()
  const images = new LoadedImages()
  const containers = new StartedContainers<DockerContainer>((container) => container.removed)

  return {
    start: (toRun) => containers.add(() => startContainer(toRun, images, ports, lifeline)),
    async check(container, command, wallTimeoutMs) {
      const args = ['exec', container.runtimeId, ...command]
      return (await docker(args, { timeoutMs: wallTimeoutMs })).exitCode === 0
    },
    async close() {
      await containers.close()
      await images.close()
      await lifeline.close()
    },
  }
}

async function startContainer(
  toRun: ContainerToRun,
  images: LoadedImages,
  ports: FreePorts,
  lifeline: Lifeline,
): Promise<DockerContainer> {
  const tag = await images.load(toRun.image)
  const own = await ContainerPorts.take(ports, toRun.ports)
  try {
    const id = await createAndStart(toRun, tag, own, lifeline)
    const container = new DockerContainer(id, own, lifeline, toRun.onOutput)
    void container.removed.then(() => {
      own.release()
    })
    return container
  } catch (error) {
    own.release()
    throw error
  }
}

/** The id of the started container. */
async function createAndStart(
  toRun: ContainerToRun,
  tag: string,
  ports: ContainerPorts,
  lifeline: Lifeline,
): Promise<string> {
  const environment = { ...toRun.environment, ...ports.variables }
  const args = createArguments(toRun, tag, environment)
  const created = await docker(args, { environment: hidden(environment) })
  if (created.exitCode !== 0) {
    throw new ContainerStartError(`CannotCreateContainerError: ${firstLine(created.stderr)}`)
  }
  const id = created.stdout.trim()
  lifeline.hold(id, { run: 'docker', args: ['rm', '--force', '--volumes', id] })
  const started = await docker(['start', id])
  if (started.exitCode === 0) return id
  await remove(id, lifeline)
  throw new ContainerStartError(`CannotStartContainerError: ${firstLine(started.stderr)}`)
}

function createArguments(
  toRun: ContainerToRun,
  tag: string,
  environment: Readonly<Record<string, string>>,
): string[] {
  const [program, ...rest] = toRun.entryPoint ?? []
  const variables = Object.entries(environment).flatMap(([name, value]) => [
    '--env',
    READ_BY_DOCKER.test(name) ? `${name}=${value}` : name,
  ])
  return [
    'create',
    ...['--network', 'host', '--label', `local-aws.task=${toRun.taskId}`],
    ...variables,
    ...(toRun.workingDirectory === undefined ? [] : ['--workdir', toRun.workingDirectory]),
    ...(toRun.user === undefined ? [] : ['--user', toRun.user]),
    ...(program === undefined ? [] : ['--entrypoint', program]),
    tag,
    ...rest,
    ...(toRun.command ?? []),
  ]
}

/** Values that docker takes from its own environment, so that no process list shows them. */
const hidden = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !READ_BY_DOCKER.test(name)))

const firstLine = (output: string): string => output.trim().split('\n')[0] ?? ''

async function remove(id: string, lifeline: Lifeline): Promise<void> {
  await docker(['rm', '--force', '--volumes', id])
  lifeline.release(id)
}

class DockerContainer implements RunningContainer {
  readonly exited: Promise<{ readonly exitCode: number }>
  /** Resolves when Docker knows the container no more. */
  readonly removed: Promise<void>
  readonly runtimeId: string
  private readonly ports: ContainerPorts

  constructor(
    id: string,
    ports: ContainerPorts,
    lifeline: Lifeline,
    onOutput: ContainerToRun['onOutput'],
  ) {
    this.runtimeId = id
    this.ports = ports
    const printed = follow(id, onOutput)
    this.exited = docker(['wait', id]).then(async ({ stdout }) => {
      await printed
      // Without an answer the daemon or the container went away by force.
      return { exitCode: stdout.trim() === '' ? 137 : Number(stdout) }
    })
    this.removed = this.exited.then(() => remove(id, lifeline))
  }

  listening(ms: number): Promise<void> {
    return untilListening(this.ports.first, this.exited, ms)
  }

  address(containerPort: number): { readonly host: string; readonly port: number } {
    return this.ports.address(containerPort)
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    // A container that has ended meanwhile needs no signal.
    void docker(['kill', '--signal', name, this.runtimeId])
  }
}

/** Hands on what the container prints. Resolves when there is no more. */
async function follow(id: string, onOutput: ContainerToRun['onOutput']): Promise<void> {
  const logs = dockerStream(['logs', '--follow', id])
  readLines(logs.stdout, (line) => {
    onOutput(line, 'stdout')
  })
  readLines(logs.stderr, (line) => {
    onOutput(line, 'stderr')
  })
  await once(logs, 'close')
}

/** Images that Docker was given, by digest. */
class LoadedImages {
  private readonly tags = new Map<string, Promise<string>>()

  load(image: PulledImage): Promise<string> {
    const known = this.tags.get(image.digest)
    if (known) return known
    const loading = this.give(image)
    this.tags.set(image.digest, loading)
    loading.catch(() => this.tags.delete(image.digest))
    return loading
  }

  async close(): Promise<void> {
    const tags = await Promise.allSettled(this.tags.values())
    const loaded = tags.flatMap((tag) => (tag.status === 'fulfilled' ? [tag.value] : []))
    if (loaded.length > 0) await docker(['rmi', '--force', ...loaded])
    this.tags.clear()
  }

  private async give(image: PulledImage): Promise<string> {
    const tag = `local-aws/${process.pid}:${image.digest.replace('sha256:', '').slice(0, 32)}`
    try {
      await dockerOrThrow(['load', '--quiet'], { input: await dockerArchive(image, tag) })
      return tag
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ContainerStartError(`CannotPullContainerError: ${reason}`, { cause: error })
    }
  }
}

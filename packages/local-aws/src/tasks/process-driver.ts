import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { constants } from 'node:os'
import {
  ContainerStartError,
  type ContainerToRun,
  type RunningContainer,
  type TaskDriver,
} from './driver.ts'
import { ContainerPorts } from './container-ports.ts'
import { FreePorts } from './free-ports.ts'
import { ImageFolders } from './image-folders.ts'
import { Lifeline } from './lifeline.ts'
import { readLines } from './output-lines.ts'
import { commandOf, environmentOf, Rootfs, workingDirectoryOf } from './program.ts'
import { StartedContainers } from './started-containers.ts'
import { untilListening } from './until-listening.ts'

/** How long what a process printed may still be on its way after its end. */
const LAST_OUTPUT_WALL_MS = 500

/**
 * Runs containers as processes of this machine: no daemon, no root, a start costs what the program costs. The image
 * is unpacked and its command runs in it with the image's environment and PATH, but **not shut in**:
 *
 * - Absolute paths in the command that the image has are moved into the unpacked image; paths inside files and
 *   environment variables are not. Commands that the image lacks come from this machine, and `node` always does
 *   (the node that runs the endpoint), so that images for another C library or processor run too.
 * - All containers share this machine's network, so the program **has to listen on `PORT`** (set to a free port that
 *   stands for the first container port; `PORT_3000` for container port 3000 and so on) at `HOST`, 127.0.0.1.
 * - Containers of one image share its folder; `user`, memory and CPU limits are not applied.
 *
 * Each container is a process group that ends as a whole, also when the endpoint itself is killed.
 */
export function createProcessDriver(): TaskDriver {
  const lifeline = new Lifeline()
  const images = new ImageFolders(lifeline)
  const ports = new FreePorts()
  const containers = new StartedContainers<ProcessContainer>((container) => container.exited)

  return {
    start: (container) => containers.add(() => startProcess(container, images, ports, lifeline)),
    async check(container, command, wallTimeoutMs) {
      if (!(container instanceof ProcessContainer)) return false
      return container.check(command, wallTimeoutMs).catch(() => false)
    },
    async close() {
      await containers.close()
      await images.close()
      await lifeline.close()
    },
  }
}

async function startProcess(
  container: ContainerToRun,
  images: ImageFolders,
  ports: FreePorts,
  lifeline: Lifeline,
): Promise<ProcessContainer> {
  const rootfs = new Rootfs(await images.folder(container.image), await images.hostCommands())
  const workingDirectory = workingDirectoryOf(container)
  await mkdir(rootfs.onHost(workingDirectory), { recursive: true })
  const given = environmentOf(container)
  const searchPath = rootfs.searchPath(given['PATH'])
  const argv = rootfs.resolve(commandOf(container), workingDirectory, searchPath)
  const own = await ContainerPorts.take(ports, container.ports)
  const sandbox: Sandbox = {
    rootfs,
    workingDirectory,
    environment: { ...given, ...own.variables, PATH: searchPath },
    lifeline,
  }
  try {
    const child = await spawnGroup(argv, sandbox)
    const process = new ProcessContainer(child, sandbox, own, container.onOutput)
    void process.exited.then(() => {
      own.release()
    })
    return process
  } catch (error) {
    own.release()
    throw error
  }
}

interface Sandbox {
  readonly rootfs: Rootfs
  /** As a path in the image. */
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
  readonly lifeline: Lifeline
}

/** Starts a process group of its own, held by the lifeline until its first process is gone. */
async function spawnGroup(argv: [string, ...string[]], sandbox: Sandbox): Promise<ChildProcess> {
  const [program, ...args] = argv
  const child = spawn(program, args, {
    cwd: sandbox.rootfs.onHost(sandbox.workingDirectory),
    env: sandbox.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ContainerStartError(
      `CannotStartContainerError: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${reason}: unknown`,
      { cause: error },
    )
  }
  const key = String(child.pid)
  if (child.pid !== undefined) sandbox.lifeline.hold(key, { kill: child.pid })
  child.once('exit', () => {
    // What its children still do ends with it, as in a container whose first process ends.
    killGroup(child, 'SIGKILL')
    sandbox.lifeline.release(key)
  })
  return child
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Nothing of the group is left.
  }
}

class ProcessContainer implements RunningContainer {
  readonly exited: Promise<{ readonly exitCode: number }>
  readonly runtimeId: string
  private readonly child: ChildProcess
  private readonly sandbox: Sandbox
  private readonly ports: ContainerPorts

  constructor(
    child: ChildProcess,
    sandbox: Sandbox,
    ports: ContainerPorts,
    onOutput: ContainerToRun['onOutput'],
  ) {
    this.child = child
    this.sandbox = sandbox
    this.ports = ports
    this.runtimeId = String(child.pid)
    if (child.stdout)
      readLines(child.stdout, (line) => {
        onOutput(line, 'stdout')
      })
    if (child.stderr)
      readLines(child.stderr, (line) => {
        onOutput(line, 'stderr')
      })
    this.exited = exitOf(child)
  }

  listening(ms: number): Promise<void> {
    return untilListening(this.ports.first, this.exited, ms)
  }

  address(containerPort: number): { readonly host: string; readonly port: number } {
    return this.ports.address(containerPort)
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    // A runtime signals the first process only; SIGKILL takes the whole container.
    if (name === 'SIGKILL') killGroup(this.child, name)
    else this.child.kill(name)
  }

  async check(command: readonly string[], wallTimeoutMs: number): Promise<boolean> {
    const { rootfs, workingDirectory, environment } = this.sandbox
    const argv = rootfs.resolve(command, workingDirectory, environment['PATH'] ?? '')
    const child = await spawnGroup(argv, this.sandbox)
    child.stdout?.resume()
    child.stderr?.resume()
    const timer = setTimeout(() => {
      killGroup(child, 'SIGKILL')
    }, wallTimeoutMs)
    const { exitCode } = await Promise.race([
      exitOf(child),
      this.exited.then(() => {
        killGroup(child, 'SIGKILL')
        return exitOf(child)
      }),
    ])
    clearTimeout(timer)
    return exitCode === 0
  }
}

/** Resolves once the process has ended and what it printed has been read. */
async function exitOf(child: ChildProcess): Promise<{ readonly exitCode: number }> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  const exitCode =
    child.exitCode ?? 128 + (child.signalCode ? constants.signals[child.signalCode] : 0)
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LAST_OUTPUT_WALL_MS)
  })
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  const read = streams.filter((stream) => !stream.closed).map((stream) => once(stream, 'close'))
  await Promise.race([Promise.all(read), patience])
  clearTimeout(timer)
  return { exitCode }
}

/** A docker daemon of a test's own, which shares nothing with one that the machine may run already. */
import { spawn, type ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const READY_WITHIN_MS = 60_000
const STOPPED_WITHIN_MS = 30_000

export interface DockerDaemon {
  /** What DOCKER_HOST has to be for a client to use this daemon. */
  readonly host: string
  /** Ends the daemon with all its containers and removes all its files. */
  stop(): Promise<void>
}

/**
 * Starts `dockerd` without a network of its own, as it runs on a bare Debian machine (`apt-get install docker.io`,
 * as root): containers use the host's network, and no image can come from outside. Resolves when it answers.
 */
export async function startDockerDaemon(): Promise<DockerDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'dockerd-'))
  const socket = join(folder, 'docker.sock')
  const logFile = join(folder, 'dockerd.log')
  const log = openSync(logFile, 'w')
  const daemon = spawn('dockerd', options(folder, socket), { stdio: ['ignore', log, log] })
  const over = exited(daemon)
  const stop = async (): Promise<void> => {
    await end(daemon, over)
    await unmount(join(folder, 'exec/netns/default'))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await Promise.race([untilAnswers(socket), over.then(failed)])
  } catch (error) {
    const printed = (await readFile(logFile, 'utf8')).split('\n').slice(-20).join('\n')
    await stop()
    throw new Error(`dockerd did not come up: ${(error as Error).message}\n${printed}`, {
      cause: error,
    })
  }
  return { host: `unix://${socket}`, stop }
}

const options = (folder: string, socket: string): string[] => [
  '--iptables=false',
  '--bridge=none',
  '--storage-driver=vfs',
  `--data-root=${join(folder, 'data')}`,
  `--exec-root=${join(folder, 'exec')}`,
  `--pidfile=${join(folder, 'dockerd.pid')}`,
  `--host=unix://${socket}`,
]

/** How it ended, be it that it could not even be started. */
const exited = (daemon: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    daemon.once('error', (error) => {
      resolve(error.message)
    })
    daemon.once('exit', (code, signal) => {
      resolve(`it ended with ${signal ?? `exit code ${code}`}`)
    })
  })

function failed(how: string): never {
  throw new Error(how)
}

async function untilAnswers(socket: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (!(await answers(socket))) {
    if (Date.now() > deadline) throw new Error(`it did not answer in ${READY_WITHIN_MS} ms`)
    await pause(100)
  }
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping' }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    ping.once('error', () => {
      resolve(false)
    })
    ping.end()
  })

async function end(daemon: ChildProcess, over: Promise<string>): Promise<void> {
  daemon.kill('SIGTERM')
  const impatience = setTimeout(() => daemon.kill('SIGKILL'), STOPPED_WITHIN_MS)
  await over
  clearTimeout(impatience)
}

/** The network of containers on the host's network stays mounted after the daemon has ended; it may not be there. */
function unmount(path: string): Promise<void> {
  return new Promise((resolve) => {
    const command = spawn('umount', [path], { stdio: 'ignore' })
    command.once('error', () => {
      resolve()
    })
    command.once('exit', () => {
      resolve()
    })
  })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

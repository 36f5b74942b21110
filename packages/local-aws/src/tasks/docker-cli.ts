import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { text } from 'node:stream/consumers'

export interface DockerResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `docker` with arguments, never through a shell. `environment` comes on top of this process's own. */
export async function docker(
  args: readonly string[],
  options: {
    readonly input?: Readable
    readonly environment?: Readonly<Record<string, string>>
    readonly timeoutMs?: number
  } = {},
): Promise<DockerResult> {
  const child = spawn('docker', args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
    ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs, killSignal: 'SIGKILL' }),
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  // When docker refuses the input, its exit code and its words say more than a broken pipe. tar-stream goes on
  // writing after `pipeline` has given up, and each write is an error of its own.
  child.stdin.on('error', () => undefined)
  const fed = options.input
    ? pipeline(options.input, child.stdin).catch(() => undefined)
    : undefined
  if (!options.input) child.stdin.end()
  const [[code], stdout, stderr] = await Promise.all([
    closed,
    text(child.stdout),
    text(child.stderr),
    fed,
  ])
  return { exitCode: code ?? 1, stdout, stderr }
}

/** As {@link docker}, for commands that have to succeed. */
export async function dockerOrThrow(
  args: readonly string[],
  options: Parameters<typeof docker>[1] = {},
): Promise<string> {
  const result = await docker(args, options)
  if (result.exitCode !== 0) throw new Error(`docker ${args[0] ?? ''}: ${result.stderr.trim()}`)
  return result.stdout.trim()
}

/** A docker command that goes on and prints as it goes. */
export const dockerStream = (
  args: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> =>
  spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'], env: process.env })

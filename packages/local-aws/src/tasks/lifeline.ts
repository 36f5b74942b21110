import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What has to happen to something when this process is no longer there to end it. */
export type LastWill =
  /** A process group. */
  | { readonly kill: number }
  /** A folder. */
  | { readonly remove: string }
  | { readonly run: string; readonly args: readonly string[] }

/**
 * Ends what this process started, however this process ends (`kill -9` included): a small second process reads the
 * last wills from a pipe and carries out those that still stand when the pipe closes.
 */
export class Lifeline {
  private watcher: ChildProcess | undefined
  private readonly held = new Set<string>()

  /** `will` stands until `release` is called with the same key. */
  hold(key: string, will: LastWill): void {
    this.watcher ??= startWatcher()
    this.held.add(key)
    this.watcher.stdin?.write(`${JSON.stringify({ key, will })}\n`)
  }

  release(key: string): void {
    this.held.delete(key)
    this.watcher?.stdin?.write(`${JSON.stringify({ key })}\n`)
  }

  /** Ends the second process; it carries out what still stands. */
  async close(): Promise<void> {
    const watcher = this.watcher
    if (!watcher) return
    this.watcher = undefined
    watcher.ref()
    const exited = new Promise((resolve) => watcher.once('close', resolve))
    if (this.held.size === 0) watcher.kill('SIGKILL')
    else watcher.stdin?.end()
    await exited
  }
}

function startWatcher(): ChildProcess {
  const program = fileURLToPath(new URL('./lifeline-watcher.ts', import.meta.url))
  // Detached, so that Ctrl-C in a terminal reaches this process and not the one that has to outlive it.
  const watcher = spawn(process.execPath, [program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: process.env,
  })
  watcher.on('error', () => undefined)
  watcher.stdin.on('error', () => undefined)
  watcher.unref()
  // A pipe to a child keeps a program running; nobody waits for this one.
  const pipe = watcher.stdin as unknown as { unref?: () => void }
  pipe.unref?.()
  return watcher
}

/** Ends all processes of a tree: first asked, then made. */
import type { Clock } from '../clock.ts'
import { runProgram } from '../programs.ts'
import { livingOf, type Living, type Tree } from './living.ts'

/** Milliseconds between two looks at what is still alive. */
const LOOK_EVERY = 50
/** A tree that starts processes faster than they are ended is given up after so many looks. */
const MOST_LOOKS = 40

/** SIGTERM, and after the grace SIGKILL. Returns the names of what was alive. */
export async function endTree(
  tree: Tree,
  graceSeconds: number,
  clock: Clock,
): Promise<readonly string[]> {
  if (process.platform === 'win32') return endOnWindows(tree)
  const first = await signalAll(tree, 'SIGTERM')
  const deadline = clock.now() + graceSeconds * 1000
  while (clock.now() < deadline) {
    if ((await living(tree)).length === 0) return first
    await clock.sleep(LOOK_EVERY)
  }
  for (let look = 0; look < MOST_LOOKS; look++) {
    if ((await signalAll(tree, 'SIGKILL')).length === 0) break
    await clock.sleep(LOOK_EVERY)
  }
  return first
}

/** Windows has no signals: a console program cannot be asked. */
async function endOnWindows({ pid }: Tree): Promise<readonly string[]> {
  await runProgram({ program: 'taskkill', args: ['/PID', String(pid), '/T', '/F'] })
  return []
}

async function signalAll(tree: Tree, signal: NodeJS.Signals): Promise<readonly string[]> {
  const alive = await living(tree)
  // The group at once: none of it can start another one in between.
  if (alive.some(({ group }) => group === tree.pid)) send(-tree.pid, signal)
  for (const { pid, group } of alive) if (group !== tree.pid) send(pid, signal)
  return alive.map(({ name }) => name)
}

/** Where there is no /proc it is the group or nothing. */
async function living(tree: Tree): Promise<readonly Living[]> {
  const alive = await livingOf(tree)
  if (alive !== undefined) return alive
  return send(-tree.pid, 0) ? [{ ...tree, group: tree.pid, name: 'a process of its group' }] : []
}

/** Whether there is such a process (or, for a negative number, such a group) and it is ours. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** Which processes of a tree are alive, read from /proc. */
import { readdir, readFile } from 'node:fs/promises'

/** The processes that a program has started, and itself. */
export interface Tree {
  /** Of the program; its process group has the same number. */
  readonly pid: number
  /** Part of {@link MARK} in the environment of every process of the tree, and of no other one. */
  readonly mark: string
}

export interface Living {
  readonly pid: number
  readonly name: string
  readonly group: number
}

interface Process extends Living {
  readonly parent: number
  readonly session: number
}

/**
 * By this variable a process is found whose parents have ended and which is in a session of its own; the runner finds
 * those of a job by RUNNER_TRACKING_ID in the same way.
 */
export const MARK = 'ECS_PIPELINE_PROCESS_TREE'

/** `undefined` where there is no /proc. The dead that nobody has collected yet are not alive. */
export async function livingOf(tree: Tree): Promise<readonly Living[] | undefined> {
  const all = await readProcesses()
  if (all === undefined) return undefined
  const marked = new Set<number>()
  await Promise.all(
    all.map(async ({ pid }) => {
      if (await isMarked(pid, tree.mark)) marked.add(pid)
    }),
  )
  const found = new Set(
    all
      .filter(
        ({ pid, group, session }) =>
          pid === tree.pid || group === tree.pid || session === tree.pid || marked.has(pid),
      )
      .map(({ pid }) => pid),
  )
  // A child that has cleared its environment and left the session still has its parent.
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  found.delete(process.pid)
  return all.filter(({ pid }) => found.has(pid))
}

async function readProcesses(): Promise<readonly Process[] | undefined> {
  const names = await readdir('/proc').catch(() => [])
  const numbers = names.filter((name) => /^\d+$/.test(name))
  if (numbers.length === 0) return undefined
  const read = await Promise.all(numbers.map((name) => readProcess(name)))
  return read.filter((each) => each !== undefined)
}

/** See proc_pid_stat(5): the name is in parentheses, and may have parentheses in it. */
async function readProcess(pid: string): Promise<Process | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const end = text.lastIndexOf(')')
  const [state = 'X', parent, group, session] = text.slice(end + 2).split(' ')
  if (end === -1 || state === 'Z' || state === 'X') return undefined
  return {
    pid: Number(pid),
    name: text.slice(text.indexOf('(') + 1, end),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
  }
}

/** Of somebody else's process the environment cannot be read. */
async function isMarked(pid: number, mark: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined)
  if (environment === undefined) return false
  const at = environment.indexOf(`${MARK}=`)
  if (at === -1) return false
  const end = environment.indexOf(0, at)
  return environment.toString('latin1', at, end === -1 ? undefined : end).includes(mark)
}

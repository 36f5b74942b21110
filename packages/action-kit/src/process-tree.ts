/**
 * Runs a program that is not ours for a limited time, and leaves nothing of it behind. The one caller of spawn in this
 * package: @actions/exec knows no time limit, and ends no grandchildren.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { endTree } from './process-tree/end-tree.ts'
import { Lines } from './process-tree/lines.ts'
import { MARK, type Tree } from './process-tree/living.ts'
import { CannotStart, checkFolder, startProblem } from './process-tree/missing-program.ts'
import { realClock } from './real-clock.ts'

export { CannotStart }

export interface ProcessTreeRun {
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
  /** All that it sees; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  /** Aborted: the program is ended. */
  readonly signal?: AbortSignal
  /** Between SIGTERM and SIGKILL, for its processes to end by themselves; 10 by default. */
  readonly graceSeconds?: number
  /** Told of each line as it comes, without its end. What is longer than 64 KiB comes as several lines. */
  readonly onLine: (text: string, stream: 'stdout' | 'stderr') => void
  /** A file that gets all bytes of the standard output. */
  readonly stdoutFile?: string
  readonly clock?: typeof realClock
}

export type ProcessEnd = (
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed-by-signal'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
) & {
  readonly seconds: number
  /** Names of processes that held its output open after its end, and were ended then. */
  readonly outlived: readonly string[]
}

/** After its end, for others to close its output: milliseconds. */
const PATIENCE = 2_000
/** A cancelled step has 10 seconds until the runner ends it, and its report is still to be written. */
const CANCEL_GRACE_SECONDS = 5
/** The longest that a timer of Node can wait. */
const LONGEST_WAIT = 2 ** 31 - 1

type Child = ChildProcessByStdio<null, Readable, Readable>
type Exit = { readonly kind: 'exited'; readonly code: number } | Killed
interface Killed {
  readonly kind: 'killed-by-signal'
  readonly signal: string
}

/**
 * Any end of the program is an answer. Throws ProgramMissing, {@link CannotStart}, and what is wrong with the file for
 * its output; nothing runs on then. What the program has started and let go on with its output elsewhere lives on, as
 * in a step of `run:`, unless the time is over or the run is cancelled.
 */
export async function runProcessTree(run: ProcessTreeRun): Promise<ProcessEnd> {
  if (run.signal?.aborted) return { kind: 'cancelled', seconds: 0, outlived: [] }
  await checkFolder(run.folder)
  const file = run.stdoutFile === undefined ? undefined : await open(run.stdoutFile, 'w')
  try {
    return await runToEnd(run, file)
  } finally {
    await file?.close()
  }
}

async function runToEnd(run: ProcessTreeRun, file: FileHandle | undefined): Promise<ProcessEnd> {
  const { clock = realClock, graceSeconds = 10 } = run
  const startedAt = clock.now()
  const mark = randomUUID()
  const { child, exit } = await start(run, mark)
  const tree: Tree = { pid: child.pid ?? 0, mark }
  const output = readOutput(child, run, file)
  try {
    const end = await firstEnd(run, clock, exit, output)
    const seconds = (clock.now() - startedAt) / 1000
    let outlived: readonly string[] = []
    if (end.kind === 'timed-out') await endTree(tree, graceSeconds, clock)
    else if (end.kind === 'cancelled') {
      await endTree(tree, Math.min(graceSeconds, CANCEL_GRACE_SECONDS), clock)
    } else if (!(await isDoneSoon(output, clock))) {
      outlived = await endTree(tree, graceSeconds, clock)
    }
    await isDoneSoon(Promise.all([exit, output]), clock)
    return { ...end, seconds, outlived }
  } catch (error) {
    await endTree(tree, 0, clock)
    throw error
  } finally {
    // Whoever holds the pipes now could not be found; nobody waits for them.
    child.stdout.destroy()
    child.stderr.destroy()
    child.unref()
    await output.catch(() => undefined)
  }
}

interface Started {
  readonly child: Child
  readonly exit: Promise<Exit>
}

function start(run: ProcessTreeRun, mark: string): Promise<Started> {
  const { program, args, folder, environment } = run
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      void startProblem(program, folder, error as NodeJS.ErrnoException).then(reject)
    }
    try {
      const child = spawn(program, args, {
        cwd: folder,
        // A run within a run: the outer one finds the processes of the inner one by its own mark.
        env: { ...environment, [MARK]: `${environment[MARK] ?? ''} ${mark}`.trim() },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A process group of its own, which can be ended as a whole. On Windows it would be a window of its own.
        detached: process.platform !== 'win32',
        windowsHide: true,
      })
      const exit = new Promise<Exit>((ended) => {
        child.once('exit', (code, signal) => {
          ended(signal ? { kind: 'killed-by-signal', signal } : { kind: 'exited', code: code ?? 0 })
        })
      })
      child.once('error', fail)
      child.once('spawn', () => {
        resolve({ child, exit })
      })
    } catch (error) {
      fail(error)
    }
  })
}

/** Whichever comes first. Throws when the output cannot be read or written. */
async function firstEnd(
  { timeoutSeconds, signal }: ProcessTreeRun,
  clock: typeof realClock,
  exit: Promise<Exit>,
  output: Promise<void>,
): Promise<Exit | { readonly kind: 'timed-out' | 'cancelled' }> {
  const over = new AbortController()
  const limit = Math.min(timeoutSeconds * 1000, LONGEST_WAIT)
  const aborted = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { signal: over.signal })
    if (signal?.aborted) resolve()
  })
  const broken = new Promise<never>((_, reject) => {
    output.catch(reject)
  })
  try {
    return await Promise.race([
      exit,
      broken,
      aborted.then(() => ({ kind: 'cancelled' }) as const),
      clock.sleep(limit, over.signal).then(() => ({ kind: 'timed-out' }) as const),
    ])
  } finally {
    over.abort()
  }
}

/** Ends when both outputs are closed. Reads no faster than the file is written. */
async function readOutput(
  child: Child,
  { onLine }: ProcessTreeRun,
  file: FileHandle | undefined,
): Promise<void> {
  const read = async (stream: 'stdout' | 'stderr'): Promise<void> => {
    const lines = new Lines((text) => {
      onLine(text, stream)
    })
    try {
      for await (const chunk of child[stream] as AsyncIterable<Buffer>) {
        if (stream === 'stdout') await file?.writeFile(chunk)
        lines.add(chunk)
      }
    } finally {
      lines.close()
    }
  }
  await Promise.all([read('stdout'), read('stderr')])
}

/** Whether it is done within {@link PATIENCE}. */
async function isDoneSoon(work: Promise<unknown>, clock: typeof realClock): Promise<boolean> {
  const over = new AbortController()
  const late = clock.sleep(PATIENCE, over.signal).then(() => false)
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    over.abort()
  }
}

/** GitHub's cache for the files of one folder. It is a convenience: whatever happens to it is an answer, never an error. */
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { CacheLog, saysThatItExists } from './cache-log.ts'
import { CACHE_PROCESS, type CacheAnswer, type CacheRequest } from './cache-process.ts'

export type Restored =
  | { readonly state: 'hit'; readonly key: string }
  /** The cache was asked, and has nothing of that name. */
  | { readonly state: 'miss' }
  | { readonly state: 'unavailable'; readonly reason: string }

export type Saved =
  | { readonly state: 'saved' }
  /** An entry is never written again; another job was first. */
  | { readonly state: 'exists' }
  | { readonly state: 'failed'; readonly reason: string }

/**
 * `paths` count from `folder`. They are part of an entry's identity, and so is whether the machine has `zstd`: what was
 * saved by other paths, or on a machine without it, is a miss. A reason is one line without a point at its end.
 */
export interface FolderCache {
  /** The entry of that `key`, else the newest one whose key begins with one of `restoreKeys`, written below `folder`. */
  restore(
    folder: string,
    paths: readonly string[],
    key: string,
    restoreKeys: readonly string[],
  ): Promise<Restored>
  save(folder: string, paths: readonly string[], key: string): Promise<Saved>
}

export interface FolderCacheOptions {
  /** The file that is run again as the process of the cache; it has to ask `isCacheProcess` first. */
  readonly program?: string
  readonly clock: { sleep(ms: number, signal?: AbortSignal): Promise<void> }
  /** Milliseconds for one restore or one save, all tries of the library together. */
  readonly timeLimit?: number
  /** Has what the runner says about its cache. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

const TIME_LIMIT_MS = 60_000

export function createFolderCache(options: FolderCacheOptions): FolderCache {
  return {
    async restore(folder, paths, key, restoreKeys) {
      const request: CacheRequest = { verb: 'restore', paths, key, restoreKeys }
      const asked = await ask(folder, request, options)
      if (asked.answer?.kind !== 'restored') {
        return { state: 'unavailable', reason: problemOf(asked) }
      }
      if (asked.answer.key !== undefined) return { state: 'hit', key: asked.answer.key }
      const reason = asked.log.restoreProblem()
      return reason === undefined ? { state: 'miss' } : { state: 'unavailable', reason }
    },

    async save(folder, paths, key) {
      const asked = await ask(folder, { verb: 'save', paths, key }, options)
      if (asked.answer?.kind !== 'saved') return { state: 'failed', reason: problemOf(asked) }
      const problem = asked.log.saveProblem()
      if (asked.answer.id !== -1 && problem === undefined) return { state: 'saved' }
      const reason = problem ?? asked.log.lastWarning()
      return saysThatItExists(reason) ? { state: 'exists' } : { state: 'failed', reason }
    },
  }
}

interface Asked {
  /** `undefined`: the process ended without one. */
  readonly answer: CacheAnswer | undefined
  readonly log: CacheLog
  /** Why there is no answer. */
  readonly ending?: string
}

function problemOf({
  answer,
  log,
  ending = 'the process of the cache gave no answer',
}: Asked): string {
  switch (answer?.kind) {
    case undefined:
      return log.explain(ending)
    case 'no-service':
      return 'this runner offers no cache (ACTIONS_RESULTS_URL or ACTIONS_CACHE_URL is not set)'
    case 'error':
      return log.explain(answer.message)
    case 'restored':
    case 'saved':
      return log.explain('the process of the cache gave the wrong answer')
  }
}

async function ask(
  folder: string,
  request: CacheRequest,
  options: FolderCacheOptions,
): Promise<Asked> {
  const { environment = process.env } = options
  const secrets = [environment['ACTIONS_RUNTIME_TOKEN']]
  try {
    // The library leaves a folder behind in RUNNER_TEMP each time.
    const temp = await mkdtemp(join(tmpdir(), 'ecs-pipeline-cache-'))
    try {
      const env = { ...environment, GITHUB_WORKSPACE: folder, RUNNER_TEMP: temp }
      const ended = await runProcess(folder, request, { ...options, environment: env })
      return { ...ended, log: new CacheLog(ended.stdout, secrets) }
    } finally {
      await rm(temp, { recursive: true, force: true })
    }
  } catch (error) {
    return { answer: undefined, log: new CacheLog('', secrets), ending: String(error) }
  }
}

async function runProcess(
  folder: string,
  request: CacheRequest,
  {
    clock,
    program = process.argv[1] ?? '',
    timeLimit = TIME_LIMIT_MS,
    environment,
  }: FolderCacheOptions,
): Promise<Pick<Asked, 'answer' | 'ending'> & { readonly stdout: string }> {
  const child = fork(program, [CACHE_PROCESS, JSON.stringify(request)], {
    cwd: folder,
    env: environment as NodeJS.ProcessEnv,
    execArgv: [],
    // What it prints on the second one are warnings of Node.
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  })
  let answer: CacheAnswer | undefined
  let ending: string | undefined
  child.on('message', (message) => {
    answer = message as CacheAnswer
  })
  const printed = keepBeginning(child.stdout)
  const over = new AbortController()
  void clock.sleep(timeLimit, over.signal).then(() => {
    if (over.signal.aborted) return
    ending = `the cache service did not answer within ${timeLimit / 1000} s`
    child.kill('SIGKILL')
    // A program that the library has started may still hold the other end.
    child.stdout?.destroy()
  })
  await new Promise<void>((resolve) => {
    child.once('close', resolve)
    child.once('error', (error) => {
      ending ??= error.message
      resolve()
    })
  })
  over.abort()
  return { answer, stdout: printed(), ...(ending !== undefined && { ending }) }
}

/** Characters of an output that are kept; the library prints a few lines. */
const KEPT = 256 * 1024

function keepBeginning(stream: Readable | null): () => string {
  let kept = ''
  stream?.setEncoding('utf8').on('data', (text: string) => {
    if (kept.length < KEPT) kept += text
  })
  return () => kept
}

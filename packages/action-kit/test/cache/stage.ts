/** Folders, a cache service on this machine, and the real @actions/cache between them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  CACHE_PROGRAM,
  startCacheServer,
  type CacheServer,
  type Protocol,
} from '../../../../test/support/cache/cache-server.ts'
import {
  createFolderCache,
  type FolderCache,
  type FolderCacheOptions,
  type Saved,
} from '../../src/cache/folder-cache.ts'
import { realClock } from '../../src/real-clock.ts'

/** What is saved and restored. */
export const FILE = 'state/numbers.json'

const FAST_CLOCK = new URL('../../../local-aws/preload/fast-clock.mjs', import.meta.url)

export interface Stage {
  readonly root: string
  readonly server: CacheServer
  cache(protocol?: Protocol, more?: Partial<FolderCacheOptions>): FolderCache
  /** From a folder of its own. */
  save(key: string, text: string, cache?: FolderCache): Promise<Saved>
  emptyFolder(): Promise<string>
  close(): Promise<void>
}

export async function openStage(token?: string): Promise<Stage> {
  const server = await startCacheServer(token)
  const root = await mkdtemp(join(tmpdir(), 'folder-cache-test-'))
  const cache: Stage['cache'] = (protocol = 'v2', more = {}) =>
    createFolderCache({
      program: CACHE_PROGRAM,
      clock: realClock,
      ...more,
      environment: {
        PATH: process.env['PATH'],
        // The library's pauses between its tries (seconds) take a thousandth of their time.
        NODE_OPTIONS: `--import ${FAST_CLOCK.href}`,
        LOCAL_AWS_CLOCK: JSON.stringify({ rate: 1000, epoch: 0, startedAt: 0 }),
        ...server.environment(protocol),
        ...more.environment,
      },
    })
  return {
    root,
    server,
    cache,
    async save(key, text, own = cache()) {
      const folder = await mkdtemp(join(root, 'saved-'))
      await mkdir(dirname(join(folder, FILE)))
      await writeFile(join(folder, FILE), text)
      return own.save(folder, [FILE], key)
    },
    emptyFolder: () => mkdtemp(join(root, 'restored-')),
    async close() {
      await server.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

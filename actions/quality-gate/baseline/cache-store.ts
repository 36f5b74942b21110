/** The baseline in GitHub's cache: nothing to set up, but a repository that rests for a week loses it. */
import { lstat, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { FolderCache } from '@ecs-pipeline/action-kit'
import { LARGEST_BASELINE, readBaseline, writeBaseline, type Baseline } from '@ecs-pipeline/quality'
import type { BaselineStore, Loaded } from './baseline-store.ts'
import { cacheKeys, type KeyParts } from './cache-keys.ts'
import { withoutPoint } from './without-point.ts'

export interface CacheStoreOptions extends KeyParts {
  readonly cache: FolderCache
}

/** Part of an entry's identity: entries of another path are never found. It stands in no work tree. */
const FILE = '.ecs-pipeline/quality-baseline.json'

export function createCacheStore(options: CacheStoreOptions): BaselineStore {
  const { cache, branch } = options
  const keys = cacheKeys(options)
  return {
    load: () =>
      inFolder(
        async (folder) => {
          const restored = await cache.restore(folder, [FILE], keys.own, [keys.prefix])
          switch (restored.state) {
            case 'miss':
              return { missing: `the cache has none of the branch ${branch}` }
            case 'unavailable':
              return { missing: `the cache could not be read: ${restored.reason}` }
            case 'hit':
              return checked(await readRestored(folder, restored.key), restored.key)
          }
        },
        (reason) => ({ missing: reason }),
      ),

    record: (baseline) =>
      inFolder(
        async (folder) => {
          if (baseline.branch !== branch) {
            return { notRecorded: `it is of the branch ${baseline.branch}, not of ${branch}` }
          }
          await mkdir(dirname(join(folder, FILE)))
          await writeFile(join(folder, FILE), writeBaseline(baseline))
          const saved = await cache.save(folder, [FILE], keys.own)
          switch (saved.state) {
            case 'saved':
              return { recorded: `it is in the cache as ${keys.own}` }
            case 'exists':
              return { notRecorded: `another job of this run has recorded ${keys.own}` }
            case 'failed':
              return { notRecorded: `the cache could not be written: ${saved.reason}` }
          }
        },
        (reason) => ({ notRecorded: reason }),
      ),
  }

  /** A pull request may write what it likes under any key, but for itself only. */
  function checked(baseline: Baseline, key: string): Loaded {
    if (!key.startsWith(keys.prefix)) {
      return { missing: `the cache gave the entry ${key}, which is none of the branch ${branch}` }
    }
    if (baseline.branch !== branch) {
      return { missing: `the entry ${key} is of the branch ${baseline.branch}, not of ${branch}` }
    }
    return { baseline }
  }
}

/** Throws `BadBaseline`, and what the file system throws. */
async function readRestored(folder: string, key: string): Promise<Baseline> {
  const path = join(folder, FILE)
  const { size, isFile } = await fileAt(path)
  // A link would lead to a file that is none of ours; what is too large is not even read.
  if (!isFile) throw new Error(`the entry ${key} has no file ${FILE}`)
  if (size > LARGEST_BASELINE) throw new Error(`the entry ${key} is larger than a baseline can be`)
  return readBaseline(await readFile(path, 'utf8'), `cache entry ${key}`)
}

async function fileAt(path: string): Promise<{ readonly size: number; readonly isFile: boolean }> {
  try {
    const found = await lstat(path)
    return { size: found.size, isFile: found.isFile() }
  } catch {
    return { size: 0, isFile: false }
  }
}

/** With a folder of its own, so that neither the work tree nor another step sees the file. */
async function inFolder<Result>(
  body: (folder: string) => Promise<Result>,
  failed: (reason: string) => Result,
): Promise<Result> {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'quality-baseline-'))
    try {
      return await body(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  } catch (error) {
    return failed(withoutPoint(error))
  }
}

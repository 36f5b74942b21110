/** What a package manager has downloaded, kept from one run to the next. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { CannotStart, ProgramMissing, runProcessTree } from '@ecs-pipeline/action-kit'
import { COMMANDS } from './manager-commands.ts'
import type { PackageManager } from './package-manager.ts'

/** The cache of the repository. Both may fail, and are only slower then. */
export interface FolderCache {
  /** The key that was found, `undefined` for none. */
  restore(
    paths: readonly string[],
    key: string,
    restoreKeys: readonly string[],
  ): Promise<string | undefined>
  /** Whether it was saved. */
  save(paths: readonly string[], key: string): Promise<boolean>
}

export interface CacheKey {
  readonly key: string
  /** Of older ones that are better than nothing. */
  readonly restoreKeys: readonly string[]
}

/** Of what is downloaded, so it holds for every version of the manager; the packages in it differ by machine. */
export async function cacheKeyOf(
  folder: string,
  { name, lockFiles }: PackageManager,
): Promise<CacheKey> {
  const hash = createHash('sha256')
  for (const lockFile of lockFiles) {
    const content = await readFile(join(folder, lockFile))
    hash.update(`${lockFile}\0${content.length}\0`).update(content)
  }
  const prefix = `ecs-pipeline-packages-1-${platform()}-${arch()}-${name}-`
  return { key: `${prefix}${hash.digest('hex')}`, restoreKeys: [prefix] }
}

/** What is asked for a name answers at once; yarn may have to download itself first. */
const ANSWER_SECONDS = 60

/**
 * Where `name` keeps its downloads; `undefined` when it does not say, and then nothing is cached. Asked as a check is
 * run: the settings of a project can name programs.
 */
export async function cacheFolderOf(
  folder: string,
  { name }: PackageManager,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { program, cacheFolder } = COMMANDS[name]
  let path = ''
  try {
    const end = await runProcessTree({
      program,
      args: cacheFolder,
      folder,
      environment,
      timeoutSeconds: ANSWER_SECONDS,
      onLine: (line, stream) => {
        if (stream === 'stdout' && line.trim() !== '') path = line.trim()
      },
    })
    return end.kind === 'exited' && end.code === 0 && isAbsolute(path) ? path : undefined
  } catch (error) {
    // The installation says so, and what to do.
    if (error instanceof ProgramMissing || error instanceof CannotStart) return undefined
    throw error
  }
}

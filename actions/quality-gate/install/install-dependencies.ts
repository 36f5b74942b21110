/** The first step, for those who want it: the dependencies as the lock file names them. */
import { causeChain } from '@ecs-pipeline/action-kit'
import type { CheckResult, CheckRun } from '../checks/check-run.ts'
import { COMMANDS } from './manager-commands.ts'
import { detectPackageManagers, type PackageManager } from './package-manager.ts'
import { cacheFolderOf, cacheKeyOf, type CacheKey, type FolderCache } from './package-cache.ts'

export interface InstallRun {
  /** Absolute. */
  readonly folder: string
  readonly timeoutSeconds: number
  readonly environment: Readonly<Record<string, string>>
}

export interface InstallTools {
  /** `undefined` where the user wants none. */
  readonly cache: FolderCache | undefined
  /** Runs one command as a check is run: a process tree, its output in a group. */
  readonly runOne: (check: CheckRun) => Promise<CheckResult>
  readonly say: (line: string) => void
  /** What went wrong without stopping anything. */
  readonly caveat: (text: string) => void
}

/**
 * One result for each package manager; after one that did not pass there is no next one. Throws UnclearDependencies.
 * The cache makes it faster or does nothing.
 */
export async function installDependencies(
  run: InstallRun,
  tools: InstallTools,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = []
  for (const manager of await detectPackageManagers(run.folder)) {
    if (manager.notice !== undefined) tools.caveat(manager.notice)
    const store = await openStore(run, manager, tools)
    const result = await tools.runOne(installCheck(run, manager))
    results.push(result)
    if (result.outcome !== 'passed') break
    await store?.save()
  }
  return results
}

/** Once again by itself: what most often goes wrong is the network. */
const installCheck = (run: InstallRun, { name }: PackageManager): CheckRun => ({
  ...run,
  id: `dependencies-${name}`,
  command: { kind: 'program', program: COMMANDS[name].program, args: COMMANDS[name].install },
  needs: [],
  retries: 1,
})

/** Brings back what an earlier run has downloaded. */
async function openStore(
  { folder, environment }: InstallRun,
  manager: PackageManager,
  { cache, say, caveat }: InstallTools,
): Promise<{ readonly save: () => Promise<void> } | undefined> {
  if (!cache) return undefined
  const path = await cacheFolderOf(folder, manager, environment)
  if (path === undefined) {
    caveat(`${COMMANDS[manager.name].program} does not say where its cache is; nothing is cached.`)
    return undefined
  }
  const keys = await cacheKeyOf(folder, manager)
  const restored = await restore(cache, path, keys, caveat)
  say(
    restored === undefined
      ? `Nothing in the cache for ${manager.name}.`
      : `The downloads of ${manager.name} are back from the cache (${restored}).`,
  )
  return {
    save: async () => {
      // Under a key nothing is ever written twice.
      if (restored === keys.key) return
      const saved = await cache.save([path], keys.key).catch((error: unknown) => {
        caveat(`The cache of ${manager.name} could not be saved: ${causeChain(error)}`)
        return undefined
      })
      if (saved === true) say(`The downloads of ${manager.name} are in the cache (${keys.key}).`)
      if (saved === false) caveat(`The cache of ${manager.name} was not saved.`)
    },
  }
}

const restore = (
  cache: FolderCache,
  path: string,
  { key, restoreKeys }: CacheKey,
  caveat: (text: string) => void,
): Promise<string | undefined> =>
  cache.restore([path], key, restoreKeys).catch((error: unknown) => {
    caveat(`The cache could not be read: ${causeChain(error)}`)
    return undefined
  })

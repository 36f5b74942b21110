/**
 * The one caller of @actions/cache, in a process of its own: the library has no time limit and cannot be stopped, takes
 * the root of its paths from `GITHUB_WORKSPACE` and from the current folder, and tells why something failed only by
 * printing it, for a part as errors that would annotate the step.
 */

export type CacheRequest =
  | {
      readonly verb: 'restore'
      readonly paths: readonly string[]
      readonly key: string
      readonly restoreKeys: readonly string[]
    }
  | { readonly verb: 'save'; readonly paths: readonly string[]; readonly key: string }

export type CacheAnswer =
  | { readonly kind: 'no-service' }
  /** The key that was found. */
  | { readonly kind: 'restored'; readonly key: string | undefined }
  /** -1 is the library's word for "not saved". */
  | { readonly kind: 'saved'; readonly id: number }
  | { readonly kind: 'error'; readonly message: string }

/** The first argument of the process; the second one is the request. */
export const CACHE_PROCESS = 'folder-cache'

/** Whether this process was started to do the work of a folder cache, and nothing else. */
export const isCacheProcess = (): boolean => process.argv[2] === CACHE_PROCESS

/** Does what it was started for, tells its parent, and ends. */
export async function runCacheProcess(): Promise<void> {
  // The parent is gone: nobody waits for the answer.
  process.once('disconnect', () => process.exit())
  const answer = await perform(JSON.parse(process.argv[3] ?? '') as CacheRequest)
  await new Promise((resolve) => process.stdout.write('', resolve))
  // Not before it is sent; then at once, whatever connections the library holds.
  process.send?.(answer, () => process.exit())
}

async function perform(request: CacheRequest): Promise<CacheAnswer> {
  try {
    // 3.4 MB: a file of its own in the bundle, which no other process reads.
    const { isFeatureAvailable, restoreCache, saveCache } = await import('@actions/cache')
    if (!isFeatureAvailable()) return { kind: 'no-service' }
    const { verb, key } = request
    const paths = [...request.paths]
    return verb === 'restore'
      ? { kind: 'restored', key: await restoreCache(paths, key, [...request.restoreKeys]) }
      : { kind: 'saved', id: await saveCache(paths, key) }
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) }
  }
}

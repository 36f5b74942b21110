import type { Change } from '@ecs-pipeline/quality'
import type { BaselinePlace } from '../inputs.ts'
import type { Tools } from '../tools.ts'
import type { BaselineStore } from './baseline-store.ts'
import { createCacheStore } from './cache-store.ts'
import { createFileStore } from './file-store.ts'

export interface StoreOf {
  readonly place: BaselinePlace
  /** Of the policy. */
  readonly name: string
  readonly branch: string | undefined
  /** The root of the repository. */
  readonly root: string
  readonly change: Change
}

/** `undefined`, with the reason in words, when there is nowhere to look. */
export function openStore(
  { place, name, branch, root, change }: StoreOf,
  { context, cache, run }: Tools,
): BaselineStore | { readonly none: string } {
  if (place.kind === 'none') return { none: `the input 'baseline' is none` }
  if (place.kind === 'file') {
    const baseCommit = change.kind === 'known' ? change.base : context.commit
    return createFileStore({ run, folder: root, path: place.path, baseCommit })
  }
  if (branch === undefined) {
    return { none: `no event and no input 'baseline-branch' says which branch is the measure` }
  }
  const { runId = 'local', runAttempt = '1' } = context
  return createCacheStore({ cache, name, branch, runId, runAttempt })
}

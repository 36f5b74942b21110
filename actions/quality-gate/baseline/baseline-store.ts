import type { Baseline } from '@ecs-pipeline/quality'

/** `missing`: why there is nothing to compare with, in words that fit into brackets. */
export type Loaded = { readonly baseline: Baseline } | { readonly missing: string }

/** Either way what there is to say about it, a sentence without its point. */
export type Recording = { readonly recorded: string } | { readonly notRecorded: string }

/** Where the baseline of the base branch is kept. It never throws: without one the ratchet rests, and says so. */
export interface BaselineStore {
  load(): Promise<Loaded>
  /** Only of the base branch, and only by a run for a push to it: that is for the caller to know. */
  record(baseline: Baseline): Promise<Recording>
}

/**
 * For each rule a message as somebody really got it, names apart. The rules name the sources; where a rule calls its
 * words unproven (invalid-size, no-free-addresses, no-network-interface), the sentence around them is composed.
 */
import type { Evidence } from '../../src/diagnosis/evidence.ts'
import { PLACE_EXAMPLES } from './examples-place.ts'
import { RUN_EXAMPLES } from './examples-run.ts'
import { START_EXAMPLES } from './examples-start.ts'

export interface Example {
  readonly rule: string
  /** What somebody sees in ECS, for the table in docs/diagnosis.md. */
  readonly sees: string
  readonly evidence: Evidence
  /** Pieces that cause and fix must have. */
  readonly cause: string
  readonly fix: string
  /** Looks like it and is not. */
  readonly nearMiss: Evidence
}

export const EXAMPLES: readonly Example[] = [...START_EXAMPLES, ...PLACE_EXAMPLES, ...RUN_EXAMPLES]

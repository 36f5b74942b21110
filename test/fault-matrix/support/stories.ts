/** The runs that the matrix disturbs: few, short, and between them every call that the two actions make. */
import type { Story } from './story.ts'
import {
  CANCELLED_BAKING,
  CANCELLED_ROLLING,
  KILLED_BAKING,
  KILLED_ROLLING,
  KILLED_UPDATING,
} from './stories/cancellations.ts'
import { CANARY_BREACH, CANARY_GOOD } from './stories/canaries.ts'
import { QUERY_BREACH, QUERY_GOOD } from './stories/queries.ts'
import { ATTACH, ATTACH_CRASH, BREACH, CRASH, GOOD_RELEASE, TIDY } from './stories/releases.ts'
import { ROLLBACK, ROLLBACK_UNDER_WAY, TOLD, WATCH, WATCH_BREACH } from './stories/rollbacks.ts'

/** All of them, as the test files share them. */
export const STORIES = {
  releases: [GOOD_RELEASE, CRASH],
  rollbacks: [BREACH, ROLLBACK, ROLLBACK_UNDER_WAY],
  others: [TIDY, ATTACH, ATTACH_CRASH, QUERY_GOOD, QUERY_BREACH, WATCH, WATCH_BREACH, TOLD],
  canaries: [CANARY_GOOD, CANARY_BREACH],
  endings: [CANCELLED_ROLLING, CANCELLED_BAKING, KILLED_UPDATING, KILLED_ROLLING, KILLED_BAKING],
} as const satisfies Readonly<Record<string, readonly Story[]>>

export type Part = keyof typeof STORIES
export const PARTS = Object.keys(STORIES) as readonly Part[]
export const ALL_STORIES: readonly Story[] = Object.values(STORIES).flat()

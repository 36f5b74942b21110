/** One run with something in the way, judged. */
import type { MadeCall } from './calls.ts'
import { runStory, type Told } from './run-story.ts'
import type { Story } from './story.ts'
import type { Theatre } from './theatre.ts'
import { problemsOf } from './truth.ts'
import { hitsOf, type Way } from './ways.ts'

export interface Attempt {
  readonly calls: readonly MadeCall[]
  /** How it ended, in one or two words. */
  readonly outcome: string
  /** How many of the calls that should be disturbed were made at all. */
  readonly hits: number
  /** What is not true or not safe. */
  readonly problems: readonly string[]
}

/** `plain`: the same story with nothing in the way. */
export async function attempt(
  theatre: Theatre,
  story: Story,
  plain: Told,
  ways: readonly Way[],
): Promise<Attempt> {
  let told: Told
  try {
    const faults = ways.flatMap((way) => way.faults)
    told = await runStory(theatre, story, faults)
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { calls: [], outcome: 'THREW', hits: ways.length, problems: [`it threw ${words}`] }
  }
  const disturbances = ways.map((way) => ({ ...way, hits: hitsOf(told.calls, way) }))
  const outcome = outcomeOf(told)
  const problems = [...problemsOf({ story, told, disturbances })]
  const isNothing = ways.every(({ passes }) => passes) && story.isCutShort !== true
  if (isNothing && outcome !== outcomeOf(plain)) {
    problems.push(`what passes must not matter, but: ${outcome}`)
  }
  const hits = disturbances.filter((each) => each.hits.length > 0).length
  return { calls: told.calls, outcome, hits, problems }
}

/** A cancelled run has gone back, or has not. */
export const outcomeOf = ({ report: { outcome, rolledBackBy } }: Told): string =>
  outcome === 'cancelled' && rolledBackBy !== 'none' ? `${outcome}, back` : outcome

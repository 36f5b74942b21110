/** Two things in the way of one run, chosen at random: by the seed they are the same again. */
import { attempt } from './attempt.ts'
import type { MadeCall } from './calls.ts'
import { runStory, type Told } from './run-story.ts'
import { ALL_STORIES } from './stories.ts'
import type { Story } from './story.ts'
import type { Theatre } from './theatre.ts'
import { keyOf, waysToDisturb, type Way } from './ways.ts'
import { randomFrom } from '../../support/random.ts'

/** How many `npm test` tries, and which. */
export const PAIRS_IN_TESTS = { count: 40, seed: 1 }

/** With each first one so many second ones are tried. */
const SECONDS = 2

/** Plain data, so that another process can send it. */
export interface Pair {
  readonly story: string
  /** `UpdateService @ rolling back, call 3: done, reset` */
  readonly ways: readonly string[]
  /** How many of the two calls were made, now that the other one was in the way. */
  readonly hits: number
  readonly outcome: string
  readonly problems: readonly string[]
}

export async function disturbPairs(
  theatre: Theatre,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<readonly Pair[]> {
  const random = randomFrom(seed)
  const plainRuns = new Map<Story, Told>()
  const pairs: Pair[] = []
  while (pairs.length < count) {
    const story = oneOf(ALL_STORIES, random)
    const plain = plainRuns.get(story) ?? (await runStory(theatre, story))
    plainRuns.set(story, plain)
    const first = oneWay(plain.calls, random)
    // What comes after it; what is called only because the first was in the way is among it as well.
    const alone = await attempt(theatre, story, plain, [first])
    const since = alone.calls.findIndex((each) => keyOf(each) === keyOf(first.call))
    const others = alone.calls
      .slice(since)
      .filter(({ operation }) => operation !== first.call.operation)
    for (let second = 0; second < SECONDS && pairs.length < count; second++) {
      const ways = [first, ...(others.length === 0 ? [] : [oneWay(others, random)])]
      const { outcome, hits, problems } = await attempt(theatre, story, plain, ways)
      pairs.push({ story: story.name, ways: ways.map(wordsOf), hits, outcome, problems })
    }
  }
  return pairs
}

/** Every operation of every phase is as likely, however often it is called there; then every call, and every way. */
function oneWay(calls: readonly MadeCall[], random: () => number): Way {
  const key = oneOf([...new Set(calls.map(keyOf))], random)
  const call = oneOf(
    calls.filter((each) => keyOf(each) === key),
    random,
  )
  return oneOf(waysToDisturb(call), random)
}

const wordsOf = ({ call, kind }: Way): string => `${keyOf(call)}, call ${call.index + 1}: ${kind}`

function oneOf<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('There is nothing to choose from.')
  return value
}

/** Disturbs every call of a story in the ways that are chosen, and collects how each run ended. */
import { attempt, outcomeOf } from './attempt.ts'
import type { MadeCall } from './calls.ts'
import { runStory } from './run-story.ts'
import type { Story } from './story.ts'
import type { Theatre } from './theatre.ts'
import { keyOf, waysToDisturb } from './ways.ts'

export interface Row {
  /** `DescribeServices @ baking` */
  readonly call: string
  /** Outcome by the name of the kind; a kind that cannot happen to this call, or was not played, has none. */
  readonly cells: Readonly<Record<string, string>>
}

/** One cell that is not true or not safe. */
export interface Problem {
  readonly story: string
  /** `UpdateService @ rolling back` */
  readonly call: string
  readonly kind: string
  readonly text: string
}

/** Plain data, so that another process can send it. */
export interface Matrix {
  readonly story: Pick<Story, 'name' | 'about'>
  /** How the story ends when nothing is in the way. */
  readonly undisturbed: string
  readonly rows: readonly Row[]
  /** What is not true or not safe. */
  readonly problems: readonly Problem[]
  readonly runs: number
}

/** Which ways of disturbing which call are played. */
export type Choice = (story: string, call: string, kind: string) => boolean

export async function disturb(theatre: Theatre, story: Story, isChosen: Choice): Promise<Matrix> {
  const plain = await runStory(theatre, story)
  const problems: Problem[] = []
  const rows: Row[] = []
  let runs = 1
  for (const call of callsToDisturb(plain.calls, story)) {
    const cells: Record<string, string> = {}
    const ways = waysToDisturb(call)
    for (const way of ways.filter(({ kind }) => isChosen(story.name, keyOf(call), kind))) {
      const { outcome, hits, problems: texts } = await attempt(theatre, story, plain, [way])
      runs++
      cells[way.kind] = outcome
      const where = { story: story.name, call: keyOf(call), kind: way.kind }
      const all = hits === 0 ? ['the fault hit nothing', ...texts] : texts
      problems.push(...all.map((text) => ({ ...where, text })))
    }
    rows.push({ call: keyOf(call), cells })
  }
  const { name, about } = story
  return { story: { name, about }, undisturbed: outcomeOf(plain), rows, problems, runs }
}

/** The first call of each operation in each phase. Throws when the story makes none that it is there for. */
function callsToDisturb(
  calls: readonly MadeCall[],
  { name, skips = [], only }: Story,
): readonly MadeCall[] {
  const seen = new Set<string>()
  const found = calls.filter((call) => {
    const key = keyOf(call)
    if (seen.has(key) || skips.includes(key)) return false
    seen.add(key)
    return only?.includes(key) ?? true
  })
  const missing = only?.filter((key) => !seen.has(key)) ?? []
  if (missing.length > 0) throw new Error(`${name} makes no ${missing.join(', ')}.`)
  return found
}

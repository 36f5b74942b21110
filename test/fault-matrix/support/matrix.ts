/** Disturbs every call of a story in every way, and collects how each run ended. */
import type { Fault } from '../../../packages/local-aws/src/wire/faults.ts'
import type { MadeCall } from './calls.ts'
import { BURST, KINDS, type Harm } from './harms.ts'
import { runStory, type Theatre, type Told } from './run-story.ts'
import type { Story } from './stories.ts'
import { problemsOf } from './truth.ts'

export interface Row {
  /** `DescribeServices` */
  readonly operation: string
  readonly phase: string
  /** Outcome by the name of the kind; a kind that cannot happen to this call has none. */
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

export async function disturb(theatre: Theatre, story: Story): Promise<Matrix> {
  const plain = await runStory(theatre, story)
  const problems: Problem[] = []
  const rows: Row[] = []
  let runs = 1
  for (const call of callsToDisturb(plain.calls, story)) {
    const cells: Record<string, string> = {}
    for (const { name, faults } of waysToDisturb(call)) {
      const told = await attempt(theatre, story, faults)
      runs++
      cells[name] = told instanceof Error ? 'THREW' : told.report.outcome
      const where = { story: story.name, call: `${call.operation} @ ${call.phase}`, kind: name }
      const texts = problemsIn(told, story, call, name, plain)
      problems.push(...texts.map((text) => ({ ...where, text })))
    }
    rows.push({ operation: call.operation, phase: call.phase, cells })
  }
  const { name, about } = story
  return { story: { name, about }, undisturbed: plain.report.outcome, rows, problems, runs }
}

async function attempt(
  theatre: Theatre,
  story: Story,
  faults: readonly Fault[],
): Promise<Told | Error> {
  try {
    return await runStory(theatre, story, faults)
  } catch (error) {
    return error as Error
  }
}

function problemsIn(
  told: Told | Error,
  story: Story,
  { operation }: MadeCall,
  kind: string,
  plain: Told,
): readonly string[] {
  if (told instanceof Error) return [`it threw ${told.stack ?? told.message}`]
  const hits = told.calls.filter((each) => each.operation === operation && wasHit(each))
  const problems = problemsOf({ story, told, hits, kind, passes: kind === BURST })
  const isOther = kind === BURST && told.report.outcome !== plain.report.outcome
  return isOther
    ? [...problems, `what passes must not matter, but: ${told.report.outcome}`]
    : problems
}

const wasHit = ({ lost, error = '' }: MadeCall): boolean =>
  lost !== undefined || /^(Throttling|ServerException|AccessDenied|ExpiredToken)/.test(error)

interface Way {
  readonly name: string
  readonly faults: readonly Fault[]
}

function waysToDisturb(call: MadeCall): readonly Way[] {
  const { operation, index } = call
  const lasting = KINDS.flatMap(({ name, harm }): Way[] => {
    const found = harm(call)
    return found ? [{ name, faults: [{ operation, after: index, ...found }] }] : []
  })
  return [{ name: BURST, faults: burst(call) }, ...lasting]
}

/** One of each that may pass, one after the other; each fault counts only what the ones before let through. */
function burst(call: MadeCall): readonly Fault[] {
  const passing = KINDS.filter(({ passes }) => passes === true)
  return passing.flatMap(({ harm }): Fault[] => {
    const found: Harm | undefined = harm(call)
    if (!found) return []
    return [{ operation: call.operation, after: call.index, times: 1, ...found }]
  })
}

/** The first call of each operation in each phase, and the last one where what comes next depends on it. */
function callsToDisturb(calls: readonly MadeCall[], { skips }: Story): readonly MadeCall[] {
  const seen = new Set<string>()
  return calls.filter(({ operation, phase }) => {
    const key = `${operation} @ ${phase}`
    if (seen.has(key) || skips.includes(key)) return false
    seen.add(key)
    return true
  })
}

/** Several services released as one: who begins when, and what becomes of all when one of them fails. */
import type { Cause, Outcome, Verdict } from '../outcome.ts'
import { passes } from '../outcome.ts'

/** One service of a set. None of its methods throws what is an error of a run. */
export interface SetMember {
  readonly name: string
  /** Counts from 1; only the order of the numbers matters. */
  readonly wave: number
  /** Finds out all that can be found out before anything is changed. `undefined`: nothing speaks against it. */
  check(): Promise<Verdict | undefined>
  /** Releases it and sees it to its end. */
  release(): Promise<Verdict>
  /** After a release that ended well: takes it back. */
  takeBack(cause: Cause): Promise<Verdict>
}

export interface SetPolicy {
  readonly order: 'parallel' | 'sequential' | 'waves'
  /** Whether the services that are well go back too when one of the set is not. */
  readonly rollsBackAll: boolean
}

export interface SetTools {
  /** Makes all that are under way go back. */
  readonly recall: Recall
  progress(text: string): void
}

/** Why the whole set goes back, once it does. */
export class Recall {
  private why: Cause | undefined

  /** As the watches of the set ask for it. */
  readonly cause = (): Cause | undefined => this.why

  /** The first reason stays. */
  begin(cause: Cause): void {
    this.why ??= cause
  }
}

/** The verdict of every member, by its name. */
export type SetVerdicts = ReadonlyMap<string, Verdict>

export async function releaseSet(
  members: readonly SetMember[],
  policy: SetPolicy,
  tools: SetTools,
): Promise<SetVerdicts> {
  const verdicts = new Map<string, Verdict>()
  await checkAll(members, verdicts)
  if (verdicts.size > 0) return withNotBegun(members, verdicts)
  const waves = wavesOf(members, policy.order)
  for (const [index, wave] of waves.entries()) {
    if (waves.length > 1) {
      const names = wave.map(({ name }) => name).join(', ')
      tools.progress(`wave ${index + 1} of ${waves.length}: ${names}`)
    }
    await Promise.all(
      wave.map(async (member) => {
        const verdict = await member.release()
        verdicts.set(member.name, verdict)
        if (policy.rollsBackAll && condemnsTheSet(verdict)) tools.recall.begin(causeOf(member))
      }),
    )
    if ([...verdicts.values()].some(({ outcome }) => !passes(outcome))) break
  }
  const cause = tools.recall.cause()
  if (cause) await takeAllBack(members, verdicts, cause, tools)
  return withNotBegun(members, verdicts)
}

/** A wave begins when all of the one before it have ended well. */
export function wavesOf<Member extends Pick<SetMember, 'wave'>>(
  members: readonly Member[],
  order: SetPolicy['order'],
): readonly (readonly Member[])[] {
  if (order === 'parallel') return [members]
  if (order === 'sequential') return members.map((member) => [member])
  const numbers = [...new Set(members.map(({ wave }) => wave))].sort((a, b) => a - b)
  return numbers.map((number) => members.filter(({ wave }) => wave === number))
}

async function checkAll(
  members: readonly SetMember[],
  verdicts: Map<string, Verdict>,
): Promise<void> {
  await Promise.all(
    members.map(async (member) => {
      const verdict = await member.check()
      if (verdict) verdicts.set(member.name, verdict)
    }),
  )
}

async function takeAllBack(
  members: readonly SetMember[],
  verdicts: Map<string, Verdict>,
  cause: Cause,
  tools: SetTools,
): Promise<void> {
  const done = members.filter(({ name }) => hasChanged(verdicts.get(name)))
  if (done.length === 0) return
  tools.progress(`taking back ${done.map(({ name }) => name).join(', ')}: ${cause.text}`)
  await Promise.all(
    done.map(async (member) => {
      verdicts.set(member.name, await member.takeBack(cause))
    }),
  )
}

/** `dns`: the release itself is good, whatever became of its record; or the record is all that was changed. */
const hasChanged = (verdict: Verdict | undefined): boolean =>
  verdict?.outcome === 'deployed' || verdict?.outcome === 'deployed-idle' || verdict?.code === 'dns'

/** In the order of the members, with a verdict for those whose turn never came. */
function withNotBegun(members: readonly SetMember[], verdicts: SetVerdicts): SetVerdicts {
  const failed = members.filter(({ name }) => {
    const verdict = verdicts.get(name)
    return verdict && !passes(verdict.outcome)
  })
  const names = failed.map(({ name }) => name).join(', ')
  const notBegun: Verdict = {
    outcome: 'refused',
    rolledBackBy: 'none',
    code: 'other-service',
    reason: `It was not begun, because of ${names}.`,
  }
  return new Map(members.map(({ name }) => [name, verdicts.get(name) ?? notBegun]))
}

const causeOf = ({ name }: SetMember): Cause => ({
  code: 'other-service',
  text: `${name}, which is deployed together with it, failed.`,
})

/**
 * Whether the others go back as well. What is only not known of one speaks against none of them, and a cancelled run
 * does what `on-cancel` says.
 */
export function condemnsTheSet({ outcome, code }: Verdict): boolean {
  switch (outcome) {
    case 'rolled-back':
    case 'rollback-failed':
    case 'superseded':
    case 'refused':
      return true
    case 'failed-no-rollback':
      return code !== 'insufficient-data' && code !== 'idle' && code !== 'dns'
    default:
      return false
  }
}

/** The worst first: what a person has to look at before everything else. */
const SEVERITY: readonly Outcome[] = [
  'rollback-failed',
  'monitoring-lost',
  'failed-no-rollback',
  'timed-out',
  'superseded',
  'cancelled',
  'rolled-back',
  'refused',
  'unwatched',
  'deployed-idle',
  'registered',
  'deployed',
  'no-change',
]

/** How the set as a whole ended: as the worst of its services. */
export function worstOf(outcomes: readonly Outcome[]): Outcome {
  const worst = SEVERITY.find((each) => outcomes.includes(each))
  if (worst === undefined) throw new RangeError('A set has at least one service.')
  return worst
}

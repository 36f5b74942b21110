/** What a check or a gate comes to for people, in the summary, the log and the comment alike. */
import type { CheckResult, GateResult, Level } from '@ecs-pipeline/quality'

/** The worst first. `warned`: not good, but of the level warning, or excused. `resting`: not judged. */
export const STANDINGS = ['failed', 'unmeasured', 'warned', 'resting', 'passed'] as const

export type Standing = (typeof STANDINGS)[number]

export const STANDING_MARK: Readonly<Record<Standing, string>> = {
  failed: '❌',
  unmeasured: '❓',
  warned: '⚠️',
  resting: '💤',
  passed: '✅',
}

export function standingOfGate({
  gate,
  status,
  exception,
}: {
  readonly gate: { readonly level: Level }
  readonly status: GateResult['status']
  readonly exception: unknown
}): Standing {
  if (status === 'passed' || status === 'resting') return status
  return gate.level === 'warning' || exception !== undefined ? 'warned' : status
}

export function standingOfCheck({
  check,
  status,
}: {
  readonly check: { readonly level: Level }
  readonly status: CheckResult['status']
}): Standing {
  if (status === 'passed') return 'passed'
  if (check.level === 'warning') return 'warned'
  return status === 'failed' || status === 'timed-out' ? 'failed' : 'unmeasured'
}

export const worstFirst = <Item>(
  items: readonly Item[],
  standing: (item: Item) => Standing,
): readonly Item[] =>
  items.toSorted((a, b) => STANDINGS.indexOf(standing(a)) - STANDINGS.indexOf(standing(b)))

/** Whether a rollout was as every rollout has to be. */
import { CONDUCT_RULES, TAKEN_UP_RULES } from './conduct-rules.ts'
import { OUTCOME_RULES } from './outcome-rules.ts'
import { SHIFT_RULES } from './shift-rules.ts'
import { isMistakable, seenOf, type Rule, type Seen } from './rule.ts'
import type { Rollout } from './rollout.ts'

export const RULES: readonly Rule[] = [...OUTCOME_RULES, ...CONDUCT_RULES, ...SHIFT_RULES]

/** A line for each rule that is broken. A run that throws has broken the first of all. */
export function brokenRules(rollout: Rollout): readonly string[] {
  const { report, failure } = rollout
  if (!report) return [`a run ends with a report: ${describe(failure)}`]
  const seen = seenOf(rollout, report)
  if (report.timeline.some(({ text }) => /taking up|no run has seen its bake/.test(text)))
    return brokenWhenTakenUp(seen)
  if (isMistakable(seen)) return []
  return RULES.flatMap(({ says, broken }) => {
    const what = broken(seen)
    return what === undefined ? [] : [`${says}: ${what} (${report.outcome}: ${report.reason})`]
  })
}

/** The deployment was there before the run, so that most rules would blame the run for somebody else's. */
function brokenWhenTakenUp(seen: Seen): readonly string[] {
  return TAKEN_UP_RULES.flatMap(({ says, broken }) => {
    const what = broken(seen)
    return what === undefined
      ? []
      : [`${says}: ${what} (${seen.report.outcome}: ${seen.report.reason})`]
  })
}

const describe = (failure: unknown): string =>
  failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)

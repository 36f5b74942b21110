/** What the triggers say at the end of a bake. Not knowing is not the same as bad, and not the same as good. */
import type { Cause, Verdict } from './outcome.ts'
import type { PreparedTriggers } from './preflight/prepare-triggers.ts'
import type { TriggerObservation } from './triggers/trigger-watch.ts'
import type { TriggerReading } from './triggers/trigger.ts'

export type BakeJudgement = { readonly caveats: readonly string[] } & (
  | { readonly kind: 'passed'; readonly said: string }
  | { readonly kind: 'condemned'; readonly cause: Cause }
  /** Red, but nothing speaks against the revision, so nothing is rolled back. */
  | { readonly kind: 'not-known'; readonly verdict: Verdict }
)

/** `bake`: how long it was, in milliseconds. */
export function judgeBake(
  prepared: PreparedTriggers | undefined,
  seen: TriggerObservation | undefined,
  bake: number,
): BakeJudgement {
  if (!prepared) return { kind: 'passed', caveats: [], said: bakeText(bake) }
  const { plan } = prepared
  const readings = seen?.readings ?? []
  const judged = readings.filter((each) => each.trigger.action === 'rollback')
  const caveats = readings.filter((each) => each.trigger.action === 'warn').flatMap(warning)
  const unreadable = judged.filter((each) => each.points.some((point) => point.state === 'error'))
  const blind =
    seen?.blind ??
    seen?.lost ??
    (unreadable.some((each) => each.verdict === 'INSUFFICIENT')
      ? unreadable.map(describe).join('; ')
      : undefined)
  if (blind !== undefined) return whenBlind(plan.onMonitoringError, blind, caveats, bake)
  const insufficient = judged.filter((each) => each.verdict === 'INSUFFICIENT')
  const doubts = insufficient.map((each) => `Not enough data: ${describe(each)}.`)
  if (insufficient.length > 0 && plan.onInsufficientData === 'fail') {
    return {
      kind: 'not-known',
      caveats,
      verdict: {
        outcome: 'failed-no-rollback',
        rolledBackBy: 'none',
        code: 'insufficient-data',
        reason: `The triggers had too little data to judge it by. ${doubts.join(' ')} It was left because nothing speaks against it (\`on_insufficient_data: fail\`).`,
      },
    }
  }
  const good = judged.length - insufficient.length
  const said = `${bakeText(bake)} ${good} of ${judged.length} triggers were OK${
    insufficient.length === 0 ? '' : `, ${insufficient.length} had too little data`
  }.`
  return { kind: 'passed', caveats: [...caveats, ...doubts], said }
}

function whenBlind(
  policy: 'fail' | 'pass' | 'rollback',
  why: string,
  caveats: readonly string[],
  bake: number,
): BakeJudgement {
  const text = `The metrics could not be read in the bake: ${why}`
  switch (policy) {
    case 'pass':
      return { kind: 'passed', caveats: [...caveats, text], said: bakeText(bake) }
    case 'rollback':
      return { kind: 'condemned', caveats, cause: { code: 'monitoring-error', text } }
    case 'fail':
      return {
        kind: 'not-known',
        caveats,
        verdict: {
          outcome: 'monitoring-lost',
          rolledBackBy: 'none',
          code: 'monitoring-error',
          reason: `${text} It was left as it is (\`on_monitoring_error: fail\`).`,
        },
      }
  }
}

const warning = (reading: TriggerReading): readonly string[] =>
  reading.verdict === 'BREACHING' ? [`Only a warning: ${describe(reading)}.`] : []

const describe = ({ trigger, where, arithmetic }: TriggerReading): string =>
  `trigger ${trigger.name}${where === undefined ? '' : ` (${where})`}: ${arithmetic}`

const bakeText = (bake: number): string =>
  bake === 0 ? '' : ` The bake of ${Math.round(bake / 60_000)} min passed.`

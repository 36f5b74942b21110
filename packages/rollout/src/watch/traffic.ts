/** How much of users' traffic the new revision gets, and what a pause of the deployment means to this run. */
import type { Cause } from '../outcome.ts'
import { AFTER_TEST_SHIFT, BEFORE_SHIFT } from '../strategy/deployment-configuration.ts'
import type { HookView, ServiceDeploymentView } from '../views.ts'
import { servesInFull } from './full-service.ts'
import type { Observation } from './observation.ts'

/** What this run watches a deployment for that moves traffic in steps. */
export interface TrafficSettings {
  /** The stages at which ECS waits for this run. */
  readonly pauses: readonly string[]
  /** Percent at which the new revision stays for a while; other steps are left at once. */
  readonly stops: readonly number[]
  /** How long it stays at each of them, in milliseconds. */
  readonly dwell: number
  /** What to do at a pause that is somebody else's to end. */
  readonly onPause: 'wait' | 'fail'
  /** Whether a step is left although the metrics cannot be read, or say too little. */
  readonly leavesInDoubt: { readonly blind: boolean; readonly insufficient: boolean }
}

/** Since when the new revision gets so many percent of users' requests; milliseconds since the epoch. */
export interface Traffic {
  readonly percent: number
  readonly since: number
}

/** What follows from a pause. */
export type PauseDecision =
  | { readonly kind: 'watch' }
  | { readonly kind: 'continue'; readonly hook: HookView; readonly why: string }
  /** First the new revision has to answer test traffic. */
  | { readonly kind: 'check-test-traffic'; readonly hook: HookView }
  | { readonly kind: 'fail'; readonly cause: Cause }

export function trafficOf(
  before: Traffic | undefined,
  deployment: ServiceDeploymentView | undefined,
  now: number,
): Traffic | undefined {
  const percent = deployment?.target?.productionWeight
  if (percent === undefined || percent === before?.percent) return before
  return { percent, since: now }
}

/** The pause that the deployment waits at. */
export const pauseOf = (deployment: ServiceDeploymentView | undefined): HookView | undefined =>
  deployment?.hooks.find(({ status }) => status === 'AWAITING_ACTION')

/** `undefined` when the deployment does not wait at a pause. */
export function atPause(
  seen: Observation,
  traffic: Traffic | undefined,
  settings: TrafficSettings | undefined,
  now: number,
): PauseDecision | undefined {
  const hook = pauseOf(seen.deployment)
  if (!hook) return undefined
  const stage = seen.deployment?.lifecycleStage ?? 'an unknown stage'
  if (settings?.pauses.includes(stage) !== true) return atPauseOfOthers(hook, stage, settings)
  if (stage === AFTER_TEST_SHIFT) return { kind: 'check-test-traffic', hook }
  if (stage !== BEFORE_SHIFT) return { kind: 'continue', hook, why: `nothing to wait for` }
  const primary = seen.service.deployments.find(({ status }) => status === 'PRIMARY')
  // More users would only meet fewer tasks. They may come back; if not, failed tasks or the time limit end it.
  if (primary && !servesInFull(primary, seen)) return { kind: 'watch' }
  const { percent, since } = traffic ?? { percent: 0, since: now }
  if (!settings.stops.includes(percent)) {
    return { kind: 'continue', hook, why: `${percent} % is no stop` }
  }
  if (now - since < settings.dwell || doubtOf(seen, settings) !== undefined)
    return { kind: 'watch' }
  return { kind: 'continue', hook, why: `good at ${percent} %` }
}

/** Why nobody knows how a step went, where that keeps the deployment in it; its time limit ends that. */
export function doubtOf(
  { triggers }: Observation,
  { leavesInDoubt }: TrafficSettings,
): string | undefined {
  if (triggers === undefined) return undefined
  if (triggers.blind !== undefined) {
    return leavesInDoubt.blind ? undefined : `the metrics cannot be read: ${triggers.blind}`
  }
  // The next tries show the newest periods, or that the watch is blind.
  if (triggers.isBehind === true) return 'the newest metrics could not be read yet'
  if (leavesInDoubt.insufficient) return undefined
  const without = triggers.readings.filter(
    ({ verdict, trigger }) => verdict === 'INSUFFICIENT' && trigger.action === 'rollback',
  )
  const names = without.map(({ trigger }) => trigger.name).join(', ')
  return without.length === 0 ? undefined : `too little data for ${names}`
}

function atPauseOfOthers(
  hook: HookView,
  stage: string,
  settings: TrafficSettings | undefined,
): PauseDecision {
  if (settings?.onPause !== 'fail') return { kind: 'watch' }
  const text = `The deployment waits at ${stage} for somebody to continue it (${describePause(hook)}), and \`on-pause: fail\` does not wait for that.`
  return { kind: 'fail', cause: { code: 'paused', text } }
}

/** Which pause, until when, and what ECS does then. */
export function describePause({ id, expiresAt, timeoutAction }: HookView): string {
  if (expiresAt === undefined) return `hook ${id}`
  return `hook ${id}, until ${new Date(expiresAt).toISOString()}, then ${timeoutAction ?? 'ROLLBACK'}`
}

/** Makes a trigger file's triggers ready for one service, before anything is changed: dimensions, permissions, baseline. */
import { NotFound, PortError } from '../errors.ts'
import { reasonCodeOf } from '../outcome.ts'
import { Refusal } from '../refusal.ts'
import type { RolloutTools } from '../tools.ts'
import {
  measureTriggers,
  needsLoadBalancer,
  type MeasuredTrigger,
} from '../triggers/series-of-triggers.ts'
import type { TriggerPlan, TriggerReading } from '../triggers/trigger.ts'
import { TriggerWatch } from '../triggers/trigger-watch.ts'
import type { TargetGroupArn } from '../views.ts'
import type { TargetGroupDimensions } from '../ports.ts'

export interface PreparedTriggers {
  readonly plan: TriggerPlan
  readonly watch: TriggerWatch
  /** What the triggers said before; in the order of the watch's readings. */
  readonly baseline: readonly TriggerReading[]
  /** Which of the watch's readings only warn in this run, because they breached already before. */
  readonly demoted: readonly boolean[]
}

/**
 * `groups`: the target groups of the revision to watch. `moment`: since when users may be on it, milliseconds since the
 * epoch; the baseline lies before that. Throws a {@link Refusal} when the triggers cannot be judged.
 */
export async function prepareTriggers(
  plan: TriggerPlan,
  groups: readonly TargetGroupArn[],
  moment: number,
  tools: RolloutTools,
): Promise<PreparedTriggers> {
  const dimensions = plan.triggers.some(needsLoadBalancer)
    ? await readDimensions(groups, tools)
    : []
  const { measured, problems } = measureTriggers(plan.triggers, dimensions)
  if (problems.length > 0) throw new Refusal(`triggers: ${problems.join(' ')}`)
  const baseline = await readBaseline(plan, measured, moment, tools)
  const breaching = baseline.map(
    (each) => each.verdict === 'BREACHING' && each.trigger.action === 'rollback',
  )
  const names = baseline.filter((_each, index) => breaching[index]).map(describe)
  if (names.length > 0 && plan.onPreexistingBreach === 'block') {
    throw new Refusal(
      `triggers: breaching already before this deployment: ${names.join('; ')}. Set \`on_preexisting_breach: demote\` to deploy all the same.`,
      'preexisting-breach',
    )
  }
  const isDemoting = plan.onPreexistingBreach === 'demote'
  for (const name of isDemoting ? names : []) {
    tools.journal.caveat(
      `Breaching already before this deployment, so it says nothing about the new revision and only warns: ${name}.`,
    )
  }
  const demoted = breaching.map((each) => each && isDemoting)
  const triggers = measured.map((each, index) => (demoted[index] ? asWarning(each) : each))
  return { plan, watch: watchOf(plan, triggers, tools), baseline, demoted }
}

const describe = ({ trigger, where, arithmetic }: TriggerReading): string =>
  `${trigger.name}${where === undefined ? '' : ` (${where})`}: ${arithmetic}`

const asWarning = (measured: MeasuredTrigger): MeasuredTrigger => ({
  ...measured,
  trigger: { ...measured.trigger, action: 'warn' },
})

const watchOf = (
  plan: TriggerPlan,
  triggers: readonly MeasuredTrigger[],
  { ports, clock, journal }: RolloutTools,
): TriggerWatch =>
  new TriggerWatch({
    triggers,
    lag: plan.metricLagSeconds * 1000,
    metrics: ports.metrics,
    targets: ports.targets,
    clock,
    journal,
  })

async function readDimensions(
  groups: readonly TargetGroupArn[],
  { ports }: RolloutTools,
): Promise<readonly TargetGroupDimensions[]> {
  if (groups.length === 0) return []
  return askOrRefuse(() => ports.targets.dimensions(groups))
}

/** Reads what the triggers would read later: whatever is missing for that is missing now. */
async function readBaseline(
  plan: TriggerPlan,
  measured: readonly MeasuredTrigger[],
  moment: number,
  tools: RolloutTools,
): Promise<readonly TriggerReading[]> {
  return askOrRefuse(() => watchOf(plan, measured, tools).readBefore(moment))
}

async function askOrRefuse<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    throw new Refusal(
      `triggers: the metrics cannot be read, so this deployment could not be judged: ${error.message}`,
      reasonCodeOf(error),
      { cause: error },
    )
  }
}

/**
 * The same triggers on other target groups: those of the revision that a deployment brings, where users are moved from
 * one group to another. Watched on the old group, its zero healthy hosts after a good release would condemn it.
 * Throws the port's error.
 */
export async function aimTriggers(
  { plan, baseline, demoted }: PreparedTriggers,
  groups: readonly TargetGroupArn[],
  tools: RolloutTools,
): Promise<PreparedTriggers> {
  const dimensions = plan.triggers.some(needsLoadBalancer)
    ? await tools.ports.targets.dimensions(groups)
    : []
  const { measured, problems } = measureTriggers(plan.triggers, dimensions)
  if (problems.length > 0) {
    throw new NotFound(
      `triggers: ${problems.join(' ')}`,
      'elasticloadbalancing:DescribeTargetGroups',
    )
  }
  const before = measured.map(({ trigger }) =>
    baseline.findIndex((each) => each.trigger.name === trigger.name),
  )
  const isDemoted = before.map((index) => demoted[index] === true)
  const triggers = measured.map((each, index) =>
    isDemoted[index] === true ? asWarning(each) : each,
  )
  return {
    plan,
    watch: watchOf(plan, triggers, tools),
    baseline: before.flatMap((index) => baseline[index] ?? []),
    demoted: isDemoted,
  }
}

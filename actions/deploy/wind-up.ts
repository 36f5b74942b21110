/** What is left to do or to say when a release has ended. */
import {
  notUndone,
  restoreCount,
  settleConfiguration,
  type Cause,
  type CountChange,
  type DnsReport,
  type OneOffTaskReport,
  type ServiceView,
  type ShiftPlan,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { DeployTools } from './tools.ts'

/** What a release leaves. */
export interface Settling {
  /** As it was before. */
  readonly service: ServiceView
  readonly shift: ShiftPlan
  readonly taskDefinition: TaskDefinitionView
  readonly count: CountChange | undefined
  readonly oneOffTask: OneOffTaskReport | undefined
}

/** Puts right what the way back leaves undone and what the service should not keep. Throws no port's error. */
export async function settle(
  verdict: Verdict,
  { service, shift, taskDefinition, count, oneOffTask }: Settling,
  tools: DeployTools,
): Promise<void> {
  const { outcome, rolledBackBy } = verdict
  const mayGoOn = !isOver(verdict)
  await settleConfiguration({ plan: shift, before: service, mayGoOn }, tools)
  if (outcome === 'rolled-back' || outcome === 'rollback-failed') await restoreCount(count, tools)
  if (rolledBackBy === 'none' && !outcome.startsWith('roll')) return
  const warning = notUndone(taskDefinition, oneOffTask)
  if (warning !== undefined) tools.journal.caveat(warning)
}

/** Nothing is under way any more that the configuration could still matter to. */
const isOver = ({ outcome }: Verdict): boolean =>
  outcome !== 'monitoring-lost' && outcome !== 'cancelled' && outcome !== 'timed-out'

export const unchanged = (service: ServiceView | undefined): Verdict => ({
  outcome: 'no-change',
  rolledBackBy: 'none',
  code: 'unchanged',
  reason: `${service?.taskDefinition ?? 'The present revision'} has the same content and the same image digests, and all its tasks run.`,
})

/** Of a release that had changed nothing but a DNS record, when it is taken back. */
export function onlyRecordBack({ state, said }: DnsReport, { code, text }: Cause): Verdict {
  const reason = `${text} The service itself was not changed. ${said}`
  return state === 'left'
    ? { outcome: 'rollback-failed', rolledBackBy: 'none', code, reason }
    : { outcome: 'no-change', rolledBackBy: 'none', code: 'unchanged', reason }
}

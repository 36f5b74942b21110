import type { Cause, KnownGood, Verdict } from '@ecs-pipeline/rollout'

/** What the end of a deployment means when that deployment was the way back. */
export function verdictOfRollback(verdict: Verdict, cause: Cause, target: KnownGood): Verdict {
  switch (verdict.outcome) {
    case 'deployed':
    case 'deployed-idle':
      return {
        outcome: 'rolled-back',
        rolledBackBy: 'action',
        code: cause.code,
        reason: `${cause.text} ${target.taskDefinition} was deployed (${target.because}). ${verdict.reason}`,
      }
    case 'cancelled':
      // ECS may be undoing the way back; then it is the one to be named.
      if (verdict.rolledBackBy !== 'none') return verdict
      return {
        ...verdict,
        rolledBackBy: 'action',
        reason: `${cause.text} Going back to ${target.taskDefinition} was under way when the run was cancelled; ECS finishes it alone.`,
      }
    case 'superseded':
    case 'monitoring-lost':
      return verdict
    default:
      return {
        ...verdict,
        outcome: 'rollback-failed',
        reason: `${cause.text} Going back to ${target.taskDefinition} failed: ${verdict.reason}`,
      }
  }
}

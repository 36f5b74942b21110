import { mayGoOn, type Verdict } from '@ecs-pipeline/rollout'
import type { RunFacts } from './build-report.ts'
import { stepsAfter } from './one-off-task.ts'

type Facts = Pick<RunFacts, 'cluster' | 'service' | 'knownGood' | 'isAskedToGoBack' | 'oneOffTask'>

/** What a person does next, for each way a run can end. Commands can be pasted as they stand. */
export function nextSteps(
  verdict: Verdict,
  { cluster, service, knownGood, isAskedToGoBack, oneOffTask }: Facts,
): readonly string[] {
  const look = `aws ecs describe-services --cluster ${cluster} --services ${service}`
  const update = `aws ecs update-service --cluster ${cluster} --service ${service}`
  const good = knownGood?.chosen?.taskDefinition
  switch (verdict.outcome) {
    case 'deployed':
      return []
    case 'no-change':
      return verdict.code === 'dry-run' ? ['Run again without `dry-run` to go back.'] : []
    case 'deployed-idle':
      return ['Scale the service up and deploy again, so that the revision is proven.']
    case 'rolled-back':
      if (isAskedToGoBack)
        return ['Fix what was wrong with the revision that was left, and deploy again.']
      return ['Fix the cause above and deploy again. Users are served by the previous revision.']
    case 'refused':
      if (oneOffTask && !mayGoOn(oneOffTask)) return stepsAfter(oneOffTask, cluster)
      return ['Correct what the reason names and run again. The service was not changed.']
    case 'superseded':
      return ['Look at the run that deployed after this one; its result is the one that counts.']
    case 'cancelled':
    case 'monitoring-lost':
      return [
        `See where the service stands: \`${look}\``,
        ...(good === undefined
          ? []
          : [`If it is not well, go back by hand: \`${update} --task-definition ${good}\``]),
      ]
    case 'timed-out':
    case 'rollback-failed':
    case 'failed-no-rollback':
      return [
        `See where the service stands: \`${look}\``,
        good === undefined
          ? 'No revision was proven good: deploy a fixed one, with `on-concurrent: replace` if this one is still under way.'
          : `Go back by hand: \`${update} --task-definition ${good}\``,
      ]
  }
}

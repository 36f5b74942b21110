import { lastPart, mayGoOn, type Verdict } from '@ecs-pipeline/rollout'
import type { RunFacts } from './build-report.ts'
import { stepsAfter } from './one-off-task.ts'
import { splitPolicy } from './prose.ts'

type Facts = Pick<RunFacts, 'cluster' | 'service' | 'knownGood' | 'isAskedToGoBack' | 'oneOffTask'>

const NO_GOOD =
  'No revision was proven good: deploy a fixed one, with `on-concurrent: replace` if this one is still under way.'

const AFTER_DNS = [
  'Correct what stands above and run again: the release stays as it is, and only the DNS record is changed.',
]

/**
 * What a person does next, for each way a run can end. Commands can be pasted as they stand. `saysWhyNotBack`: the
 * report has a likely cause for the way back that failed.
 */
export function nextSteps(
  verdict: Verdict,
  { cluster, service, knownGood, isAskedToGoBack, oneOffTask }: Facts,
  saysWhyNotBack: boolean,
): readonly string[] {
  const good = knownGood?.chosen?.taskDefinition
  const look = `See where the service stands: \`aws ecs describe-services --cluster ${cluster} --services ${service}\``
  const update = `aws ecs update-service --cluster ${cluster} --service ${service}`
  const back = (words: string): readonly string[] =>
    good === undefined ? [] : [`${words}: \`${update} --task-definition ${good}\``]
  switch (verdict.outcome) {
    case 'deployed':
      return []
    case 'no-change':
      return verdict.code === 'dry-run' ? ['Run again without `dry-run` to go back.'] : []
    case 'registered':
      return ['Deploy it where it belongs: the output `task-definition-arn` names it.']
    case 'deployed-idle':
      return ['Scale the service up and deploy again, so that the revision is proven.']
    case 'rolled-back':
      return [afterRollback(verdict, isAskedToGoBack)]
    case 'refused':
      if (oneOffTask && !mayGoOn(oneOffTask)) return stepsAfter(oneOffTask, cluster)
      return [afterRefusal(verdict)]
    case 'superseded':
      return ['Look at the run that deployed after this one; its result is the one that counts.']
    case 'cancelled':
      return [look, ...back('If it is not well, go back by hand')]
    case 'monitoring-lost':
    case 'unwatched':
      return [...permission(verdict), look, ...back('If it is not well, go back by hand')]
    case 'timed-out':
      return [
        look,
        ...(good === undefined ? [NO_GOOD] : back('If it does not come up, go back by hand')),
      ]
    case 'failed-no-rollback':
      if (verdict.code === 'dns') return AFTER_DNS
      return [look, ...(good === undefined ? [NO_GOOD] : back(backWords(verdict)))]
    case 'rollback-failed': {
      if (good === undefined) return [look, NO_GOOD]
      const mend = `mend what keeps ${lastPart(good)} from running`
      if (isAskedToGoBack)
        return [look, `Go back to another revision with \`to\`, or ${mend} and run again.`]
      const words = saysWhyNotBack ? `First ${mend}, then go back by hand` : 'Go back by hand'
      // The service may want that revision already; then only a forced deployment is one.
      return [look, `${words}: \`${update} --force-new-deployment --task-definition ${good}\``]
    }
  }
}

function afterRollback({ trigger }: Verdict, isAskedToGoBack: boolean): string {
  if (isAskedToGoBack)
    return 'Fix what was wrong with the revision that was left, and deploy again.'
  return trigger === undefined
    ? 'Fix the cause above and deploy again.'
    : `Find what the release changed for \`${trigger.replaceAll('`', '')}\`, fix it, and deploy again.`
}

function afterRefusal({ code }: Verdict): string {
  if (code === 'cancelled' || code === 'interrupted') return 'Run again if it is still wanted.'
  if (code === 'unreachable') return 'Run again when AWS answers.'
  return 'Correct what stands above and run again.'
}

const permission = ({ reason }: Verdict): readonly string[] =>
  splitPolicy(reason).block === ''
    ? []
    : ['Add the statement above to the role, so that the next run is watched to its end.']

const backWords = ({ code }: Verdict): string =>
  code === 'insufficient-data' || code === 'idle'
    ? 'If it is not well, go back by hand'
    : 'Go back by hand'

import { quoted } from '@ecs-pipeline/action-kit'
import { ALB, ECS, NLB } from './well-known-metrics.ts'

const MEANT = new Map([
  ['aws/alb', ALB],
  ['aws/applicationloadbalancer', ALB],
  ['applicationelb', ALB],
  ['aws/elbv2', ALB],
  ['aws/nlb', NLB],
  ['aws/networkloadbalancer', NLB],
  ['networkelb', NLB],
])

/** CloudWatch tells capital letters from small ones, and answers a namespace that is not there with no data. */
export function namespaceProblem(namespace: string): string | undefined {
  const problem = cloudWatchNameProblem(namespace)
  if (problem !== undefined) return `\`namespace\` ${problem}`
  // `Metric`, CloudWatch API Reference: Namespace has the pattern `[^:].*`.
  if (namespace.startsWith(':')) return 'a namespace cannot begin with a colon.'
  const small = namespace.toLowerCase()
  const meant = [ALB, NLB, ECS].find((known) => known.toLowerCase() === small) ?? MEANT.get(small)
  if (meant !== undefined && meant !== namespace) {
    return `there is no namespace ${quoted(namespace)}. Did you mean ${meant}?`
  }
  if (small.startsWith('aws/') && !namespace.startsWith('AWS/')) {
    return `the namespaces of AWS begin with AWS/, not ${quoted(namespace.slice(0, 4))}.`
  }
  return undefined
}

/**
 * Of a metric or a namespace; goes on behind its key. CloudWatch API Reference, `Metric`: "Minimum length of 1. Maximum
 * length of 255"; `MetricStreamFilter`: "only ASCII printable characters (ASCII range 32 through 126)".
 */
export function cloudWatchNameProblem(name: string): string | undefined {
  if (name.length > 255) return `has at most 255 characters, not ${name.length}.`
  return /^[ -~]+$/.test(name) ? undefined : `has only ASCII characters, unlike ${quoted(name)}.`
}

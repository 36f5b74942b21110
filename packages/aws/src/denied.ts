import type { Asked } from './failures.ts'

/**
 * Says what is not allowed and what to add, as far as AWS's words tell: `User: … is not authorized to perform:
 * ACTION on resource: ARN because no identity-based policy allows the ACTION action`, or `… with an explicit deny
 * in a service control policy` (IAM User Guide, 'Troubleshoot access denied error messages').
 */
export function deniedMessage(asked: Asked, words: string): string {
  const denied = /not authorized to perform: ([a-z0-9-]+:\w+)/i.exec(words)?.[1]
  const intro = `The caller may not do ${denied ?? asked.action} (asked: ${asked.action} on ${asked.resource}): ${words}`
  return `${intro} ${remedy(denied ?? asked.action, words)}`
}

function remedy(action: string, words: string): string {
  if (/security token|signature|AWS Access Key|authentication token/i.test(words)) {
    return 'The credentials themselves are not valid: look at the step that sets them.'
  }
  const explicit = /explicit deny in (?:an? )?([\w -]+?)(?:[.:,(]|$)/i.exec(words)?.[1]
  if (/explicit deny/i.test(words)) {
    return `A policy denies it explicitly (${explicit?.trim() ?? 'which one, AWS does not say'}), so that no Allow helps: that policy has to change.`
  }
  const bounded =
    /no (permissions boundary|session policy|service control policy|resource control policy|VPC endpoint policy)/i.exec(
      words,
    )?.[1]
  const where = bounded === undefined ? "the role's policy" : `the ${bounded}`
  return `Add to ${where}: ${JSON.stringify(statement(action, words))}`
}

function statement(action: string, words: string): object {
  const resource = /on resource: (arn:[^\s,]+?)\.?(?=\s|$)/.exec(words)?.[1] ?? '*'
  const base = { Effect: 'Allow', Action: action, Resource: resource }
  if (action !== 'iam:PassRole') return base
  return {
    ...base,
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  }
}

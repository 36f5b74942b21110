/**
 * What the rules of a lifecycle policy may not say together (user guide, 'Lifecycle policy parameters'). The words are
 * those that users have quoted; those about both lists, lists without tags, wildcards and priorities are second-hand.
 */
import { refused } from './refusal.ts'
import type { Rule, Selection } from './rule.ts'

const MOST_WILDCARDS = 4

/** Throws InvalidParameterException. */
export function checkRules(rules: readonly Rule[]): void {
  for (const { selection } of rules) checkTagLists(selection)
  const priorities = rules.map((rule) => rule.rulePriority)
  if (new Set(priorities).size < priorities.length) {
    throw refused('Duplicate priority in multiple rules')
  }
  const having = (tagStatus: Selection['tagStatus']): readonly Rule[] =>
    rules.filter((rule) => rule.selection.tagStatus === tagStatus)
  if (having('untagged').length > 1) {
    throw refused('Only one rule can select Untagged images per storage class')
  }
  const [any, ...more] = having('any')
  if (more.length > 0) throw refused('Only one rule can specify tagStatus=ANY')
  if (any && any.rulePriority < Math.max(...priorities)) {
    throw refused('Rule for tagStatus=ANY must have the lowest priority per storage class')
  }
}

function checkTagLists({ tagStatus, tagPrefixList = [], tagPatternList = [] }: Selection): void {
  const lists = [
    ...(tagPrefixList.length > 0 ? ['tagPrefixList'] : []),
    ...(tagPatternList.length > 0 ? ['tagPatternList'] : []),
  ]
  if (tagStatus !== 'tagged') {
    if (lists.length > 0)
      throw refused(`Cannot specify ${lists.join()} with tagStatus ${tagStatus}`)
    return
  }
  if (lists.length === 0) {
    throw refused('Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.')
  }
  if (lists.length > 1) {
    throw refused(
      'If policy has a tagged rule, it must specify only one of tagPrefixList or tagPatternList',
    )
  }
  if (tagPatternList.some((pattern) => pattern.split('*').length - 1 > MOST_WILDCARDS)) {
    throw refused('Invalid tag pattern provided')
  }
}

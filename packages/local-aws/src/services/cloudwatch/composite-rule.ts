/** The rules of composite alarms: `ALARM(a) AND NOT (OK("b") OR ALARM(arn))` (API_PutCompositeAlarm, AlarmRule). */
import type { StateValue } from '@aws-sdk/client-cloudwatch'

export type CompositeRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'alarm'; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: 'not'; readonly of: CompositeRule }
  | { readonly kind: 'and' | 'or'; readonly left: CompositeRule; readonly right: CompositeRule }

export class RuleError extends Error {
  override readonly name = 'RuleError'
}

const ALARM = /(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"((?:[^"\\]|\\.)*)"|([^()"\s]+))\s*\)/y
const WORD = /(TRUE|FALSE|AND|OR|NOT)\b|[()]/iy
const SPACE = /\s*/y

/** API_PutCompositeAlarm: 100 children, and elements in each other as deep as the text allows. */
const MOST_LEVELS = 100

/** Throws {@link RuleError}. AND binds stronger than OR (unproven: the reference only names parentheses). */
export function parseRule(text: string): CompositeRule {
  let at = 0
  let level = 0
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    SPACE.lastIndex = at
    SPACE.exec(text)
    pattern.lastIndex = SPACE.lastIndex
    return pattern.exec(text) ?? undefined
  }
  const took = (word: string): boolean => {
    const found = match(WORD)
    if (found?.[0].toUpperCase() !== word) return false
    at = found.index + found[0].length
    return true
  }
  const either = (): CompositeRule => {
    let left = both()
    while (took('OR')) left = { kind: 'or', left, right: both() }
    return left
  }
  const both = (): CompositeRule => {
    let left = negated()
    while (took('AND')) left = { kind: 'and', left, right: negated() }
    return left
  }
  const negated = (): CompositeRule => {
    if (++level > MOST_LEVELS) throw new RuleError('the rule is nested too deeply')
    const rule: CompositeRule = took('NOT') ? { kind: 'not', of: negated() } : single()
    level--
    return rule
  }
  const single = (): CompositeRule => {
    const alarm = match(ALARM)
    if (alarm) {
      at = alarm.index + alarm[0].length
      const name = alarm[2]?.replace(/\\(.)/g, '$1') ?? alarm[3] ?? ''
      return { kind: 'alarm', state: alarm[1] as StateValue, alarm: name }
    }
    if (took('TRUE')) return { kind: 'constant', value: true }
    if (took('FALSE')) return { kind: 'constant', value: false }
    if (!took('(')) throw new RuleError(`unexpected input at position ${at + 1}`)
    const inner = either()
    if (!took(')')) throw new RuleError(`')' expected at position ${at + 1}`)
    return inner
  }
  const rule = either()
  if (text.slice(at).trim() !== '') throw new RuleError(`unexpected input at position ${at + 1}`)
  return rule
}

/** `stateOf` gives the state of an alarm by name or ARN. */
export function holds(
  rule: CompositeRule,
  stateOf: (alarm: string) => StateValue | undefined,
): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value
    case 'alarm':
      return stateOf(rule.alarm) === rule.state
    case 'not':
      return !holds(rule.of, stateOf)
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf)
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf)
  }
}

/** The names or ARNs of the alarms that a rule looks at, each once. */
export function childrenOf(rule: CompositeRule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return []
    case 'alarm':
      return [rule.alarm]
    case 'not':
      return childrenOf(rule.of)
    default:
      return [...new Set([...childrenOf(rule.left), ...childrenOf(rule.right)])]
  }
}

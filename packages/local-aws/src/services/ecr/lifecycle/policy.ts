import { refused } from './refusal.ts'
import { checkRules } from './rule-checks.ts'
import type { Rule } from './rule.ts'
import { checkShape } from './shape-checks.ts'

/**
 * The rules of a lifecycle policy in the order of their priority. Throws InvalidParameterException, which tells the
 * first thing that ECR would not take. Policies that move images to the archive are not played.
 */
export function parseLifecyclePolicy(text: string): readonly Rule[] {
  const rules = checkShape(readObject(text))
  checkRules(rules)
  return [...rules].sort((a, b) => a.rulePriority - b.rulePriority)
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {
    // Falls through to the one answer for all that is not a JSON object.
  }
  throw refused('Could not map policyString into LifecyclePolicy.')
}

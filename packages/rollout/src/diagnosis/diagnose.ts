import type { Diagnosis } from '../report.ts'
import type { Evidence } from './evidence.ts'
import { factsOf, type Facts, type Sign } from './facts.ts'
import { RULES } from './rules.ts'

/** More would be guessing, and nobody reads it at two in the morning. */
const AT_MOST = 3

/**
 * The likely causes of a failed deployment, the best founded first; none when nothing is known. Each sign gets the
 * first rule that knows it, and each rule speaks once: for the largest group of failed tasks.
 */
export function diagnose(evidence: Evidence): readonly Diagnosis[] {
  const facts = factsOf(evidence)
  const found = new Map<string, Diagnosis>()
  for (const sign of facts.signs) {
    const diagnosis = explain(sign, facts)
    if (diagnosis && !found.has(diagnosis.rule)) found.set(diagnosis.rule, diagnosis)
  }
  return RULES.flatMap(({ id }) => found.get(id) ?? []).slice(0, AT_MOST)
}

function explain(sign: Sign, facts: Facts): Diagnosis | undefined {
  for (const rule of RULES) {
    const finding = rule.find(sign, facts)
    if (finding) return { rule: rule.id, ...finding }
  }
  return undefined
}

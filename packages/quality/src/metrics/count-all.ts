/** Every number that can be had, for the outputs and for the baseline, whether or not a gate asks for it. */
import type { Evidence } from '../evidence/evidence.ts'
import { measureGate, type Question } from '../evidence/measure-gate.ts'
import { questionKey } from '../gates/judge-gate.ts'
import type { Policy, PolicyException } from '../policy/policy.ts'
import { METRICS, metricOf, SIZE } from './catalogue.ts'
import type { Measure } from './measure.ts'

/** By {@link questionKey}. What was not measured is not there. */
export function countAll(
  { gates, sizes }: Policy,
  evidence: Evidence,
  exceptions: readonly PolicyException[],
): Readonly<Record<string, Measure>> {
  const usual = METRICS.flatMap((metric) =>
    metric.scopes.map((scope): Question => ({
      metric,
      scope,
      checks: [],
      folder: undefined,
      minLines: 0,
    })),
  )
  const ofSizes = sizes.flatMap(({ name }): Question[] => {
    const metric = metricOf(`${SIZE}${name}`)
    return metric ? [{ metric, scope: 'all', checks: [], folder: undefined, minLines: 0 }] : []
  })
  const all: Record<string, Measure> = {}
  for (const question of [...usual, ...ofSizes, ...gates]) {
    const found = measureGate(question, evidence, exceptions)
    const measure = found.kind === 'unmeasured' ? undefined : found.measure
    if (measure) all[questionKey(question)] = measure
  }
  return all
}

/** Holds one number against its limits and the baseline. Every verdict shows its arithmetic. */
import { measureGate, type Measured, type Question } from '../evidence/measure-gate.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Measure } from '../metrics/measure.ts'
import type { Gate, PolicyException } from '../policy/policy.ts'
import { compare, decimal, fraction, minus, type Fraction } from './decimal.ts'
import { limitText, measureText, pointsText, valueOf } from './words.ts'

/** What the base branch has had, by {@link questionKey}. */
export type BaselineView =
  | {
      readonly kind: 'known'
      readonly metrics: Readonly<Record<string, Measure>>
      readonly commit: string
    }
  | { readonly kind: 'missing'; readonly why: string }

export type GateStatus = 'passed' | 'failed' | 'unmeasured' | 'resting'

export interface GateResult {
  readonly gate: Gate
  readonly status: GateStatus
  readonly measure: Measure | undefined
  readonly before: Measure | undefined
  /** One sentence with the number, the limit and how they compare. */
  readonly reason: string
  /** Said beside the verdict: a number that has moved where that is no failure. */
  readonly notices: readonly string[]
  /** Holds today, and lets the gate pass although its status is not good. */
  readonly exception: PolicyException | undefined
}

export interface Judging {
  readonly baseline: BaselineView
  /** On the base branch numbers that got worse are recorded: what it has is the measure for others. */
  readonly isRecording: boolean
  /** Those that hold today. */
  readonly exceptions: readonly PolicyException[]
}

/** Names the number, for the baseline and the outputs: `coverage.lines`, `lint.errors (new-code, in packages/api)`. */
export function questionKey({ metric, scope, checks, folder }: Question): string {
  const parts = [
    ...(scope === 'all' ? [] : [scope]),
    ...(checks.length === 0 ? [] : [`of ${[...checks].sort().join('+')}`]),
    ...(folder === undefined ? [] : [`in ${folder}`]),
  ]
  return parts.length === 0 ? metric.name : `${metric.name} (${parts.join(', ')})`
}

export function judgeGate(gate: Gate, evidence: Evidence, judging: Judging): GateResult {
  const found = measureGate(gate, evidence, judging.exceptions)
  const exception = judging.exceptions.find(({ of }) => 'gate' in of && of.gate === gate.id)
  const empty = { gate, before: undefined, notices: [], exception }
  const name = questionKey(gate)
  switch (found.kind) {
    case 'unmeasured':
      return {
        ...empty,
        status: 'unmeasured',
        measure: undefined,
        reason: `${name} was not measured: ${found.why}.`,
      }
    case 'resting':
      return {
        ...empty,
        status: 'resting',
        measure: found.measure,
        reason: `${name} is not judged: ${found.why}.`,
      }
    case 'measured':
      return { ...empty, ...holdAgainst(gate, found, judging) }
  }
}

function holdAgainst(
  gate: Gate,
  { measure }: Extract<Measured, { kind: 'measured' }>,
  judging: Judging,
): Pick<GateResult, 'status' | 'measure' | 'before' | 'reason' | 'notices'> {
  const name = questionKey(gate)
  const is = `${name} is ${measureText(measure, gate.metric.unit)}`
  const value = valueOf(measure)
  const broken: string[] = []
  const kept: string[] = []
  const limit = (number: number): string => limitText(number, gate.metric.unit)
  if (gate.min !== undefined) {
    if (compare(value, fraction(decimal(gate.min))) < 0)
      broken.push(`below the limit of ${limit(gate.min)}`)
    else kept.push(`at least ${limit(gate.min)}`)
  }
  if (gate.max !== undefined) {
    if (compare(value, fraction(decimal(gate.max))) > 0)
      broken.push(`above the limit of ${limit(gate.max)}`)
    else kept.push(`at most ${limit(gate.max)}`)
  }
  const move = moveOf(gate, measure, judging)
  if (move.broken !== undefined) broken.push(move.broken)
  if (move.kept !== undefined) kept.push(move.kept)
  const isResting = broken.length === 0 && kept.length === 0
  return {
    status: broken.length > 0 ? 'failed' : isResting ? 'resting' : 'passed',
    measure,
    before: move.before,
    reason: isResting
      ? `${is}; not judged: ${move.notices.join('; ')}.`
      : `${is}, ${(broken.length > 0 ? broken : kept).join(', and ')}.`,
    notices: isResting ? [] : move.notices,
  }
}

interface Move {
  readonly before: Measure | undefined
  readonly broken?: string
  readonly kept?: string
  readonly notices: readonly string[]
}

/** The ratchet: only the direction that is worse counts, and by how much the number has moved is said either way. */
function moveOf(gate: Gate, measure: Measure, { baseline, isRecording }: Judging): Move {
  const { maxDrop, maxRise, metric } = gate
  if (maxDrop === undefined && maxRise === undefined) return { before: undefined, notices: [] }
  const key = questionKey(gate)
  if (baseline.kind === 'missing') {
    return { before: undefined, notices: [`there is no baseline (${baseline.why})`] }
  }
  const before = Object.hasOwn(baseline.metrics, key) ? baseline.metrics[key] : undefined
  if (before?.kind !== measure.kind || (before.kind === 'ratio' && before.total === 0)) {
    return { before: undefined, notices: [`the baseline has no ${key} yet`] }
  }
  const [value, was] = [valueOf(measure), valueOf(before)]
  const of = `${measureText(before, metric.unit)} of ${baseline.commit.slice(0, 7)}`
  const points = (by: Fraction): string => pointsText(by, metric.unit)
  const limits: readonly (readonly [Fraction, number | undefined, string])[] = [
    [minus(was, value), maxDrop, 'fell'],
    [minus(value, was), maxRise, 'rose'],
  ]
  for (const [by, most, verb] of limits) {
    if (most === undefined || compare(by, fraction(decimal(most))) <= 0) continue
    const told = `it ${verb} by ${points(by)} from ${of}, and at most ${limitText(most, metric.unit, 'points')} is allowed`
    return isRecording
      ? { before, kept: `recorded as the new baseline`, notices: [`${key}: ${told}`] }
      : { before, broken: told, notices: [] }
  }
  const drop = minus(was, value)
  const direction = compare(drop, { above: 0n, below: 1n })
  const told =
    direction === 0
      ? `as before (${of})`
      : direction > 0
        ? `${points(drop)} lower than ${of}`
        : `${points(minus(value, was))} higher than ${of}`
  return { before, kept: told, notices: [] }
}

/** What all checks and gates come to. */
import type { GateResult } from '../gates/judge-gate.ts'
import type { CheckResult } from './check-result.ts'

/** `unmeasured` is no pass: something that was to be judged could not be seen. */
export type Result = 'passed' | 'failed' | 'unmeasured' | 'cancelled'

export interface Verdict {
  readonly result: Result
  /** One sentence for the headline. */
  readonly reason: string
  /** Ids of checks and gates that make it red, the failed ones before the unmeasured. */
  readonly failed: readonly string[]
  /** Of those that would, were they not of the level warning or excused. */
  readonly warned: readonly string[]
}

/** One line of the table, a check or a gate. */
interface Line {
  readonly id: string
  readonly status: 'good' | 'failed' | 'unmeasured'
  readonly isError: boolean
  readonly reason: string
}

export function judge(checks: readonly CheckResult[], gates: readonly GateResult[]): Verdict {
  // A gate has the number and the limit; that a command failed is mostly the same news once more.
  const all: readonly Line[] = [...gates.map(lineOfGate), ...checks.map(lineOfCheck)]
  const bad = all.filter(({ status }) => status !== 'good')
  const warned = bad.filter(({ isError }) => !isError).map(({ id }) => id)
  const errors = bad.filter(({ isError }) => isError)
  const sorted = [
    ...errors.filter(({ status }) => status === 'failed'),
    ...errors.filter(({ status }) => status === 'unmeasured'),
  ]
  const failed = sorted.map(({ id }) => id)
  if (checks.some(({ status }) => status === 'cancelled')) {
    return { result: 'cancelled', reason: 'The run was cancelled.', failed, warned }
  }
  const [first, ...others] = sorted
  if (first) {
    const more =
      others.length === 0
        ? ''
        : ` And ${others.length} more: ${others.map(({ id }) => id).join(', ')}.`
    const result = first.status === 'failed' ? 'failed' : 'unmeasured'
    return { result, reason: `${first.reason}${more}`, failed, warned }
  }
  const good = `All ${all.length} checks and gates are good.`
  const reason =
    warned.length === 0
      ? good
      : `Nothing failed; ${warned.length} of ${all.length} checks and gates have a warning.`
  return { result: 'passed', reason, failed, warned }
}

const lineOfCheck = ({ check, status, reason }: CheckResult): Line => ({
  id: check.id,
  status:
    status === 'passed'
      ? 'good'
      : status === 'failed' || status === 'timed-out'
        ? 'failed'
        : 'unmeasured',
  isError: check.level === 'error',
  reason: `Check ${check.id}: ${reason}`,
})

const lineOfGate = ({ gate, status, reason, exception }: GateResult): Line => ({
  id: gate.id,
  status: status === 'passed' || status === 'resting' ? 'good' : status,
  isError: gate.level === 'error' && !exception,
  // Mostly a gate is called what its metric is called.
  reason: reason.startsWith(`${gate.id} `) ? reason : `Gate ${gate.id}: ${reason}`,
})

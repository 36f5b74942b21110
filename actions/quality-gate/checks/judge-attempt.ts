/** Whether an attempt at a check was good: by how its command ended, and by what its reports say. */
import { plural } from '@ecs-pipeline/image'
import type { CheckResult, CheckSpec, CheckStatus } from '@ecs-pipeline/quality'
import type { CheckEvidence } from '../reports/read-reports.ts'
import type { Attempt, AttemptVerdict, CheckResult as Ran } from './check-run.ts'

export interface AttemptJudgement {
  readonly verdict: AttemptVerdict
  readonly status: CheckStatus
  /** A sentence; empty when it is good. */
  readonly reason: string
}

export const GOOD: AttemptJudgement = { verdict: 'done', status: 'passed', reason: '' }

/** `attempt`: `undefined` for a check that an earlier step has run. */
export function judgeAttempt(
  check: CheckSpec,
  attempt: Attempt | undefined,
  evidence: CheckEvidence,
): AttemptJudgement {
  const failed = (reason: string): AttemptJudgement => ({
    verdict: 'again',
    status: 'failed',
    reason,
  })
  const ended = attempt && judgeEnd(check, attempt)
  if (ended) return ended
  const [lost, ...others] = evidence.lost
  if (lost) {
    const more = others.length === 0 ? '' : ` (and ${plural(others.length, 'more report')})`
    return failed(`${lost.problem}${more}.`)
  }
  const code = attempt?.end.kind === 'exited' ? attempt.end.code : 0
  if (code !== 0 && check.reports.length > 0 && !findsSomething(evidence)) {
    // A code that may be is one for what the report tells. Nothing told means that something else went wrong.
    return failed(`It ended with exit code ${code}, and its reports tell of nothing that is wrong.`)
  }
  const failures = evidence.tests.reduce((sum, { counts }) => sum + counts.failed, 0)
  // Worth another attempt where there are some; whether they may be is asked by the gates.
  return failures > 0 && check.retries > 0 ? { ...GOOD, verdict: 'again' } : GOOD
}

/** `undefined` when the command itself ended as it may. */
function judgeEnd(check: CheckSpec, { end, lastLines }: Attempt): AttemptJudgement | undefined {
  switch (end.kind) {
    case 'exited': {
      if (check.exitCodes.includes(end.code)) return undefined
      const last = lastLines
        .findLast((line) => line.trim() !== '')
        ?.trim()
        .slice(0, 200)
      const said = last === undefined ? '' : ` Its last line: ${last}`
      return {
        verdict: 'again',
        status: 'failed',
        reason: `It ended with exit code ${end.code}.${said}`,
      }
    }
    case 'killed-by-signal':
      return { verdict: 'again', status: 'failed', reason: `It was ended by ${end.signal}.` }
    case 'timed-out':
      return {
        verdict: 'again',
        status: 'timed-out',
        reason: `It took longer than its ${plural(check.timeoutMinutes, 'minute')} (timeout-minutes), and was ended.`,
      }
    case 'cancelled':
      return { verdict: 'failed', status: 'cancelled', reason: 'The run was cancelled.' }
    case 'not-started':
      return { verdict: 'failed', status: 'not-run', reason: end.problem }
  }
}

const findsSomething = ({ tests, issues, audits }: CheckEvidence): boolean =>
  tests.some(({ counts }) => counts.failed > 0) ||
  issues.some(({ worst }) => worst.length > 0) ||
  audits.some(({ vulnerabilities }) => vulnerabilities.length > 0)

/** `ran`: `undefined` for a check that an earlier step has run. */
export function resultOf(
  check: CheckSpec,
  ran: Ran | undefined,
  { status, reason }: AttemptJudgement,
): CheckResult {
  const attempts = ran?.attempts ?? []
  const last = attempts.at(-1)
  const common = {
    check,
    exitCode: last?.end.kind === 'exited' ? last.end.code : undefined,
    seconds: attempts.reduce((sum, { seconds }) => sum + seconds, 0),
    attempts: attempts.length,
    tail: last?.lastLines ?? [],
  }
  if (ran?.outcome === 'skipped') {
    const reason = `It was not run, because ${ran.because.join(', ')} did not pass.`
    return { ...common, status: 'skipped', reason }
  }
  if (ran?.outcome === 'cancelled') {
    const why =
      ran.because.length === 0
        ? 'The run was cancelled.'
        : `It was ended, because ${ran.because.join(', ')} failed.`
    return { ...common, status: ran.because.length === 0 ? 'cancelled' : 'skipped', reason: why }
  }
  return { ...common, status, reason }
}

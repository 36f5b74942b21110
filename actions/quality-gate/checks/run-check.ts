/** All attempts of one check, and what to say about them. */
import { quoteCommand } from '@ecs-pipeline/quality'
import type {
  Attempt,
  AttemptEnd,
  AttemptVerdict,
  CheckCommand,
  CheckResult,
  CheckRun,
} from './check-run.ts'
import { duration } from './duration.ts'
import { runAttempt, type AttemptTools } from './run-attempt.ts'

export type AfterAttempt = (check: CheckRun, attempt: Attempt) => Promise<AttemptVerdict>

export async function runCheck(
  check: CheckRun,
  afterAttempt: AfterAttempt,
  tools: AttemptTools,
): Promise<CheckResult> {
  const { id, retries } = check
  const { output } = tools
  const attempts: Attempt[] = []
  for (const line of commandLines(check.command)) output.add(line)
  if (check.hidesStdout === true) output.add('(its standard output is a report, and not shown)')
  for (let number = 1; ; number++) {
    if (number > 1) output.add(`--- attempt ${number} of at most ${retries + 1} ---`)
    const attempt = await runAttempt(check, number, tools)
    attempts.push(attempt)
    const note = noteOn(attempt.end)
    if (note !== undefined) output.add(note)
    if (attempt.end.kind === 'cancelled') {
      return { id, attempts, outcome: 'cancelled', because: [] }
    }
    const verdict =
      attempt.end.kind === 'not-started' ? 'failed' : await afterAttempt(check, attempt)
    if (verdict === 'done') return { id, attempts, outcome: 'passed' }
    if (verdict === 'failed' || number > retries) return { id, attempts, outcome: 'failed' }
    if (tools.signal.aborted) return { id, attempts, outcome: 'cancelled', because: [] }
  }
}

const commandLines = (command: CheckCommand): readonly string[] =>
  command.kind === 'program'
    ? [`$ ${quoteCommand([command.program, ...command.args])}`]
    : command.script
        .trimEnd()
        .split('\n')
        .map((line) => `$ ${line}`)

/** What the output itself does not say. */
function noteOn(end: AttemptEnd): string | undefined {
  switch (end.kind) {
    case 'not-started':
      return end.problem
    case 'timed-out':
      return `It was ended after ${duration(end.seconds * 1000)}, with everything that it had started.`
    case 'cancelled':
      return 'It was ended, as the whole run is.'
    case 'exited':
    case 'killed-by-signal':
      return end.outlived.length === 0
        ? undefined
        : `Ended as well, because it held the output open after the end of the command: ${end.outlived.join(', ')}. Let its output go to a file.`
  }
}

/** 'failed with exit code 2 in 12 s'; `milliseconds`: of all attempts together. */
export function howItEnded({ outcome, attempts }: CheckResult, milliseconds: number): string {
  const time = duration(milliseconds)
  const tries = attempts.length < 2 ? '' : `, attempt ${attempts.length}`
  const end = attempts.at(-1)?.end
  if (outcome === 'passed') return `passed in ${time}${tries}`
  if (outcome !== 'failed') return `${outcome} after ${time}`
  switch (end?.kind) {
    case 'not-started':
      return 'could not be started'
    case 'timed-out':
      return `ran out of time after ${time}${tries}`
    case 'killed-by-signal':
      return `was killed by ${end.signal} after ${time}${tries}`
    case 'exited':
      return end.code === 0
        ? `failed in ${time}${tries}`
        : `failed with exit code ${end.code} in ${time}${tries}`
    default:
      return `failed in ${time}${tries}`
  }
}

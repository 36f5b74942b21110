/** Runs the checks of the policy, and reads the reports of each attempt before the next one writes over them. */
import { onStdout } from '../reports/find-reports.ts'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cleanEnvironment } from '@ecs-pipeline/action-kit'
import { KIND_OF, type CheckResult, type CheckSpec } from '@ecs-pipeline/quality'
import type { GateInputs } from '../inputs.ts'
import {
  emptyEvidence,
  readReports,
  type CheckEvidence,
  type ReadTools,
} from '../reports/read-reports.ts'
import type { Tools } from '../tools.ts'
import type { Attempt, AttemptVerdict, CheckResult as Ran, CheckRun } from './check-run.ts'
import { runChecks } from './run-checks.ts'
import { GOOD, judgeAttempt, resultOf, type AttemptJudgement } from './judge-attempt.ts'

export interface Performed {
  readonly results: readonly CheckResult[]
  readonly evidence: readonly CheckEvidence[]
}

/** What is known of a check so far: of its last attempt. */
interface Known {
  readonly evidence: CheckEvidence
  readonly judgement: AttemptJudgement
}

export async function performChecks(
  checks: readonly CheckSpec[],
  { maxParallel, failFast }: GateInputs,
  reading: ReadTools,
  tools: Tools,
): Promise<Performed> {
  const { root } = reading.repository
  const known = new Map<string, Known>()
  const toRun = checks.flatMap((check): CheckRun[] => (check.command ? [runOf(check, root)] : []))
  const specOf = new Map(checks.map((check) => [check.id, check]))

  const afterAttempt = async ({ id }: CheckRun, attempt: Attempt): Promise<AttemptVerdict> => {
    const check = specOf.get(id)
    if (!check) throw new Error(`There is no check ${id}.`)
    const former = known.get(id)?.evidence.failures ?? new Set<string>()
    // What could not be started has written nothing.
    const hasRun = attempt.end.kind === 'exited' || attempt.end.kind === 'timed-out'
    const evidence = await readReports(check, hasRun ? attempt : undefined, former, reading)
    const judgement = judgeAttempt(check, attempt, evidence)
    known.set(id, { evidence, judgement })
    return judgement.verdict
  }
  const { signal, clock, log, folder } = tools
  const ran = await runChecks(toRun, {
    parallel: maxParallel ?? availableParallelism(),
    failFast,
    logFolder: join(folder, 'checks'),
    signal,
    clock,
    log,
    afterAttempt,
  })
  const ranOf = new Map<string, Ran>(ran.map((each) => [each.id, each]))
  const results: CheckResult[] = []
  const evidence: CheckEvidence[] = []
  for (const check of checks) {
    const of = ranOf.get(check.id)
    const its = known.get(check.id)
    if (its || !of) {
      const read = its?.evidence ?? (await readReports(check, undefined, new Set(), reading))
      evidence.push(read)
      results.push(resultOf(check, of, its?.judgement ?? judgeAttempt(check, undefined, read)))
      continue
    }
    // There may be a report of some earlier time: not of this commit.
    const judgement = judgeAttempt(check, of.attempts.at(-1), emptyEvidence())
    const result = resultOf(check, of, judgement)
    results.push(result)
    evidence.push(notWritten(result))
  }
  return { results, evidence }
}

const runOf = (check: CheckSpec, root: string): CheckRun => {
  const { id, command, folder, needs, timeoutMinutes, retries, environment } = check
  if (!command) throw new Error(`The check ${id} has no command.`)
  return {
    id,
    command,
    folder: join(root, folder),
    needs,
    timeoutSeconds: timeoutMinutes * 60,
    retries,
    environment: cleanEnvironment(environment),
    hidesStdout: check.reports.some(onStdout),
  }
}

const notWritten = ({ check, reason }: CheckResult): CheckEvidence => ({
  ...emptyEvidence(),
  lost: check.reports.map(({ format, paths }) => ({
    check: check.id,
    folder: check.folder,
    report: paths?.join(', ') ?? '',
    kind: KIND_OF[format],
    problem: `the check ${check.id} has told nothing: ${reason.replace(/\.$/, '').replace(/^It /, 'it ')}`,
  })),
})

/** What the checks are without the dependencies that they would run with. */
export function skipChecks(checks: readonly CheckSpec[], because: readonly string[]): Performed {
  const results = checks.map((check) =>
    resultOf(check, { id: check.id, attempts: [], outcome: 'skipped', because }, GOOD),
  )
  return { results, evidence: results.map(notWritten) }
}

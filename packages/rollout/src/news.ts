/** What people are told about a finished run: the facts of its report in the order in which they are needed. Pure. */
import { lastPart } from './arn.ts'
import { elapsed } from './journal.ts'
import { whatHappened } from './outcome.ts'
import type { DeployReport, Diagnosis, FailureReport, TriggerReport } from './report.ts'
import type { RunningRevision } from './serving.ts'
import type { TargetView } from './views.ts'

/** As `News` of packages/action-kit. Lines are plain text; `code` in backticks. */
export interface ReportNews {
  readonly title: string
  readonly outcome: string
  /** `critical`: users may have nothing, and nobody but a person can mend it. */
  readonly severity: 'info' | 'warning' | 'critical'
  readonly facts: readonly NewsFact[]
  readonly links: ReportLinks
  /** The report without the lines of containers: those stay where the logs may be read. */
  readonly report: unknown
}

export interface NewsFact {
  readonly name: string
  readonly lines: readonly string[]
}

export interface ReportLinks {
  readonly run: string | undefined
  readonly environment: string | undefined
}

/** A message is read on a phone: so many lines of each kind, and characters in a line of evidence. */
const MOST = { triggers: 5, failures: 3, targets: 3, diagnoses: 2, caveats: 3, lineLength: 400 }

/** `undefined` when nothing happened that somebody has to know. */
export function newsOf(report: DeployReport, links: ReportLinks): ReportNews | undefined {
  const { outcome } = report
  if (outcome === 'no-change') return undefined
  const cluster = lastPart(report.cluster)
  const facts = [
    { name: 'Users get now', lines: [nowLine(report)] },
    { name: 'What happened', lines: [story(report)] },
    { name: 'Evidence', lines: evidence(report) },
    { name: 'Next', lines: report.nextSteps },
  ]
  return {
    title: `${lastPart(report.service)} in ${cluster}: ${outcome}`,
    outcome,
    severity: severityOf(report),
    facts: facts.filter(({ lines }) => lines.length > 0),
    links,
    report: withoutLogs(report),
  }
}

function severityOf({ outcome, passed }: DeployReport): ReportNews['severity'] {
  if (outcome === 'rollback-failed') return 'critical'
  return passed ? 'info' : 'warning'
}

function nowLine({ now, outcome }: DeployReport): string {
  if (!now) {
    return outcome === 'refused'
      ? 'What they got before. Nothing was changed.'
      : 'Not known: the service could not be read.'
  }
  const targets = now.targets
    ? `, ${now.targets.healthy} of ${now.targets.all} targets healthy`
    : ''
  const counts = `${now.runningCount} of ${now.desiredCount} tasks running${targets}`
  const revisions = now.running.map(revisionWords).join(' and ')
  return `${revisions || 'nothing: no task runs'} (${counts}).`
}

function revisionWords({ taskDefinition, images }: RunningRevision): string {
  const digest = images.find((image) => image.digest !== undefined)?.digest
  const shown = digest === undefined ? '' : ` with \`${digest.slice(0, 19)}\``
  return `\`${lastPart(taskDefinition)}\`${shown}`
}

function story(report: DeployReport): string {
  const by = report.rolledBackBy === 'none' ? '' : ` Rolled back by: ${report.rolledBackBy}.`
  const took = elapsed(report.finishedAt - report.startedAt)
  return `${whatHappened(report)}${by} It took ${took}.`
}

/** What speaks for the verdict; and last what was not looked at, so that nobody believes it was. */
function evidence(report: DeployReport): readonly string[] {
  const judged = report.triggers.filter(({ verdict }) => verdict === 'BREACHING')
  const unjudged = report.triggers.filter(({ verdict }) => verdict === 'INSUFFICIENT')
  return [
    ...some([...judged, ...unjudged].map(triggerLine), MOST.triggers, 'triggers'),
    ...some(
      report.rollbackFailures.map((group) => `Going back: ${failureLine(group)}`),
      MOST.failures,
      'kinds of failed tasks in going back',
    ),
    ...some(report.failures.map(failureLine), MOST.failures, 'kinds of failed tasks'),
    ...some(report.unhealthyTargets.map(targetLine), MOST.targets, 'unhealthy targets'),
    ...causeLines('Likely cause of the failed rollback', report.rollbackDiagnoses),
    ...causeLines('Likely cause', report.diagnoses),
    ...some(
      report.caveats.map((caveat) => `Not checked, or odd: ${caveat}`),
      MOST.caveats,
      'caveats',
    ),
  ].map(short)
}

const causeLines = (title: string, diagnoses: readonly Diagnosis[]): readonly string[] =>
  diagnoses
    .slice(0, MOST.diagnoses)
    .map(({ cause, causeWithoutLog = cause, fix }) => `${title}: ${causeWithoutLog} ${fix}`)

function triggerLine({ trigger, where, verdict, arithmetic, demoted }: TriggerReport): string {
  const place = where === undefined ? '' : ` (${targetGroupName(where)})`
  const warnsOnly = demoted || trigger.action === 'warn' ? ' It only warns.' : ''
  const state = verdict === 'BREACHING' ? 'breached' : 'has too little data'
  return `Trigger ${trigger.name}${place} ${state}: ${arithmetic}.${warnsOnly}`
}

/** `targetgroup/NAME/ID` of an ARN becomes the name. */
const targetGroupName = (arn: string): string => /targetgroup\/([^/]+)/.exec(arn)?.[1] ?? arn

function failureLine(group: FailureReport): string {
  const facts = [
    group.stoppedReason,
    group.container === undefined ? undefined : `container ${group.container}`,
    group.exitCode === undefined ? undefined : `exit code ${group.exitCode}`,
    group.containerReason,
  ].filter((fact) => fact !== undefined)
  return `${group.count} failed ${group.count === 1 ? 'task' : 'tasks'}: ${facts.join(', ')}`
}

function targetLine({ id, port, reason, description }: TargetView): string {
  const why = [reason, description].filter((each) => each !== undefined).join(': ')
  return `Unhealthy target ${id}:${port ?? '?'}${why === '' ? '' : ` (${why})`}`
}

/** The first `most` lines, and how many there are beside them. */
function some(lines: readonly string[], most: number, what: string): readonly string[] {
  const rest = lines.length - most
  return rest > 0 ? [...lines.slice(0, most), `And ${rest} more ${what}.`] : lines
}

function short(line: string): string {
  if (line.length <= MOST.lineLength) return line
  const kept = line.slice(0, MOST.lineLength - 1)
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`
}

function withoutLogs(report: DeployReport): unknown {
  return {
    ...report,
    failures: report.failures.map(withoutTail),
    diagnoses: report.diagnoses.map(withoutWords),
    rollbackFailures: report.rollbackFailures.map(withoutTail),
    rollbackDiagnoses: report.rollbackDiagnoses.map(withoutWords),
  }
}

const withoutTail = ({ logTail: _logTail, ...failure }: FailureReport): unknown => failure

const withoutWords = ({ rule, cause, causeWithoutLog = cause, fix }: Diagnosis): Diagnosis => ({
  rule,
  cause: causeWithoutLog,
  fix,
})

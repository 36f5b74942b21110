/** Whether what a run says is so. Each problem is a sentence; an empty list is a true report of a safe service. */
import type { DeployReport } from '@ecs-pipeline/rollout'
import type { MadeCall } from './calls.ts'
import { QUERY } from './prometheus.ts'
import type { Told } from './run-story.ts'
import type { Story } from './story.ts'
import { SECRETS } from './theatre.ts'
import { isOn, type World } from './world.ts'

/** A run in which something was in the way. */
export interface Disturbed {
  readonly story: Story
  readonly told: Told
  readonly disturbances: readonly Disturbance[]
}

/** One thing that was in the way, of the calls of one operation. */
export interface Disturbance {
  /** The calls that it hit. */
  readonly hits: readonly MadeCall[]
  readonly kind: string
  /** Whether it went away again. */
  readonly passes: boolean
}

export function problemsOf(run: Disturbed): readonly string[] {
  const { told, story, disturbances } = run
  return [
    ...isTrue(told, story),
    ...isSafe(run),
    ...isAskedOnce(told),
    ...(story.isCutShort ? [] : disturbances.flatMap((each) => isOpen(told, each))),
    ...isToldOfTruly(told),
    ...isDiscreet(told),
  ]
}

const isBack = ({ status }: { readonly status: string }): boolean => status.startsWith('ROLLBACK_')

/** Deployments that began since the run did. */
const begunSince = ({ deploymentsBefore }: Story, { deployments }: World): World['deployments'] =>
  deployments.slice(deploymentsBefore)
/** How often the service was taken back to revision 1. */
const waysBack = (story: Story, world: World): number =>
  begunSince(story, world).filter((each) => each.to === 1).length +
  world.deployments.filter(isBack).length

const endOf = ({ ends, revision }: Story): number => (ends === 'old' ? 1 : revision)

function isTrue(told: Told, story: Story): readonly string[] {
  const { report, after, settled } = told
  const begun = begunSince(story, settled).length + settled.deployments.filter(isBack).length
  const wentBack = waysBack(story, settled) > 0
  const claims: Partial<Record<DeployReport['outcome'], () => string | false>> = {
    deployed: () =>
      !isOn(after, story.revision) && `on ${show(after)}, not on revision ${story.revision}`,
    'rolled-back': () => !isOn(after, 1) && `on ${show(after)}, not back on revision 1`,
    refused: () => begun > 0 && `the service was changed: ${show(settled)}`,
    'no-change': () => begun > 0 && `the service was changed: ${show(settled)}`,
    'monitoring-lost': () => false,
    // What pauses is taken back by ECS later, when nobody ends the pause.
    'rollback-failed': () =>
      isOn(story.canShift ? after : settled, 1) && `it did go back: ${show(settled)}`,
    'failed-no-rollback': () =>
      (wentBack || isOn(settled, endOf(story))) &&
      `the service is where it should be: ${show(settled)}`,
    cancelled: () =>
      report.rolledBackBy === 'none'
        ? wentBack && `it did go back: ${show(settled)}`
        : !isOn(settled, 1) && `it did not go back: ${show(settled)}`,
  }
  const claim = claims[report.outcome]
  const untrue = claim ? claim() : 'nobody did that'
  const problems = untrue === false ? [] : [`says ${report.outcome}: ${untrue}`]
  if (report.passed && !isOn(after, endOf(story))) problems.push(`green on ${show(after)}`)
  if (report.reasonCode === 'service-gone') problems.push('says that the service is gone')
  return problems
}

/** Outcomes that leave the service to a person, because something could not be read or done. */
const LEFT = new Set(['monitoring-lost', 'rollback-failed', 'refused', 'cancelled'])

function isSafe({ told, story, disturbances }: Disturbed): readonly string[] {
  const { report, settled } = told
  const problems: string[] = []
  if (story.canShift && !isOn(settled, 1) && !isOn(settled, story.revision)) {
    problems.push(`left between two revisions: ${show(settled)}`)
  }
  if (waysBack(story, settled) > 1) problems.push(`went back more than once: ${show(settled)}`)
  const isLeft = story.ends === 'old' && !isOn(settled, 1)
  if (isLeft && !disturbances.some((each) => isClosedBy(each, story))) {
    problems.push(`left on a bad revision (${report.outcome}, ${report.reason}): ${show(settled)}`)
  }
  if (isLeft && !LEFT.has(report.outcome)) problems.push(`left without a word: ${report.outcome}`)
  if (isTakenBack(told, story) && !disturbances.some((each) => isHalted(each, story))) {
    problems.push(`a good release was taken back: ${show(settled)}`)
  }
  const lost = (story.keeps ?? []).filter((each) => !settled.registered.includes(each))
  if (report.outcome === 'deployed' && lost.length > 0) {
    problems.push(`revisions that are needed were deregistered: ${lost.join(', ')}`)
  }
  return problems
}

const isTakenBack = ({ report, settled }: Told, { ends, revision }: Story): boolean =>
  ends === 'new' && report.outcome !== 'refused' && !isOn(settled, revision)

/** What pauses does not go on unless it is seen, judged and told to: ECS takes it back after a while. */
const isHalted = ({ passes }: Disturbance, { canShift }: Story): boolean =>
  canShift === true && !passes

/** Without these nobody can know that a revision is bad, or go back: a lasting fault of one closes the way. */
function isClosedBy({ hits, passes }: Disturbance, { metrics, deploymentsBefore }: Story): boolean {
  const last = hits.at(-1)
  if (!last || passes) return false
  if (last.error?.startsWith('ExpiredToken') === true) return true
  const isLasting = hits.length > 1 || last.error?.startsWith('AccessDenied') === true
  // What somebody else deployed is left to them when it is not known where to go back to: the run is refused then.
  const isOfSomebodyElse = deploymentsBefore === 2
  if (isOfSomebodyElse && /preflight|update/.test(hits[0]?.phase ?? '')) return isLasting
  return isLasting && ['DescribeServices', 'UpdateService', metrics].includes(last.operation)
}

/** What could not be read or done is named; what users get at the end is left out where it cannot be read. */
function isOpen({ report, calls }: Told, { hits, kind, passes }: Disturbance): readonly string[] {
  // Who was killed says nothing; who comes after tells of what was in their own way.
  const isKilled = calls.some(({ phase }) => phase === 'post part')
  const hit = hits.find(({ phase }) => !isKilled || phase === 'post part')
  if (passes || !hit) return []
  // It was done, and was seen to be: nothing is in doubt.
  const isSeen =
    (report.passed && hit.operation === 'ContinueServiceDeployment') ||
    report.outcome === 'rolled-back' ||
    report.rolledBackBy === 'action' ||
    report.reason.includes('Going back was started')
  if (hit.lost !== undefined && kind.startsWith('done') && isSeen) return []
  const passedOver = (report.knownGood?.passedOver ?? []).map(({ why }) => why)
  const said = [report.reason, ...report.caveats, ...passedOver].join()
  const name = hit.operation === QUERY ? 'Prometheus' : hit.operation
  if (said.includes(name)) return []
  // The watch ended for another reason before these metrics counted as lost.
  const isMissed = report.timeline.some(({ text }) => /^metrics not readable/.test(text))
  if (isMissed && !report.passed) return []
  return calls.indexOf(hit) >= lastLookAt(calls) && isLeftOut(report, hit)
    ? []
    : [`nothing is said of ${hit.operation} (${report.outcome})`]
}

/** Where the last look begins: with the service, however often it has to be asked for. */
function lastLookAt(calls: readonly MadeCall[]): number {
  const last = calls.findLastIndex(({ operation }) => operation === 'DescribeServices')
  return calls.slice(0, last).findLastIndex(({ operation }) => operation !== 'DescribeServices') + 1
}

function isLeftOut({ now, caveats, outcome }: DeployReport, { operation }: MadeCall): boolean {
  switch (operation) {
    case 'DescribeServices':
      // What was not changed is what it was.
      if (outcome === 'refused') return now === undefined
      return now === undefined && caveats.includes('What users get now could not be read.')
    // Which target groups users are on.
    case 'DescribeServiceRevisions':
    case 'DescribeTargetHealth':
      return now?.targets === undefined
    case 'ListTasks':
    case 'DescribeTasks':
      return now?.running.every(({ images }) => images.length === 0) === true
    default:
      return false
  }
}

/** The same call is not repeated after a no. */
function isAskedOnce({ attempts }: Told): readonly string[] {
  const repeated = attempts.filter(
    (each, at) =>
      each.attempt > 1 && (attempts[at - 1]?.error as Error | undefined)?.name.includes('Denied'),
  )
  return repeated.map((each) => `${each.action} was asked again although it was denied`)
}

/** Whoever is to be told is told once, or the report says that they were not, or that nobody knows. */
function isToldOfTruly({ report, calls, messages }: Told): readonly string[] {
  if (messages > 1) return [`the topic was told ${messages} times`]
  if (!calls.some(({ operation }) => operation === 'Publish')) return []
  const said = report.caveats.find((caveat) => caveat.includes('SNS topic'))
  if (said === undefined) return messages === 1 ? [] : ['the topic was not told']
  return messages === 1 && said.includes('was not notified') ? [`it was, but: ${said}`] : []
}

function isDiscreet({ report, lines }: Told): readonly string[] {
  const all = JSON.stringify([report, lines])
  return Object.entries(SECRETS)
    .filter(([, secret]) => all.includes(secret))
    .map(([name]) => `shows ${name}`)
}

/** `revision 2 (running 1, 2; 1 SUCCESSFUL, 2 IN_PROGRESS)` */
function show({ wants, running, deployments }: World): string {
  const ends = deployments.map(({ to, status }) => `${to} ${status}`).join(', ')
  return `revision ${wants} (running ${running.join(' ') || 'nothing'}; deployments ${ends})`
}

/** Whether what a run says is so. Each problem is a sentence; an empty list is a true report of a safe service. */
import type { DeployReport } from '@ecs-pipeline/rollout'
import type { MadeCall } from './calls.ts'
import { SECRETS, type Told } from './run-story.ts'
import type { Story } from './stories.ts'
import { isOn, type World } from './world.ts'

/** A cell of the matrix after its run. */
export interface Disturbed {
  readonly story: Story
  readonly told: Told
  /** The calls that the fault hit. */
  readonly hits: readonly MadeCall[]
  readonly kind: string
  /** Whether it went away again. */
  readonly passes: boolean
}

export function problemsOf(cell: Disturbed): readonly string[] {
  const { told, hits } = cell
  return [
    ...(hits.length === 0 ? ['the fault hit nothing'] : []),
    ...isTrue(told, cell.story),
    ...isSafe(cell),
    ...(cell.kind === 'denied' ? isAskedOnce(told) : []),
    ...isOpen(cell),
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

function isTrue(told: Told, story: Story): readonly string[] {
  const { report, after, settled } = told
  const begun = begunSince(story, settled).length + settled.deployments.filter(isBack).length
  const claims: Partial<Record<DeployReport['outcome'], () => string | false>> = {
    deployed: () => !isOn(after, 2) && `on ${show(after)}, not on revision 2`,
    'rolled-back': () => !isOn(after, 1) && `on ${show(after)}, not back on revision 1`,
    refused: () => begun > 0 && `the service was changed: ${show(settled)}`,
    'no-change': () => begun > 0 && `the service was changed: ${show(settled)}`,
    'monitoring-lost': () => false,
    'rollback-failed': () => isOn(settled, 1) && `it did go back: ${show(settled)}`,
    'failed-no-rollback': () =>
      (waysBack(story, settled) > 0 || isOn(settled, story.ends)) &&
      `the service is where it should be: ${show(settled)}`,
  }
  const claim = claims[report.outcome]
  const untrue = claim ? claim() : 'nobody did that'
  const problems = untrue === false ? [] : [`says ${report.outcome}: ${untrue}`]
  const isGreen = report.passed
  if (isGreen && !isOn(after, story.ends)) problems.push(`green on ${show(after)}`)
  if (report.reasonCode === 'service-gone') problems.push('says that the service is gone')
  return problems
}

/** Outcomes that leave the service to a person, because something could not be read or done. */
const LEFT = new Set(['monitoring-lost', 'rollback-failed', 'refused'])

function isSafe({ told, story, hits }: Disturbed): readonly string[] {
  const { report, settled } = told
  const problems: string[] = []
  if (waysBack(story, settled) > 1) problems.push(`went back more than once: ${show(settled)}`)
  const isLeft = story.ends === 1 && !isOn(settled, 1)
  if (isLeft && !isClosed(story, hits)) {
    problems.push(`left on a bad revision (${report.outcome}, ${report.reason}): ${show(settled)}`)
  }
  if (isLeft && !LEFT.has(report.outcome)) problems.push(`left without a word: ${report.outcome}`)
  if (story.ends === 2 && !isOn(settled, 2) && report.outcome !== 'refused') {
    problems.push(`a good release was taken back: ${show(settled)}`)
  }
  return problems
}

/** Without these nobody can know that a revision is bad, or go back: a lasting fault of one closes the way. */
function isClosed({ needsMetrics, action }: Story, hits: readonly MadeCall[]): boolean {
  const last = hits.at(-1)
  if (!last) return false
  if (last.error?.startsWith('ExpiredToken') === true) return true
  const isLasting = hits.length > 1 || last.error?.startsWith('AccessDenied') === true
  const needed = ['DescribeServices', 'UpdateService', ...(needsMetrics ? ['GetMetricData'] : [])]
  // Without them it is not known where to go back to; a rollback that is asked for is refused then.
  if (action === 'rollback' && /preflight|update/.test(hits[0]?.phase ?? '')) return isLasting
  return isLasting && needed.includes(last.operation)
}

/** What could not be read or done is named; what users get at the end is left out where it cannot be read. */
function isOpen({ told: { report }, hits, kind, passes }: Disturbed): readonly string[] {
  const [hit] = hits
  if (passes || !hit) return []
  // It was done, and was seen to be: nothing is in doubt.
  if (hit.lost !== undefined && kind.startsWith('done') && report.outcome === 'rolled-back')
    return []
  const said = [report.reason, ...report.caveats].join()
  if (said.includes(hit.operation)) return []
  return isLastLook(hit) && isLeftOut(report, hit)
    ? []
    : [`nothing is said of ${hit.operation} (${report.outcome})`]
}

const isLastLook = ({ operation, phase }: MadeCall): boolean =>
  phase === 'reporting' && operation !== 'TagResource' && operation !== 'GetLogEvents'

function isLeftOut({ now, caveats }: DeployReport, { operation }: MadeCall): boolean {
  if (operation === 'DescribeServices') {
    return now === undefined && caveats.includes('What users get now could not be read.')
  }
  if (operation === 'DescribeTargetHealth') return now?.targets === undefined
  return now?.running.every(({ images }) => images.length === 0) === true
}

/** The same call is not repeated after a no. */
function isAskedOnce({ attempts }: Told): readonly string[] {
  const repeated = attempts.filter(
    (each, at) =>
      each.attempt > 1 && (attempts[at - 1]?.error as Error | undefined)?.name.includes('Denied'),
  )
  return repeated.map((each) => `${each.action} was asked again although it was denied`)
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

/**
 * The post part of the step: GitHub runs it when the job was cancelled or failed, also when the main part was killed
 * before it could say anything. What the main part wrote last tells how far it had come.
 */
import { log, type ActionContext, type ActionResult } from '@ecs-pipeline/action-kit'
import {
  askToGoBack,
  PortError,
  readGoingBack,
  readServing,
  Unanswered,
  type AskedBack,
  type DeployReport,
  type RolloutTools,
} from '@ecs-pipeline/rollout'
import {
  BEFORE_UPDATE,
  createRolloutTools,
  NOT_SEEN,
  savedReportPath,
  Teller,
} from '@ecs-pipeline/reporting'
import { readFile } from 'node:fs/promises'
import { readDeployInputs } from './inputs.ts'

export async function after({ run: context, input, signal }: ActionContext): Promise<ActionResult> {
  const path = savedReportPath()
  const left = path === undefined ? undefined : await readLeft(path)
  if (path === undefined || !left) return { ok: true }
  const inputs = readDeployInputs(input)
  const tools = createRolloutTools(inputs, signal)
  const report = await complete(left, inputs.onCancel, tools)
  await Teller.reopen(inputs, context, path, signal).end(report, tools.journal)
  return { ok: true }
}

/** `undefined` when the main part ended by itself, and so has told everything. */
async function readLeft(path: string): Promise<DeployReport | undefined> {
  try {
    const report = JSON.parse(await readFile(path, 'utf8')) as DeployReport
    return report.phase === 'ended' ? undefined : report
  } catch (error) {
    log.debug(`There is no report to go by: ${String(error)}`)
    return undefined
  }
}

/**
 * Asks for the way back where the main part was to do so and did not come to it, or not to its end. Does not wait for
 * it. A report of a run that changed nothing, or was to leave what it had begun, is ended as it is.
 */
export async function complete(
  left: DeployReport,
  onCancel: 'leave' | 'rollback',
  tools: RolloutTools,
): Promise<DeployReport> {
  const { phase } = left
  const ended = { ...left, phase: 'ended', reasonCode: 'interrupted' } as const
  const isLeft = (phase === 'rolling-out' || phase === 'baking') && onCancel === 'leave'
  if (phase === 'preflight' || isLeft) return { ...ended, finishedAt: tools.clock.now() }
  const verdict = await verdictOf(left, onCancel, tools)
  const now = await readServing(tools.ports)
  const doubts = now ? [] : [NOT_SEEN]
  return {
    ...ended,
    ...verdict,
    finishedAt: tools.clock.now(),
    now,
    caveats: [...left.caveats, ...tools.journal.caveats, ...doubts],
  }
}

type Ending = Pick<DeployReport, 'outcome' | 'rolledBackBy' | 'reason'>

async function verdictOf(
  left: DeployReport,
  onCancel: 'leave' | 'rollback',
  tools: RolloutTools,
): Promise<Ending> {
  const { phase, rolledBackBy } = left
  let { reason } = left
  try {
    if (phase === 'registered') {
      const { taskDefinition } = await tools.ports.deployments.service()
      if (taskDefinition !== left.taskDefinition) {
        return { outcome: 'refused', rolledBackBy, reason: BEFORE_UPDATE }
      }
      reason = whenUpdating(left)
      if (onCancel === 'leave') return { outcome: 'monitoring-lost', rolledBackBy, reason }
    }
    const asked = await askedBack(left, tools)
    if (!asked) return { outcome: 'monitoring-lost', rolledBackBy, reason }
    const ending = `The run was ended from outside (${phase}). ${asked.text}`
    return { outcome: 'cancelled', rolledBackBy: asked.by, reason: ending }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    const lost = `${reason} ${whyNotBack(error)}: ${error.message}`
    return { outcome: 'monitoring-lost', rolledBackBy, reason: lost }
  }
}

/** UpdateService may have been done although the main part could not say so any more. */
const whenUpdating = ({ taskDefinition }: DeployReport): string =>
  `The run ended from outside while it updated the service to ${taskDefinition ?? 'a revision'}; how that ends is not known here.`

const whyNotBack = (error: PortError): string =>
  error instanceof Unanswered
    ? 'Whether going back was begun is not known'
    : 'Going back could not be started'

async function askedBack(left: DeployReport, tools: RolloutTools): Promise<AskedBack | undefined> {
  const { phase, serviceDeployment, taskDefinition, previousTaskDefinition } = left
  const good = left.knownGood?.taskDefinition
  const mayBeAsked = phase === 'rolling-back'
  if (serviceDeployment !== undefined) {
    const back = await readGoingBack(serviceDeployment, mayBeAsked, tools)
    if (back) return back
  }
  // StopServiceDeployment goes back to what ran before, which need not be the revision that was proven good.
  const isTakenUp = taskDefinition === previousTaskDefinition
  const isToStop = phase !== 'baking' && (isTakenUp || good === previousTaskDefinition)
  return askToGoBack(
    {
      toStop: isToStop || good === undefined ? serviceDeployment : undefined,
      isPrimary: (service) => service.taskDefinition === taskDefinition,
      mayBeAsked,
    },
    good,
    tools,
  )
}

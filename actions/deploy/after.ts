/**
 * The post part of the step: GitHub runs it when the job was cancelled or failed, also when the main part was killed
 * before it could say anything. What the main part wrote last tells how far it had come.
 */
import { log, type ActionContext, type ActionResult } from '@ecs-pipeline/action-kit'
import { PortError, type DeployReport, type RolloutTools } from '@ecs-pipeline/rollout'
import { createRolloutTools, savedReportPath, Teller } from '@ecs-pipeline/reporting'
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

/** Asks for the way back where the main part was to do so and did not come to it. Does not wait. */
export async function complete(
  left: DeployReport,
  onCancel: 'leave' | 'rollback',
  tools: RolloutTools,
): Promise<DeployReport> {
  if (left.phase === 'running-task') return completeTask(left, onCancel, tools)
  const isUnderWay = left.phase === 'rolling-out' || left.phase === 'baking'
  const base = {
    ...left,
    phase: 'ended',
    finishedAt: tools.clock.now(),
    reasonCode: 'interrupted',
  } as const
  if (!isUnderWay || onCancel === 'leave') return base
  try {
    const done = await askToGoBack(left, tools)
    if (done === undefined) return base
    return {
      ...base,
      outcome: 'cancelled',
      rolledBackBy: 'action',
      reason: `The run was ended from outside (${left.phase}). ${done}`,
    }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return { ...base, reason: `${left.reason} Going back could not be started: ${error.message}` }
  }
}

/** The run ended while its one-off task ran: the service is as it was. Stops the task where the main part was to. */
async function completeTask(
  left: DeployReport,
  onCancel: 'leave' | 'rollback',
  { ports, clock }: RolloutTools,
): Promise<DeployReport> {
  const arn = left.oneOffTask?.arns?.[0]
  const base = { ...left, phase: 'ended', finishedAt: clock.now() } as const
  if (arn === undefined || left.oneOffTask?.mayRun !== true) return base
  if (onCancel === 'leave')
    return { ...base, reason: `${left.reason} The task ${arn} goes on alone.` }
  try {
    await ports.oneOffTasks.stop(arn, 'ecs-pipeline: the run was ended from outside')
    return { ...base, reason: `${left.reason} The task ${arn} was told to stop.` }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return {
      ...base,
      reason: `${left.reason} The task ${arn} could not be stopped: ${error.message}`,
    }
  }
}

async function askToGoBack(
  left: DeployReport,
  { ports }: RolloutTools,
): Promise<string | undefined> {
  const service = await ports.deployments.service()
  // Somebody else has deployed since, or it was rolled back already.
  if (service.taskDefinition !== left.taskDefinition) return undefined
  if (left.phase === 'rolling-out' && left.serviceDeployment !== undefined) {
    await ports.deployments.rollBack(left.serviceDeployment)
    return 'ECS was asked to roll the deployment back; nobody watched it finish.'
  }
  const good = left.knownGood?.taskDefinition
  if (good === undefined) return undefined
  await ports.deployments.update({ taskDefinition: good })
  return `${good} was asked for again; nobody watched it come up.`
}

import {
  Denied,
  follow,
  goBack,
  INITIAL_WATCH_STATE,
  locateServiceDeployment,
  Observer,
  PortError,
  proveImages,
  reasonCodeOf,
  Unreachable,
  verdictOf,
  type Cause,
  type DeploymentIdentity,
  type FollowSettings,
  type Followed,
  type Observation,
  type ServiceView,
  type DeploymentView,
  type ServiceChange,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { DeployInputs } from './inputs.ts'
import type { Plan } from './preflight.ts'
import type { DeployTools } from './tools.ts'

/** How long a rollback may take, in milliseconds. */
const ROLLBACK_LIMIT = 15 * 60_000
/** How long ECS may take to begin a rollback it is configured for, in milliseconds. */
const ROLLBACK_START_LIMIT = 60_000

export interface Deployed {
  readonly verdict: Verdict
  readonly taskDefinition: TaskDefinitionView
  readonly identity: DeploymentIdentity
  /** The last look at the deployment while it was watched. */
  readonly last: Observation | undefined
}

/** Registers the new revision, or takes the current one when it is the same to the letter. */
export async function register(plan: Plan, tools: DeployTools): Promise<TaskDefinitionView> {
  if (plan.isSameDocument) return plan.current
  const { ports, journal, origin } = tools
  try {
    return await ports.taskDefinitions.register(plan.pinned.document, origin)
  } catch (error) {
    if (!(error instanceof Denied) || !error.message.includes('TagResource')) throw error
    journal.caveat(`The task definition is not tagged with its commit and run: ${error.message}`)
    return ports.taskDefinitions.register(plan.pinned.document, {})
  }
}

/** Updates the service and sees the deployment to its end, whichever it is. Throws only while nothing has changed. */
export async function deploy(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  tools: DeployTools,
): Promise<Deployed> {
  const startedAt = tools.clock.now()
  tools.journal.progress(`updating ${plan.service.name} to ${taskDefinition.arn}`)
  const after = await update(inputs, plan, taskDefinition, tools)
  let identity = identityOf(after)
  let last: Observation | undefined
  try {
    const before = plan.service
    const { createdAt } = identity
    const updated = { before, taskDefinition: taskDefinition.arn, createdAt }
    identity = { ...identity, serviceDeployment: await locateServiceDeployment(updated, tools) }
    const observer = new Observer(tools.ports, tools.clock, tools.journal, identity)
    const settings = settingsFor(inputs, identity, taskDefinition, startedAt)
    const followed = await follow(INITIAL_WATCH_STATE, settings, { ...tools, observer })
    last = followed.last
    const verdict = await judge(inputs, plan, { identity, settings, observer }, followed, tools)
    return { verdict, taskDefinition, identity, last }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return { verdict: monitoringLost(error), taskDefinition, identity, last }
  }
}

/** An update without an answer may have arrived all the same; the service itself tells. */
async function update(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  { ports, journal }: DeployTools,
): Promise<ServiceView> {
  try {
    return await ports.deployments.update(changeFor(inputs, plan, taskDefinition))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    const service = await ports.deployments.service()
    const isOurs = service.taskDefinition === taskDefinition.arn
    if (!isOurs || primaryOf(service)?.id === primaryOf(plan.service)?.id) throw error
    journal.caveat(`UpdateService did not answer, but the service was updated: ${error.message}`)
    return service
  }
}

const primaryOf = (service: ServiceView): DeploymentView | undefined =>
  service.deployments.find((each) => each.status === 'PRIMARY')

function identityOf(service: ServiceView): DeploymentIdentity {
  const primary = primaryOf(service)
  return {
    deploymentId: primary?.id ?? 'unknown',
    serviceDeployment: undefined,
    createdAt: primary?.createdAt ?? 0,
  }
}

function changeFor(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
): ServiceChange {
  return {
    taskDefinition: taskDefinition.arn,
    ...(inputs.desiredCount === undefined ? {} : { desiredCount: inputs.desiredCount }),
    ...(inputs.forceNewDeployment || plan.isSameDocument ? { forceNewDeployment: true } : {}),
  }
}

function settingsFor(
  inputs: DeployInputs,
  identity: DeploymentIdentity,
  taskDefinition: TaskDefinitionView,
  startedAt: number,
): FollowSettings {
  return {
    deploymentId: identity.deploymentId,
    taskDefinition: taskDefinition.arn,
    maxFailedTasks: inputs.maxFailedTasks,
    deadline: startedAt + inputs.waitForMinutes * 60_000,
    interval: inputs.pollSeconds * 1000,
    rollbackStartLimit: ROLLBACK_START_LIMIT,
    rollbackLimit: ROLLBACK_LIMIT,
  }
}

interface Watched {
  readonly identity: DeploymentIdentity
  readonly settings: FollowSettings
  readonly observer: Observer
}

async function judge(
  inputs: DeployInputs,
  plan: Plan,
  watched: Watched,
  followed: Followed,
  tools: DeployTools,
): Promise<Verdict> {
  const { end } = followed
  switch (end.kind) {
    case 'succeeded':
      return judgeSuccess(inputs, plan, watched, tools)
    case 'fail':
    case 'failed':
      return condemn(inputs, plan, watched, end.cause, tools)
    case 'cancelled':
      return cancelled(inputs, watched, tools)
    case 'monitoring-lost':
      return monitoringLost(end.error)
    case 'superseded':
      return {
        outcome: 'superseded',
        rolledBackBy: 'none',
        code: 'newer-deployment',
        reason: `A newer deployment took the place of this one: ${end.by}. It was left alone.`,
      }
    default:
      return verdictOf(followed, { code: 'rollout-failed', text: 'The deployment failed.' })
  }
}

async function judgeSuccess(
  inputs: DeployInputs,
  plan: Plan,
  watched: Watched,
  tools: DeployTools,
): Promise<Verdict> {
  if (plan.desiredCount === 0) {
    return {
      outcome: 'deployed-idle',
      rolledBackBy: 'none',
      code: 'idle',
      reason:
        'The desired count is 0: nothing was started, so nothing is known about the health of this revision.',
    }
  }
  const proof = await proveImages(
    tools.ports.tasks,
    watched.identity.deploymentId,
    plan.pinned.wanted,
  )
  if (proof.kind === 'wrong') {
    return condemn(inputs, plan, watched, { code: 'wrong-image', text: proof.text }, tools)
  }
  if (proof.kind === 'unknown') {
    tools.journal.caveat(
      `Which images the running tasks are made of could not be proven: ${proof.why}`,
    )
  }
  const proven = proof.kind === 'proven' ? `, their image digests are the ones asked for` : ''
  return {
    outcome: 'deployed',
    rolledBackBy: 'none',
    code: 'completed',
    reason: `The deployment completed: all ${plan.desiredCount} tasks run${proven}.`,
  }
}

/** The deployment is bad; go back where the inputs allow it. */
async function condemn(
  inputs: DeployInputs,
  plan: Plan,
  watched: Watched,
  cause: Cause,
  tools: DeployTools,
): Promise<Verdict> {
  tools.journal.progress(`failed: ${cause.text}`)
  const isTimeout = cause.code === 'time-limit'
  if ((isTimeout ? inputs.onTimeout : inputs.onFailure) === 'leave') {
    const input = isTimeout ? 'on-timeout' : 'on-failure'
    return {
      outcome: isTimeout ? 'timed-out' : 'failed-no-rollback',
      rolledBackBy: 'none',
      code: cause.code,
      reason: `${cause.text} It was left as it is because of \`${input}: leave\`.`,
    }
  }
  return goBack(watched, plan.knownGood.chosen, cause, tools)
}

async function cancelled(
  inputs: DeployInputs,
  watched: Watched,
  tools: DeployTools,
): Promise<Verdict> {
  const arn = watched.identity.serviceDeployment
  if (inputs.onCancel === 'leave' || arn === undefined) {
    return {
      outcome: 'cancelled',
      rolledBackBy: 'none',
      code: 'cancelled',
      reason: 'The run was cancelled. ECS goes on with the deployment alone; nobody watches it.',
    }
  }
  // GitHub ends a cancelled step within ten seconds: ask once, do not wait.
  await tools.ports.deployments.rollBack(arn)
  return {
    outcome: 'cancelled',
    rolledBackBy: 'action',
    code: 'cancelled',
    reason:
      'The run was cancelled. ECS was asked to roll the deployment back; nobody watched it finish.',
  }
}

function monitoringLost(error: PortError): Verdict {
  return {
    outcome: 'monitoring-lost',
    rolledBackBy: 'none',
    code: reasonCodeOf(error),
    reason: `The deployment was started, but the service cannot be read any more: ${error.message}`,
  }
}

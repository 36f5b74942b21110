/** How the service gets back, found out before anything is changed. Whatever is wrong here ends the run `refused`. */
import {
  CredentialsExpired,
  findProvenBefore,
  finishedDeployment,
  KNOWN_TO_ECS,
  ongoingDeployment,
  PortError,
  prepareTriggers,
  readCheckedService,
  readHistory,
  Refusal,
  servingGroups,
  VERDICT_TAG,
  waitForTurn,
  withStopTarget,
  type DeploymentIdentity,
  type History,
  type KnownGood,
  type KnownGoodChoice,
  type Ports,
  type PreparedTriggers,
  type ServiceRevisionArn,
  type ServiceView,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'
import type { RunTools } from '@ecs-pipeline/reporting'
import { readTriggers } from '@ecs-pipeline/trigger-file'
import type { RollbackInputs } from './inputs.ts'
import { chooseTarget } from './target.ts'
import type { Way } from './way.ts'

export interface RollbackPlan {
  readonly service: ServiceView
  readonly current: TaskDefinitionView
  /** Where the way back leads. */
  readonly knownGood: KnownGoodChoice
  readonly triggers: PreparedTriggers | undefined
  readonly way: Way
}

export async function planRollback(inputs: RollbackInputs, tools: RunTools): Promise<RollbackPlan> {
  const { ports } = tools
  const triggerPlan = await readTriggers({ ...inputs, bakeMinutes: undefined }, tools.workspace)
  const service = await readCheckedService(ports, inputs)
  const history = await readHistory(tools)
  const current = await ports.taskDefinitions.describe(service.taskDefinition)
  const base = { service, current, triggers: undefined }
  if (isRollingBack(service, history)) return waitForEcs(base, inputs, tools)
  const ongoing = ongoingDeployment(service, history)
  if (triggerPlan) {
    const identity = ongoing ?? finishedDeployment(service, history)
    if (!identity) throw new Refusal(`service: ${service.name} has no deployment to watch.`)
    const groups = await servingGroups(service, ports)
    const triggers = await prepareTriggers(triggerPlan, groups, identity.createdAt, tools)
    const proven = await findProvenBefore(ports, service, history)
    const knownGood = await withStopTarget(proven, identity, ports)
    return { ...base, knownGood, triggers, way: { kind: 'watch', identity, triggers } }
  }
  if (ongoing && inputs.to === 'previous') {
    // Where the history cannot be read, DescribeServices has the name of the deployment as well.
    const serviceDeployment = ongoing.serviceDeployment ?? service.currentServiceDeployment
    const identity = { ...ongoing, serviceDeployment }
    const target = await sourceOf(identity, service, history, tools)
    const chosen = target === KNOWN_TO_ECS ? undefined : target
    const isSourceBad = chosen !== undefined && (await isRejected(chosen, ports))
    if (chosen && isSourceBad && (await wasGood(current, history, ports))) {
      return join(base, identity, chosen)
    }
    const knownGood = { chosen, passedOver: [] }
    if (target && !isSourceBad) {
      return { ...base, knownGood, way: { kind: 'stop', identity, target } }
    }
  }
  if (ongoing) tools.journal.caveat(`${ongoing.deploymentId} was under way and is replaced.`)
  const knownGood = await chooseTarget(inputs.to, service, current, history, tools)
  return { ...base, knownGood, way: wayTo(knownGood, service) }
}

/** Without a history the words of the breaker tell; those of any other rollback are not known. */
const isRollingBack = (service: ServiceView, history: History): boolean =>
  history
    ? history.some((each) => /^ROLLBACK_(REQUESTED|IN_PROGRESS)$/.test(each.status))
    : service.deployments.some(
        ({ status, rolloutState, rolloutStateReason = '' }) =>
          status === 'PRIMARY' &&
          rolloutState === 'IN_PROGRESS' &&
          /rolling back to deployment/.test(rolloutStateReason),
      )

/** ECS was first. A second rollback on top of it would only restart it. */
async function waitForEcs(
  base: Omit<RollbackPlan, 'knownGood' | 'way'>,
  inputs: RollbackInputs,
  tools: RunTools,
): Promise<RollbackPlan> {
  const turn = { ...inputs, onConcurrent: 'wait' } as const
  const { service } = await waitForTurn(base.service, turn, tools)
  const current = await tools.ports.taskDefinitions.describe(service.taskDefinition)
  const why = `ECS was rolling back already; it has finished, and the service is on ${service.taskDefinition}.`
  const knownGood = { chosen: undefined, passedOver: [] }
  return { ...base, service, current, knownGood, way: { kind: 'nothing', why } }
}

/** Whoever left it by this action has called it bad, so that a way that leads to it leads forward. */
async function isRejected({ taskDefinition }: KnownGood, ports: Ports): Promise<boolean> {
  try {
    const { tags } = await ports.taskDefinitions.describe(taskDefinition)
    return tags[VERDICT_TAG] === 'rejected'
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return false
  }
}

/** An earlier deployment of it ended well. */
async function wasGood(
  { arn, tags }: TaskDefinitionView,
  history: History,
  ports: Ports,
): Promise<boolean> {
  const successful = (history ?? []).filter((each) => each.status === 'SUCCESSFUL')
  const targets = successful.flatMap(({ targetRevision }) => targetRevision ?? [])
  if (targets.length === 0 || tags[VERDICT_TAG] === 'rejected') return false
  const revisions = await ports.deployments.revisions(targets)
  return revisions.some(({ taskDefinition }) => taskDefinition === arn)
}

/** A rollback that another run began and did not see to its end: to stop it would lead back to the bad revision. */
function join(
  base: Omit<RollbackPlan, 'knownGood' | 'way'>,
  identity: DeploymentIdentity,
  source: KnownGood,
): RollbackPlan {
  const { taskDefinition } = source
  const target: KnownGood = {
    taskDefinition: base.service.taskDefinition,
    revision: undefined,
    isCurrent: false,
    because: `${taskDefinition}, which ran before it, is marked as rejected`,
  }
  const passedOver = [{ taskDefinition, why: 'it is marked as rejected' }]
  const knownGood = { chosen: target, passedOver }
  return { ...base, knownGood, way: { kind: 'join', identity, target } }
}

/**
 * What ran before the deployment under way: that is where ECS goes back to, whether it can be read here or not.
 * `undefined` when nothing did, and when the deployment has no name that it could be stopped by.
 */
async function sourceOf(
  { deploymentId, serviceDeployment }: DeploymentIdentity,
  service: ServiceView,
  history: History,
  { ports, journal }: RunTools,
): Promise<KnownGood | typeof KNOWN_TO_ECS | undefined> {
  if (serviceDeployment === undefined) return undefined
  try {
    const deployment = await ports.deployments.serviceDeployment(serviceDeployment)
    const sources = (deployment?.sources ?? []).map((each) => each.revision)
    if (sources.length === 0) return undefined
    const completed = completedOf(sources, history)
    const [source] = completed === undefined ? [] : await ports.deployments.revisions([completed])
    if (!source) return listedSource(service)
    const { taskDefinition, arn: revision } = source
    const because = 'it ran before the deployment that is under way'
    return { taskDefinition, revision, isCurrent: true, because }
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    journal.caveat(
      `What ran before ${deploymentId} cannot be read from its service deployment; ECS knows, and takes the service back to it: ${error.message}`,
    )
    return listedSource(service)
  }
}

/** Deployments that never completed leave tasks, and so are sources as well: ECS goes back to the one that did. */
function completedOf(
  sources: readonly ServiceRevisionArn[],
  history: History,
): ServiceRevisionArn | undefined {
  const proven = (history ?? []).filter((each) => each.status === 'SUCCESSFUL')
  const found = proven.find(({ targetRevision = '' }) => sources.includes(targetRevision))
  return found?.targetRevision ?? (sources.length === 1 ? sources[0] : undefined)
}

function listedSource(service: ServiceView): KnownGood | typeof KNOWN_TO_ECS {
  const listed = service.deployments.find(
    ({ status, rolloutState }) => status === 'ACTIVE' && rolloutState === 'COMPLETED',
  )
  if (!listed) return KNOWN_TO_ECS
  const because = 'DescribeServices still lists it beside the deployment that is under way'
  return {
    taskDefinition: listed.taskDefinition,
    revision: undefined,
    isCurrent: true,
    because,
  }
}

function wayTo({ chosen, passedOver }: KnownGoodChoice, service: ServiceView): Way {
  if (!chosen) {
    const why = passedOver.map((each) => `${each.taskDefinition}: ${each.why}`).join('; ')
    throw new Refusal(
      `to: there is no revision that was proven good before the present one (${why || 'the service has no earlier successful deployment'}). Give one with \`to\`.`,
      'no-known-good',
    )
  }
  if (chosen.taskDefinition !== service.taskDefinition) return { kind: 'deploy', target: chosen }
  return { kind: 'nothing', why: `The service runs ${chosen.taskDefinition} already.` }
}

/** How the service gets back, found out before anything is changed. Whatever is wrong here ends the run `refused`. */
import {
  findProvenBefore,
  finishedDeployment,
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
  if (isRollingBack(history)) return waitForEcs(base, inputs, tools)
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
  const source = inputs.to === 'previous' && ongoing && (await sourceOf(ongoing, ports))
  const isSourceBad = source && (await isRejected(source, ports))
  if (ongoing && source && isSourceBad && (await wasGood(current, history, ports))) {
    return join(base, ongoing, source)
  }
  if (ongoing && source && !isSourceBad) {
    const knownGood = { chosen: source, passedOver: [] }
    return { ...base, knownGood, way: { kind: 'stop', identity: ongoing, target: source } }
  }
  if (ongoing) tools.journal.caveat(`${ongoing.deploymentId} was under way and is replaced.`)
  const knownGood = await chooseTarget(inputs.to, service, current, history, tools)
  return { ...base, knownGood, way: wayTo(knownGood, service) }
}

const isRollingBack = (history: History): boolean =>
  (history ?? []).some((each) => /^ROLLBACK_(REQUESTED|IN_PROGRESS)$/.test(each.status))

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

/** What ran before the deployment under way: that is where ECS goes back to. */
async function sourceOf(
  { serviceDeployment }: DeploymentIdentity,
  ports: Ports,
): Promise<KnownGood | undefined> {
  if (serviceDeployment === undefined) return undefined
  const sources = (await ports.deployments.serviceDeployment(serviceDeployment))?.sources ?? []
  const revisions = await ports.deployments.revisions(sources.map((each) => each.revision))
  const source = revisions[0]
  return (
    source && {
      taskDefinition: source.taskDefinition,
      revision: source.arn,
      isCurrent: true,
      because: 'it ran before the deployment that is under way',
    }
  )
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

/** How the service gets back, found out before anything is changed. Whatever is wrong here ends the run `refused`. */
import {
  findProvenBefore,
  finishedDeployment,
  ongoingDeployment,
  prepareTriggers,
  readCheckedService,
  readHistory,
  Refusal,
  servingGroups,
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
import { readTriggers } from '@ecs-pipeline/trigger-file'
import type { RollbackInputs } from './inputs.ts'
import { chooseTarget } from './target.ts'
import type { RunTools } from '@ecs-pipeline/reporting'

export interface RollbackPlan {
  readonly service: ServiceView
  readonly current: TaskDefinitionView
  /** Where the way back leads. */
  readonly knownGood: KnownGoodChoice
  readonly triggers: PreparedTriggers | undefined
  readonly way: Way
}

export type Way =
  /** A deployment is under way: ECS takes it back to what ran before it. */
  | { readonly kind: 'stop'; readonly identity: DeploymentIdentity; readonly target: KnownGood }
  /** A deployment of the revision gone back to. */
  | { readonly kind: 'deploy'; readonly target: KnownGood }
  /** Watch the present revision, and go back when a trigger breaches. */
  | {
      readonly kind: 'watch'
      readonly identity: DeploymentIdentity
      readonly triggers: PreparedTriggers
    }
  | { readonly kind: 'nothing'; readonly why: string }

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
  if (ongoing && source) {
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

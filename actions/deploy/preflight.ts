/** Everything that can be found out before anything is changed. Whatever is wrong here ends the run `refused`. */
import {
  findKnownGood,
  findProvenBefore,
  finishedDeployment,
  ongoingDeployment,
  prepareTriggers,
  readCheckedService,
  readHistory,
  Refusal,
  servingGroups,
  VERDICT_TAG,
  waitForTurn,
  withStopTarget,
  type DefinitionChange,
  type DeploymentIdentity,
  type History,
  type KnownGoodChoice,
  type Ports,
  type PreparedTriggers,
  type ServiceView,
  type ShiftPlan,
  type TargetGroupArn,
  type TaskDefinitionView,
  type TriggerPlan,
} from '@ecs-pipeline/rollout'
import { diffDefinitions } from '@ecs-pipeline/reporting'
import { readTriggers } from '@ecs-pipeline/trigger-file'
import { caveatsWithoutCodeDeploy, withoutSettings } from './codedeploy/inputs.ts'
import type { PinnedImages } from './container-images.ts'
import { hasEdits } from './definition-edits.ts'
import { namesDefinition } from './definition-source.ts'
import type { DeployInputs, ServiceInputs } from './inputs.ts'
import { checkNotOlder } from './older-run.ts'
import { planDefinition } from './plan-definition.ts'
import { planStrategy } from './plan-strategy.ts'
import { probe, sayChanges, sayWhereToGoBack } from './preflight-notes.ts'
import { hasSettings, settingsToSend, type ServiceSettings } from './service-settings.ts'
import type { DeployTools } from './tools.ts'

export interface Plan {
  readonly service: ServiceView
  readonly history: History
  readonly current: TaskDefinitionView
  readonly pinned: PinnedImages
  readonly changes: readonly DefinitionChange[]
  readonly knownGood: KnownGoodChoice
  readonly triggers: PreparedTriggers | undefined
  readonly shift: ShiftPlan
  /** The target groups that users are on now. */
  readonly serving: readonly TargetGroupArn[]
  /** How long the completed deployment is watched on, in milliseconds. */
  readonly bake: number
  /** A revision that has the same content already: the current one, or the one that was asked for by name. */
  readonly reuse: TaskDefinitionView | undefined
  readonly desiredCount: number
  /** What UpdateService is told beside the task definition. */
  readonly settings: ServiceSettings
  readonly next: NextStep
}

export type NextStep =
  /** Begin a deployment. */
  | { readonly kind: 'deploy' }
  /** What runs is what was asked for, complete, healthy and proven. */
  | { readonly kind: 'nothing' }
  /** What was asked for is on its way, or has arrived and was not proven: see it to its end. */
  | { readonly kind: 'take-up'; readonly identity: DeploymentIdentity }

export async function preflight(given: ServiceInputs, tools: DeployTools): Promise<Plan> {
  const triggerPlan = await readTriggers(given, tools.workspace)
  const found = await readCheckedService(tools.ports, given, ['ECS', 'CODE_DEPLOY'])
  const inputs = inputsFor(found, given, tools)
  const underWay = await readUnderWay(found, inputs, tools)
  if (underWay) {
    const plan = await planFor(inputs, triggerPlan, found, underWay, tools)
    const isWanted = plan.reuse === plan.current || !asksForContent(inputs)
    if (isWanted && hasSettings(found, plan.settings)) {
      return takeUpOngoing(plan, underWay.identity, tools)
    }
  }
  const turn = await waitForTurn(found, inputs, tools)
  const { service } = turn
  const plan = await planFor(inputs, triggerPlan, service, turn, tools)
  if (inputs.olderRun === 'refuse') checkNotOlder(plan.current, tools.origin)
  await probe(service, tools)
  const next = chooseNext(inputs, plan, turn.history)
  if (next.kind === 'take-up') return takeUpFinished(plan, next, tools)
  if (next.kind === 'deploy') sayChanges(plan.changes, tools)
  if (next.kind === 'nothing') {
    tools.journal.progress(`nothing to do: ${service.taskDefinition} is exactly this`)
  }
  return { ...plan, next }
}

/** What does nothing to a service of that controller is left out, and said. */
function inputsFor(
  { controller }: ServiceView,
  given: ServiceInputs,
  { journal }: DeployTools,
): ServiceInputs {
  const isByCodeDeploy = controller === 'CODE_DEPLOY'
  const { inputs, caveats } = isByCodeDeploy
    ? withoutSettings(given)
    : { inputs: given, caveats: caveatsWithoutCodeDeploy(given) }
  for (const caveat of caveats) journal.caveat(caveat)
  return { ...inputs, service: given.service }
}

/** A deployment under way that this run may take up, instead of waiting for its end. */
async function readUnderWay(
  service: ServiceView,
  inputs: DeployInputs,
  tools: DeployTools,
): Promise<{ identity: DeploymentIdentity; history: History } | undefined> {
  const isQuiet = service.deployments.every((each) => each.rolloutState === 'COMPLETED')
  if (isQuiet || inputs.forceNewDeployment || (!inputs.attach && !asksForContent(inputs))) {
    return undefined
  }
  const history = await readHistory(tools)
  const identity = ongoingDeployment(service, history)
  return identity && { identity, history }
}

const asksForContent = (inputs: DeployInputs): boolean =>
  namesDefinition(inputs) || inputs.images.length > 0 || hasEdits(inputs.edits)

async function takeUpOngoing(
  plan: Plan,
  identity: DeploymentIdentity,
  tools: DeployTools,
): Promise<Plan> {
  tools.journal.progress(`taking up ${identity.deploymentId}, which is under way already`)
  const knownGood = await withStopTarget(plan.knownGood, identity, tools.ports)
  return { ...plan, knownGood, next: { kind: 'take-up', identity } }
}

/** What the present revision did until now is what it is judged by, so its baseline lies before it. */
async function takeUpFinished(
  plan: Plan,
  next: Extract<NextStep, { kind: 'take-up' }>,
  tools: DeployTools,
): Promise<Plan> {
  tools.journal.progress(
    `${plan.current.arn} runs already, but no run has seen its bake to the end: watching it now`,
  )
  const { createdAt } = next.identity
  const knownGood = await findProvenBefore(tools.ports, plan.service, plan.history)
  const triggers =
    plan.triggers && (await prepareTriggers(plan.triggers.plan, plan.serving, createdAt, tools))
  return { ...plan, knownGood, triggers, next }
}

async function planFor(
  inputs: DeployInputs,
  triggerPlan: TriggerPlan | undefined,
  service: ServiceView,
  { history, identity }: { readonly history: History; readonly identity?: DeploymentIdentity },
  tools: DeployTools,
): Promise<Plan> {
  const { ports, clock } = tools
  const desiredCount = await checkDesiredCount(inputs, service, ports)
  const current = await ports.taskDefinitions.describe(service.taskDefinition)
  const served = service.loadBalancers.map((each) => each.containerName)
  const { pinned, reuse } = await planDefinition(inputs, current, served, tools)
  const knownGood = await findKnownGood(ports, service, history, current)
  sayWhereToGoBack(knownGood, tools)
  const moment = identity?.createdAt ?? clock.now()
  const bakeMinutes = triggerPlan?.bakeMinutes ?? inputs.bakeMinutes ?? 0
  const shift = planStrategy(inputs, service, triggerPlan, bakeMinutes)
  const serving = await servingGroups(service, ports)
  const triggers = triggerPlan && (await prepareTriggers(triggerPlan, serving, moment, tools))
  return {
    service,
    history,
    current,
    pinned,
    changes: reuse === current ? [] : diffDefinitions(current.document, pinned.document),
    knownGood,
    triggers,
    shift,
    serving,
    bake: desiredCount === 0 ? 0 : bakeMinutes * 60_000,
    reuse,
    desiredCount,
    settings: settingsToSend(inputs.settings, service, pinned.document),
    next: { kind: 'deploy' },
  }
}

function chooseNext(inputs: DeployInputs, plan: Plan, history: History): NextStep {
  const isGood = plan.knownGood.chosen?.isCurrent === true
  const onlyAttaches = inputs.attach && !asksForContent(inputs)
  if (onlyAttaches && !isGood) {
    const why = plan.knownGood.passedOver[0]?.why ?? 'it was not proven good'
    throw new Refusal(
      `attach: no deployment of ${plan.service.name} is under way, and what runs is not good: ${why}. Give an \`image\` or a \`task-definition\` to deploy.`,
    )
  }
  const isSame =
    isGood &&
    (onlyAttaches || plan.reuse === plan.current) &&
    !inputs.forceNewDeployment &&
    plan.desiredCount === plan.service.desiredCount &&
    hasSettings(plan.service, plan.settings) &&
    !wasAskedForUnpinned(inputs, plan.pinned)
  if (!isSame) return { kind: 'deploy' }
  // A run that died in its bake leaves a revision that runs and was never proven.
  const isProven = plan.bake === 0 || plan.current.tags[VERDICT_TAG] === 'verified'
  const identity = isProven ? undefined : finishedDeployment(plan.service, history)
  return identity ? { kind: 'take-up', identity } : { kind: 'nothing' }
}

async function checkDesiredCount(
  inputs: DeployInputs,
  service: ServiceView,
  ports: Ports,
): Promise<number> {
  if (inputs.desiredCount !== undefined && inputs.desiredCount !== service.desiredCount) {
    const bounds = await ports.scaling.bounds()
    if (bounds) {
      throw new Refusal(
        `desired-count: Application Auto Scaling sets the desired count of ${service.name} (between ${bounds.minimum} and ${bounds.maximum}; now ${service.desiredCount}). Remove the input, or change the scalable target.`,
      )
    }
  }
  const desiredCount = inputs.desiredCount ?? service.desiredCount
  if (desiredCount === 0 && !inputs.allowIdle) {
    throw new Refusal(
      `service: the desired count of ${service.name} is 0, so nothing would be started and nothing proven. Scale it up, set \`desired-count\`, or set \`allow-idle: true\` to update it all the same.`,
    )
  }
  return desiredCount
}

/** A tag that could not be resolved may name something new, although the text is the same. */
function wasAskedForUnpinned(inputs: DeployInputs, pinned: PinnedImages): boolean {
  return inputs.images.length > 0 && pinned.unpinned.length > 0
}

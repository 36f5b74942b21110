/** Everything that can be found out before anything is changed. Whatever is wrong here ends the run `refused`. */
import {
  findKnownGood,
  NotFound,
  PortError,
  type KnownGoodChoice,
  type Ports,
  type ServiceView,
  type TaskDefinitionDocument,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'
import { unknownMembers } from '@ecs-pipeline/aws'
import { pinImages, withImages, type PinnedImages } from './container-images.ts'
import type { DeployInputs } from './inputs.ts'
import { Refusal } from './refusal.ts'
import { isSameDefinition } from './same-definition.ts'
import { isFileName, readTaskDefinitionFile } from './task-definition-file.ts'
import type { DeployTools } from './tools.ts'
import { waitForTurn } from './turn.ts'

export interface Plan {
  readonly service: ServiceView
  readonly current: TaskDefinitionView
  readonly pinned: PinnedImages
  readonly knownGood: KnownGoodChoice
  /** The new revision would be what runs already, complete and healthy. */
  readonly isUnchanged: boolean
  /** A revision that has the same content already: the current one, or the one that was asked for by name. */
  readonly reuse: TaskDefinitionView | undefined
  readonly desiredCount: number
}

export async function preflight(inputs: DeployInputs, tools: DeployTools): Promise<Plan> {
  const { ports, journal } = tools
  const found = await readService(inputs, ports)
  checkService(found)
  const { service, history } = await waitForTurn(found, inputs, tools)
  const desiredCount = await checkDesiredCount(inputs, service, ports)
  const current = await ports.taskDefinitions.describe(service.taskDefinition)
  const base = await chooseDefinition(inputs, current, tools)
  const loadBalanced = service.loadBalancers.map((each) => each.containerName)
  const chosen = withImages(base.document, inputs.images, loadBalanced)
  const pinned = await pinImages(chosen, ports.images)
  warnOfUnpinned(pinned, tools)
  warnOfUnknownMembers(pinned, tools)
  const knownGood = await findKnownGood(ports, service, history)
  sayWhereToGoBack(knownGood, tools)
  await probe(service, tools)
  const reuse = [current, base.revision].find(
    (each) => each?.status === 'ACTIVE' && isSameDefinition(pinned.document, each.document),
  )
  const isUnchanged =
    reuse === current &&
    knownGood.chosen?.isCurrent === true &&
    !inputs.forceNewDeployment &&
    desiredCount === service.desiredCount &&
    !wasAskedForUnpinned(inputs, pinned)
  if (isUnchanged) journal.progress(`nothing to do: ${service.taskDefinition} is exactly this`)
  return { service, current, pinned, knownGood, isUnchanged, reuse, desiredCount }
}

async function readService(inputs: DeployInputs, ports: Ports): Promise<ServiceView> {
  try {
    return await ports.deployments.service()
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    throw new Refusal(
      `service: ${error.message} Check \`cluster\` (${inputs.cluster}), \`service\` (${inputs.service}) and the region of the credentials.`,
      'input',
      { cause: error },
    )
  }
}

function checkService(service: ServiceView): void {
  if (service.status !== 'ACTIVE') {
    throw new Refusal(
      `service: ${service.name} is ${service.status}; only an ACTIVE service can be deployed to.`,
    )
  }
  if (service.managedByEcs) {
    throw new Refusal(
      `service: ${service.name} is an Express mode service: ECS itself manages its resources. Use the Express mode APIs for it.`,
    )
  }
  if (service.controller !== 'ECS') {
    throw new Refusal(
      `service: ${service.name} has the deployment controller ${service.controller}; this action deploys to services with the controller ECS.`,
    )
  }
  if (service.strategy !== 'ROLLING') {
    throw new Refusal(
      `service: ${service.name} has the deployment strategy ${service.strategy}; this version watches ROLLING deployments only.`,
    )
  }
  if (service.schedulingStrategy !== 'REPLICA') {
    throw new Refusal(
      `service: ${service.name} is a ${service.schedulingStrategy} service; this version deploys to REPLICA services only.`,
    )
  }
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

/** What the images are put into; `revision` when it is registered already. */
interface Base {
  readonly document: TaskDefinitionDocument
  readonly revision: TaskDefinitionView | undefined
}

async function chooseDefinition(
  inputs: DeployInputs,
  current: TaskDefinitionView,
  tools: DeployTools,
): Promise<Base> {
  const name = inputs.taskDefinition
  if (name === undefined) return { document: current.document, revision: current }
  if (isFileName(name)) {
    return { document: await readTaskDefinitionFile(name, tools.workspace), revision: undefined }
  }
  try {
    const revision = await tools.ports.taskDefinitions.describe(name)
    return { document: revision.document, revision }
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    throw new Refusal(
      `task-definition: ${error.message} Give a family, family:revision or an ARN, or a file that ends in .json, .yml or .yaml.`,
      'input',
      { cause: error },
    )
  }
}

function warnOfUnpinned(pinned: PinnedImages, tools: DeployTools): void {
  if (pinned.unpinned.length === 0) return
  tools.journal.caveat(
    `The image of ${pinned.unpinned.join(', ')} is not in ECR, so it could not be pinned by digest, and what runs could not be proven.`,
  )
}

function warnOfUnknownMembers(pinned: PinnedImages, tools: DeployTools): void {
  const unknown = unknownMembers(pinned.document)
  if (unknown.length === 0) return
  tools.journal.caveat(
    `The task definition has members that this version does not know; they are sent as they are: ${unknown.join(', ')}.`,
  )
}

/** A tag that could not be resolved may name something new, although the text is the same. */
function wasAskedForUnpinned(inputs: DeployInputs, pinned: PinnedImages): boolean {
  return inputs.images.length > 0 && pinned.unpinned.length > 0
}

function sayWhereToGoBack(choice: KnownGoodChoice, tools: DeployTools): void {
  if (choice.chosen) {
    tools.journal.progress(
      `if this goes wrong: back to ${choice.chosen.taskDefinition} (${choice.chosen.because})`,
    )
    return
  }
  const why = choice.passedOver.map((each) => `${each.taskDefinition}: ${each.why}`).join('; ')
  tools.journal.caveat(
    `There is no revision to go back to if this deployment fails (${why || 'the service has no history'}).`,
  )
}

/** Finds out now which optional permissions are missing, instead of in the middle of a failure. */
async function probe(service: ServiceView, tools: DeployTools): Promise<void> {
  const groups = service.loadBalancers.map((each) => each.targetGroupArn)
  const probes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['Target health cannot be read', () => tools.ports.targets.health(groups)],
    ['Tasks cannot be read, so failures cannot be explained', () => tools.ports.tasks.running()],
  ]
  for (const [caveat, ask] of probes.slice(groups.length === 0 ? 1 : 0)) {
    try {
      await ask()
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      tools.journal.caveat(`${caveat}: ${error.message}`)
    }
  }
}

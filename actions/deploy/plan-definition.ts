/** Which task definition is to be deployed: read, changed as the inputs say, its images by digest. */
import { Refusal, type TaskDefinitionView } from '@ecs-pipeline/rollout'
import { applyEdits, checkVariables } from './apply-edits.ts'
import { pinImages, withImages, type PinnedImages } from './container-images.ts'
import { hasEdits } from './definition-edits.ts'
import { readBase } from './definition-source.ts'
import type { DeployInputs } from './inputs.ts'
import { warnOfImages } from './preflight-notes.ts'
import { isSameDefinition } from './same-definition.ts'
import { checkVolumes } from './service-settings.ts'
import type { DeployTools } from './tools.ts'

export interface DefinitionPlan {
  readonly pinned: PinnedImages
  /** A revision that has the same content already: the current one, or the one that was asked for by name. */
  readonly reuse: TaskDefinitionView | undefined
}

/** `current`: what the service runs; `served`: the containers that its load balancers send to. */
export async function planDefinition(
  inputs: DeployInputs,
  current: TaskDefinitionView | undefined,
  served: readonly string[],
  tools: DeployTools,
): Promise<DefinitionPlan> {
  const base = await readBase(inputs, current, tools)
  const edited = applyEdits(withImages(base.document, inputs.images, served), inputs.edits, served)
  checkVariables(edited)
  checkVolumes(edited, inputs.settings)
  const pinned = await pinImages(edited, tools.ports.images)
  if (isTakenAsItIs(inputs)) return asItIs(base.revision, current, pinned, tools)
  warnOfImages(pinned, tools)
  const reuse = [current, base.revision].find(
    (each) => each?.status === 'ACTIVE' && isSameDefinition(pinned.document, each.document),
  )
  return { pinned, reuse }
}

/** A known revision in which nothing is to be changed: nothing is registered, not even to write its images by digest. */
export const isTakenAsItIs = ({ taskDefinitionArn, images, edits }: DeployInputs): boolean =>
  taskDefinitionArn !== undefined && images.length === 0 && !hasEdits(edits)

function asItIs(
  revision: TaskDefinitionView | undefined,
  current: TaskDefinitionView | undefined,
  pinned: PinnedImages,
  tools: DeployTools,
): DefinitionPlan {
  if (!revision) throw new Error('A revision that was not read was to be taken as it is.')
  if (revision.status !== 'ACTIVE') {
    throw new Refusal(
      `task-definition-arn: ${revision.arn} is ${revision.status}; ECS starts ACTIVE revisions only.`,
    )
  }
  const asWritten = { ...pinned, document: revision.document }
  warnOfImages(asWritten, tools)
  return { pinned: asWritten, reuse: revision.arn === current?.arn ? current : revision }
}

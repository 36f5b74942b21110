/** Brings the image into the registry under its first tag, by whichever way the user has chosen. */
import type { RegistryLogin, Repository, StoredImage, TagPlan } from '@ecs-pipeline/image'
import type { BuiltImage } from '@ecs-pipeline/registry'
import { buildAndPush } from './docker/build-and-push.ts'
import { Ending } from './ending.ts'
import { findExisting } from './existing.ts'
import type { PushInputs } from './inputs.ts'
import { labelsOf } from './labels.ts'
import { pushBuilt } from './push-built.ts'
import type { Facts } from './report.ts'
import type { Tools } from './tools.ts'

/** ECR shows an image some seconds after it took it. Milliseconds. */
const APPEARS_WITHIN = 30_000

export interface Making {
  readonly plan: TagPlan
  readonly login: RegistryLogin
  readonly repository: Repository
  readonly facts: Facts
  /** By another tool. */
  readonly built: BuiltImage | undefined
}

/** Builds and pushes; answers with what the registry has afterwards, which is the only witness. */
export async function makeImage(
  inputs: PushInputs,
  { plan, login, repository, facts, built }: Making,
  tools: Tools,
): Promise<StoredImage> {
  const where = `${repository.name}:${plan.primary}`
  const order = { login, repository: repository.name, tag: plan.primary }
  const pushed = built
    ? await pushBuilt(built, order, tools)
    : await buildAndPush({ ...order, inputs, labels: labelsOf(tools.context, facts) }, tools)
  const image = await appeared(plan.primary, tools)
  if (!image) {
    throw new Ending('push-failed', `${where} was pushed, and the registry does not show it.`, [
      'Run again.',
    ])
  }
  if (pushed.kind === 'tag-taken') {
    // Another run of the same commit was faster, most often. Then its image is as good.
    const again = await findExisting(inputs, { plan, sha: facts.commit ?? '', repository }, tools)
    if (again) {
      facts.reused = true
      return again
    }
    throw new Ending(
      'push-failed',
      `${where} was given to another image (${image.digest}) meanwhile.`,
    )
  }
  if (pushed.digest !== undefined && pushed.digest !== image.digest) {
    throw new Ending(
      'push-failed',
      `${where} is ${image.digest} in the registry, and ${pushed.digest} was pushed: somebody else pushed the same tag.`,
      ['Make the tags of the repository immutable.'],
    )
  }
  return image
}

async function appeared(
  tag: string,
  { registry, clock, signal }: Tools,
): Promise<StoredImage | undefined> {
  const began = clock.now()
  for (;;) {
    const image = await registry.image({ tag })
    if (image || clock.now() - began >= APPEARS_WITHIN || signal.aborted) return image
    await clock.sleep(2000, signal)
  }
}

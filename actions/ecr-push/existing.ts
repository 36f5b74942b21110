/** What to do about an image that has the tag of this commit already: a run that is repeated, most often. */
import { PortError } from '@ecs-pipeline/rollout'
import {
  BadManifest,
  mayMove,
  readManifest,
  type Repository,
  type StoredImage,
  type TagPlan,
} from '@ecs-pipeline/image'
import { refused } from './ending.ts'
import type { PushInputs } from './inputs.ts'
import type { Tools } from './tools.ts'

/** OCI image specification, 'Pre-Defined Annotation Keys'. */
export const REVISION_LABEL = 'org.opencontainers.image.revision'

/** The image to use instead of building one; `undefined` when there is none, or it is to be built anew. */
export async function findExisting(
  inputs: PushInputs,
  {
    plan,
    sha,
    repository,
  }: { readonly plan: TagPlan; readonly sha: string; readonly repository: Repository },
  tools: Tools,
): Promise<StoredImage | undefined> {
  const image = await tools.registry.image({ tag: plan.primary })
  const where = `${repository.name}:${plan.primary}`
  if (!image) {
    await checkOtherTags(plan, undefined, repository, tools)
    return undefined
  }
  if (inputs.ifExists === 'fail') {
    throw refused(
      `${where} exists already (${image.digest}), and if-exists is fail.`,
      'Set `if-exists: reuse` to go on with it.',
    )
  }
  if (inputs.ifExists === 'rebuild') {
    if (!mayMove(repository, plan.primary)) {
      throw refused(
        `${where} exists already (${image.digest}), its tag is immutable, and if-exists is rebuild.`,
        'Set `if-exists: reuse`, or give the image another tag, for example with `raw:`.',
      )
    }
    return undefined
  }
  await checkCommit(image, sha, where, tools)
  await checkOtherTags(plan, image, repository, tools)
  return image
}

/** A tag such as `1.2.3` may have been given to another commit; that of a commit can only be its own. */
async function checkCommit(
  image: StoredImage,
  sha: string,
  where: string,
  { registry, log }: Tools,
): Promise<void> {
  const revision = await revisionOf(image, registry).catch((error: unknown) => {
    if (!(error instanceof PortError) && !(error instanceof BadManifest)) throw error
    log.caveat(`Which commit ${where} was built from could not be read: ${error.message}`)
    return undefined
  })
  if (revision === undefined || revision === sha) return
  throw refused(
    `${where} exists already, and was built from commit ${revision}, not from ${sha}.`,
    'Give this commit another tag, or a new version.',
  )
}

/** The commit that the image says it was built from; of an index, its first platform. */
async function revisionOf(
  image: StoredImage,
  registry: Tools['registry'],
): Promise<string | undefined> {
  const content = readManifest(image.manifest, image.mediaType)
  if (content.isIndex) {
    const [first] = content.platforms
    const child = first && (await registry.image({ digest: first.digest }))
    return child && revisionOf(child, registry)
  }
  if (content.config === undefined) return undefined
  const config = (await registry.json(content.config)) as ImageConfiguration | null
  const revision = config?.config?.Labels?.[REVISION_LABEL]
  return typeof revision === 'string' ? revision : undefined
}

/** OCI image configuration, what is read of it. */
interface ImageConfiguration {
  readonly config?: { readonly Labels?: Readonly<Record<string, unknown>> | null } | null
}

/** A tag that stays must not name another image; told now, not after ten minutes of building. */
async function checkOtherTags(
  { others }: TagPlan,
  image: StoredImage | undefined,
  repository: Repository,
  { registry }: Tools,
): Promise<void> {
  for (const { tag, moves } of others) {
    if (moves) continue
    const other = await registry.image({ tag })
    if (!other || other.digest === image?.digest || mayMove(repository, tag)) continue
    throw refused(
      `${repository.name}:${tag} exists already as ${other.digest}, its tag is immutable, and this image is another one.`,
      'Give it a tag that is not taken, for example by a new version.',
    )
  }
}

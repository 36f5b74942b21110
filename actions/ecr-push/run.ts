/** The story of one image: from the inputs to a digest that may be deployed, or the reason why there is none. */
import { PortError } from '@ecs-pipeline/rollout'
import {
  BadManifest,
  planTags,
  readManifest,
  runnable,
  versionText,
  type Exception,
  type ImageContent,
  type RegistryLogin,
  type Repository,
  type StoredImage,
  type TagPlan,
} from '@ecs-pipeline/image'
import type { BuiltImage } from '@ecs-pipeline/registry'
import { InputError } from '@ecs-pipeline/action-kit'
import { commitOf } from './commit.ts'
import { checkSecrets } from './docker/build-secrets.ts'
import { platformsOf } from './docker/build-arguments.ts'
import { buildAndPush } from './docker/build-and-push.ts'
import { Ending, refused } from './ending.ts'
import { findExisting } from './existing.ts'
import { findVersion } from './find-version.ts'
import { readIgnoreFile } from './ignore-file.ts'
import type { PushInputs } from './inputs.ts'
import { labelsOf } from './labels.ts'
import type { Facts, ImageReport } from './report.ts'
import { openBuilt, pushBuilt } from './push-built.ts'
import { openRepository } from './repository.ts'
import { scanImage } from './scan.ts'
import { setTags } from './set-tags.ts'
import type { Tools } from './tools.ts'
import { checkTrivy } from './trivy.ts'

/** ECR shows an image some seconds after it took it. Milliseconds. */
const APPEARS_WITHIN = 30_000

/** Always ends in a report. `caveats` is what {@link Tools.log} was told meanwhile. */
export async function run(
  inputs: PushInputs,
  tools: Tools,
  caveats: readonly string[],
): Promise<ImageReport> {
  const startedAt = tools.clock.now()
  const facts: Facts = { reused: false, tags: [], scanResult: 'not-reached' }
  const ending = await push(inputs, facts, tools).then(
    () => undefined,
    (error: unknown) => endingOf(error, facts, tools),
  )
  const { imageVersion, ...rest } = facts
  return {
    version: 1,
    action: 'ecr-push',
    outcome: ending?.outcome ?? (facts.reused ? 'reused' : 'pushed'),
    passed: ending === undefined,
    reason: ending?.message ?? reasonOf(facts, inputs),
    next: ending?.next ?? [],
    caveats,
    startedAt,
    finishedAt: tools.clock.now(),
    repository: undefined,
    commit: undefined,
    plan: undefined,
    digest: undefined,
    content: undefined,
    bytes: undefined,
    scan: undefined,
    ...rest,
    imageVersion: imageVersion && versionText(imageVersion),
  }
}

function reasonOf({ reused, scan }: Facts, { origin }: PushInputs): string {
  const first = reused
    ? 'The image of this commit was in the registry already, and is used as it is.'
    : `The image was ${origin.kind === 'build' ? 'built and ' : ''}pushed.`
  return scan ? `${first} ${scan.verdict.reason}` : first
}

/** A denied call, a registry that does not answer: the run knows what it has done until then. */
function endingOf(error: unknown, { digest }: Facts, { signal }: Tools): Ending {
  if (error instanceof Ending) return error
  if (error instanceof InputError) return new Ending('refused', error.problems.join('\n'))
  if (signal.aborted) return new Ending('cancelled', 'The run was cancelled.', [], error)
  if (error instanceof PortError || error instanceof BadManifest) {
    const outcome = digest === undefined ? 'refused' : 'failed'
    return new Ending(outcome, error.message, ['Run again; what was pushed is used again.'], error)
  }
  throw error
}

async function push(inputs: PushInputs, facts: Facts, tools: Tools): Promise<void> {
  const { registry, log } = tools
  // Nothing is changed until all of this is known to be right.
  const exceptions = await readIgnoreFile(inputs.scanIgnore, tools.context.workspace)
  checkExpired(inputs, exceptions, tools.clock.now())
  const plan = await planOf(inputs, facts, tools)
  const built = await openBuilt(inputs.origin, tools)
  await checkSecrets(inputs, tools)
  if (inputs.scan === 'trivy') await checkTrivy(tools)
  const login = await registry.login()
  log.mask(login.password)
  const repository = await openRepository(inputs, plan, tools)
  facts.repository = repository

  const sha = facts.commit ?? ''
  const existing = await findExisting(inputs, { plan, sha, repository }, tools)
  if (existing) log.say(`${repository.name}:${plan.primary} is there already: ${existing.digest}`)
  facts.reused = existing !== undefined
  const image = existing ?? (await make(inputs, { plan, login, repository, facts, built }, tools))
  const content = checkContent(image, inputs)
  facts.digest = image.digest
  facts.content = content
  facts.tags.push({ tag: plan.primary, result: existing ? 'already' : 'pushed' })

  await judge(inputs, { facts, exceptions, repository, image, content, login }, tools)
  // Nothing that anybody follows names an image that was not good.
  await setTags(image, plan, repository, facts, tools)
  const details = await registry.details(image.digest).catch((error: unknown) => {
    if (!(error instanceof PortError)) throw error
    log.caveat(`The size of the image could not be read: ${error.message}`)
    return undefined
  })
  const bytes = details?.bytes ?? content.bytes
  if (bytes !== undefined) facts.bytes = bytes
}

/** Told before anything is built: somebody promised to look at it by that day. */
function checkExpired({ failOn }: PushInputs, exceptions: readonly Exception[], now: number): void {
  const expired = failOn === 'never' ? [] : exceptions.filter(({ until }) => now >= until)
  if (expired.length === 0) return
  const lines = expired.map(
    ({ id, expires, where }) => `The exception for ${id} expired on ${expires} (${where}).`,
  )
  throw refused(
    lines.join(' '),
    'Look at it again: mend the finding, or give the exception a new day and a reason.',
  )
}

async function planOf(inputs: PushInputs, facts: Facts, tools: Tools): Promise<TagPlan> {
  const commit = commitOf(tools.context)
  facts.commit = commit.sha
  const version = await findVersion(commit, inputs.version, tools)
  if (version) facts.imageVersion = version
  const planned = planTags(inputs.tags, commit, version)
  if ('problems' in planned)
    throw refused(planned.problems.map((each) => `tags: ${each}`).join('\n'))
  for (const silent of planned.plan.silent) tools.log.say(`tags: ${silent}`)
  facts.plan = planned.plan
  return planned.plan
}

interface Making {
  readonly plan: TagPlan
  readonly login: RegistryLogin
  readonly repository: Repository
  readonly facts: Facts
  /** By another tool. */
  readonly built: BuiltImage | undefined
}

/** Builds and pushes; answers with what the registry has afterwards, which is the only witness. */
async function make(
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

/** An image that nothing can run, or that lacks a platform, is found by a task that does not start, otherwise. */
function checkContent(image: StoredImage, inputs: PushInputs): ImageContent {
  const content = readManifest(image.manifest, image.mediaType)
  if (runnable(image.digest, content).length === 0) {
    throw new Ending('failed', `${image.digest} is an index without an image that can run.`)
  }
  const has = content.platforms.map(({ platform }) => platform)
  const lacks = content.isIndex
    ? platformsOf(inputs).filter(
        (wanted) => !has.some((each) => each === wanted || each.startsWith(`${wanted}/`)),
      )
    : []
  if (lacks.length > 0) {
    throw new Ending(
      'failed',
      `${image.digest} has no image for ${lacks.join(', ')}, only for ${has.join(', ')}.`,
    )
  }
  return content
}

interface Judging {
  readonly facts: Facts
  readonly exceptions: readonly Exception[]
  readonly repository: Repository
  readonly image: StoredImage
  readonly content: ImageContent
  readonly login: RegistryLogin
}

async function judge(
  inputs: PushInputs,
  { facts, image, ...order }: Judging,
  tools: Tools,
): Promise<void> {
  facts.scanResult = 'unavailable'
  const scanned = await scanImage({ inputs, digest: image.digest, ...order }, tools)
  if (!scanned) {
    if (inputs.scan === 'none') facts.scanResult = 'skipped'
    return
  }
  facts.scan = scanned
  facts.scanResult = scanned.verdict.passed ? 'passed' : 'failed'
  for (const { id, where } of scanned.verdict.unused) {
    tools.log.caveat(`The exception for ${id} (${where}) is about nothing that was found.`)
  }
  if (scanned.verdict.passed) return
  throw new Ending('scan-failed', scanned.verdict.reason, [
    'Update the packages that have a fix, or the base image.',
    'What nobody can mend now may stand in the file of `scan-ignore`, with a reason and a last day.',
  ])
}

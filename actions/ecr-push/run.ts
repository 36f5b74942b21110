/** The story of one image: from the inputs to a digest that may be deployed, or the reason why there is none. */
import { PortError } from '@ecs-pipeline/rollout'
import {
  BadManifest,
  planTags,
  versionText,
  type Exception,
  type ImageContent,
  type RegistryLogin,
  type Repository,
  type StoredImage,
  type TagPlan,
} from '@ecs-pipeline/image'
import { InputError } from '@ecs-pipeline/action-kit'
import { checkContent } from './check-content.ts'
import { commitOf } from './commit.ts'
import { checkSecrets } from './docker/build-secrets.ts'
import { Ending, refused } from './ending.ts'
import { findExisting } from './existing.ts'
import { findVersion } from './find-version.ts'
import { checkExpired, readIgnoreFile } from './ignore-file.ts'
import type { PushInputs } from './inputs.ts'
import { makeImage } from './make-image.ts'
import type { Facts, ImageReport } from './report.ts'
import { openBuilt } from './push-built.ts'
import { openRepository } from './repository.ts'
import { scanImage } from './scan.ts'
import { setTags } from './set-tags.ts'
import type { Tools } from './tools.ts'
import { checkTrivy } from './trivy.ts'

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
  const image =
    existing ?? (await makeImage(inputs, { plan, login, repository, facts, built }, tools))
  const content = checkContent(image, inputs)
  facts.digest = image.digest
  facts.content = content
  facts.tags.push({ tag: plan.primary, result: existing ? 'already' : 'pushed' })

  await judge(inputs, { facts, exceptions, repository, image, content, login }, tools)
  // Nothing that anybody follows names an image that was not good.
  await setTags(image, plan, facts, tools)
  const size = await registry.size(image.digest).catch((error: unknown) => {
    if (!(error instanceof PortError)) throw error
    log.caveat(`The size of the image could not be read: ${error.message}`)
    return undefined
  })
  const bytes = size ?? content.bytes
  if (bytes !== undefined) facts.bytes = bytes
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

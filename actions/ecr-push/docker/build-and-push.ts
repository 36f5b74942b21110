/** Builds an image with the user's docker, and brings it into the registry under one tag. */
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { RegistryLogin } from '@ecs-pipeline/image'
import { PUSH_ADVICE } from '@ecs-pipeline/registry'
import { Ending, refused } from '../ending.ts'
import type { PushInputs } from '../inputs.ts'
import type { Tools } from '../tools.ts'
import { buildArguments, buildxArguments, beyond, type BuildPlan } from './build-arguments.ts'
import { explainBuild } from './build-failure.ts'
import type { Docker } from './docker.ts'
import { openDocker } from './docker.ts'
import { explainPush } from './push-failure.ts'

export interface BuildOrder {
  readonly inputs: PushInputs
  readonly login: RegistryLogin
  /** The name of the repository. */
  readonly repository: string
  readonly tag: string
  readonly labels: Readonly<Record<string, string>>
}

export type DockerPushed =
  /** What docker says that it pushed, where it says so: the registry has the last word. */
  | { readonly kind: 'pushed'; readonly digest: string | undefined }
  /** The tag was given to an image while this one was built. */
  | { readonly kind: 'tag-taken' }

/** Milliseconds before each new try. */
const PAUSES = [2000, 8000, 20_000]

/** Throws {@link Ending}. */
export async function buildAndPush(order: BuildOrder, tools: Tools): Promise<DockerPushed> {
  const docker = await openDocker(tools)
  const { builder } = docker
  const missing = beyond(builder, order.inputs)
  if (missing.length > 0) {
    throw refused(
      `This runner's docker has no buildx, which ${missing.join(', ')} ${missing.length === 1 ? 'needs' : 'need'}.`,
      'Put a step with docker/setup-buildx-action before this one.',
    )
  }
  await docker.login(order.login)
  const plan = planOf(order, tools)
  return builder === 'buildx'
    ? withBuildx(order, plan, docker, tools)
    : classic(order, plan, builder, docker, tools)
}

function planOf({ inputs, login, repository, tag, labels }: BuildOrder, tools: Tools): BuildPlan {
  const { workspace } = tools.context
  const inWorkspace = (path: string): string =>
    isAbsolute(path) || /^[a-z+]+:\/\//.test(path) ? path : join(workspace, path)
  return {
    image: `${login.host}/${repository}:${tag}`,
    repository: `${login.host}/${repository}`,
    labels,
    context: inWorkspace(inputs.context),
    file: inputs.file === undefined ? undefined : inWorkspace(inputs.file),
    metadataFile: join(tools.folder, 'build-metadata.json'),
  }
}

async function classic(
  order: BuildOrder,
  plan: BuildPlan,
  builder: Exclude<Docker['builder'], 'buildx'>,
  docker: Docker,
  tools: Tools,
): Promise<DockerPushed> {
  const { log, context } = tools
  const built = await log.group('docker build', () =>
    docker.run(buildArguments(order.inputs, plan, builder), {
      folder: context.workspace,
      onLine: log.say,
    }),
  )
  if (built.exitCode !== 0) throw buildFailed(built.lines)
  return tryPush(order, docker, tools, async () => {
    const end = await log.group('docker push', () =>
      docker.run(['push', plan.image], { onLine: log.say }),
    )
    if (end.exitCode !== 0) return end.lines
    return { digest: /digest: (sha256:[0-9a-f]{64})/.exec(end.stdout)?.[1] }
  })
}

/** Building again costs little: what was built is in the builder's cache. */
async function withBuildx(
  order: BuildOrder,
  plan: BuildPlan,
  docker: Docker,
  tools: Tools,
): Promise<DockerPushed> {
  const { log, context } = tools
  return tryPush(order, docker, tools, async () => {
    const end = await log.group('docker buildx build --push', () =>
      docker.run(buildxArguments(order.inputs, plan), {
        folder: context.workspace,
        onLine: log.say,
      }),
    )
    if (end.exitCode === 0) return { digest: await digestIn(plan.metadataFile) }
    if (!isPushing(end.lines)) throw buildFailed(end.lines)
    return end.lines
  })
}

/** BuildKit's last steps are `exporting to image` and `pushing …`: what fails there is no fault of the Dockerfile. */
const isPushing = (lines: readonly string[]): boolean =>
  lines.some((line) => /failed to push|pushing (?:layers|manifest)|error from registry/i.test(line))

async function digestIn(metadataFile: string): Promise<string | undefined> {
  try {
    const metadata = JSON.parse(await readFile(metadataFile, 'utf8')) as Record<string, unknown>
    const digest = metadata['containerimage.digest']
    return typeof digest === 'string' ? digest : undefined
  } catch {
    return undefined
  }
}

/** `push` answers with what was pushed, or with what docker printed when it failed. */
async function tryPush(
  { repository, tag }: BuildOrder,
  docker: Docker,
  tools: Tools,
  push: () => Promise<{ readonly digest: string | undefined } | readonly string[]>,
): Promise<DockerPushed> {
  const { log, clock, signal, registry } = tools
  let hasNewLogin = false
  for (let attempt = 0; ; attempt++) {
    const answer = await push()
    if ('digest' in answer) return { kind: 'pushed', digest: answer.digest }
    const failure = explainPush(answer)
    if (failure.kind === 'tag-taken') return { kind: 'tag-taken' }
    const isFinal = failure.kind === 'final' || (failure.kind === 'login' && hasNewLogin)
    const pause = PAUSES[attempt]
    if (isFinal || pause === undefined || signal.aborted) {
      throw new Ending(
        'push-failed',
        `${repository}:${tag} could not be pushed: ${failure.line.trim()}`,
        [failure.kind === 'final' ? failure.why : PUSH_ADVICE.unreachable],
      )
    }
    log.caveat(`A push failed and is tried again: ${failure.line.trim()}`)
    if (failure.kind === 'login') {
      hasNewLogin = true
      await docker.login(await registry.login())
    }
    await clock.sleep(pause, signal)
  }
}

function buildFailed(lines: readonly string[]): Ending {
  const { what, place } = explainBuild(lines)
  const where = place === undefined ? '' : ` at ${place}`
  return new Ending('build-failed', `The build failed${where}: ${what}`, [
    'Mend the Dockerfile or what it copies; the whole log is in the group of the build.',
  ])
}

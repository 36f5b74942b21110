/** The ecr-push action on a stage: the registry is reached through the wire; only docker is not there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistry } from '@ecs-pipeline/aws'
import type { ProgramEnd, ProgramRun, RunContext } from '@ecs-pipeline/action-kit'
import type { CreateRepositoryCommandInput } from '@aws-sdk/client-ecr'
import { readPushInputs } from '../../../actions/ecr-push/inputs.ts'
import type { ImageReport } from '../../../actions/ecr-push/report.ts'
import { run } from '../../../actions/ecr-push/run.ts'
import { buildImage, type OciImage } from '../../../packages/local-aws/src/oci/image.ts'
import { pushImage } from '../../../packages/local-aws/src/oci/push.ts'
import {
  makeAttestation,
  makeImage,
  makeIndex,
} from '../../../packages/local-aws/test/ecr/test-ecr.ts'
import type { Stage } from './stage.ts'

export const COMMIT = '0123456789abcdef0123456789abcdef01234567'

export interface PushRun {
  readonly report: ImageReport
  /** The operations that the action called, in order, by name. */
  readonly calls: readonly string[]
  /** Milliseconds of AWS time. */
  readonly took: number
  readonly lines: readonly string[]
}

export interface PushOptions {
  /** As in a workflow. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly context?: Partial<RunContext>
  /** Files of the workspace. */
  readonly files?: Readonly<Record<string, string>>
  /** What other programs of the runner do; none is there otherwise. */
  readonly program?: (run: ProgramRun) => Promise<ProgramEnd>
}

const CONTEXT: RunContext = {
  repository: 'octo-org/ledger',
  workflow: 'release',
  commit: COMMIT,
  committedAt: undefined,
  ref: 'refs/heads/main',
  eventName: 'push',
  actor: undefined,
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
  runId: undefined,
  runAttempt: undefined,
  runUrl: undefined,
  pullRequest: undefined,
  workflowRun: undefined,
  before: undefined,
  defaultBranch: 'main',
  workspace: '',
  tempFolder: undefined,
  files: { summary: undefined, output: undefined },
}

const noProgram = ({ program, args }: ProgramRun): Promise<ProgramEnd> =>
  Promise.reject(new Error(`The action asked for ${program} ${args.join(' ')}.`))

/** Pushes to `repository` as the action does, on the stage's clock. */
export async function pushOnStage(
  stage: Stage,
  repository: string,
  { inputs = {}, context = {}, files = {}, program = noProgram }: PushOptions = {},
): Promise<PushRun> {
  const folder = await mkdtemp(join(tmpdir(), 'ecr-push-test-'))
  const lines: string[] = []
  const caveats: string[] = []
  stage.aws.calls.clear()
  const startedAt = stage.clock.now()
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const report = await stage.clock.run(async (clock) => {
      const signal = new AbortController().signal
      const registry = await createRegistry({ repository, clock, signal, random: () => 0.5 })
      const say = (line: string): void => {
        lines.push(line)
      }
      return run(
        readPushInputs((name) => ({ repository, ...inputs })[name] ?? ''),
        {
          registry,
          clock,
          signal,
          folder,
          run: program,
          context: { ...CONTEXT, workspace: folder, ...context },
          log: {
            say,
            mask: () => undefined,
            group: (_title, body) => body(),
            caveat: (text) => {
              caveats.push(text)
            },
          },
        },
        caveats,
      )
    })
    const calls = stage.aws.calls.entries().map((call) => call.operation)
    return { report, calls, took: stage.clock.now() - startedAt, lines }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** An index of two platforms with an attestation beside them, as buildx makes it; the digests of the platforms. */
export async function storeIndex(
  stage: Stage,
  repository: string,
  tag = COMMIT,
): Promise<readonly [amd64: string, arm64: string]> {
  const authorization = await authorizationOf(stage)
  const registry = `http://${stage.endpoint.registry}`
  const push = (image: OciImage): Promise<string> =>
    pushImage(image, { registry, repository, authorization })
  const images = await Promise.all(
    ['amd64', 'arm64'].map((architecture) =>
      makeImage(`${repository} ${architecture}`, architecture),
    ),
  )
  const [amd64, arm64] = images
  if (!amd64 || !arm64) throw new Error('There are two.')
  const attestation = makeAttestation(amd64)
  for (const image of [amd64, arm64, attestation]) await push(image)
  const index = makeIndex([
    { image: amd64, os: 'linux', architecture: 'amd64' },
    { image: arm64, os: 'linux', architecture: 'arm64' },
    { image: attestation, os: 'unknown', architecture: 'unknown' },
  ])
  const answer = await fetch(`${registry}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': index.mediaType },
    body: index.content,
  })
  if (!answer.ok) throw new Error(await answer.text())
  return [amd64.digest, arm64.digest]
}

async function authorizationOf({ clients }: Stage): Promise<string> {
  const { authorizationData } = await clients.ecr.getAuthorizationToken({})
  return `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`
}

export interface StoredTestImage {
  readonly tag?: string
  readonly labels?: Readonly<Record<string, string>>
  /** What tells it from others. */
  readonly text?: string
}

/** An image that is in the repository already, with the label of the commit. Its digest. */
export async function storeImage(
  stage: Stage,
  repository: string,
  { tag = COMMIT, labels = {}, text = tag }: StoredTestImage = {},
): Promise<string> {
  const image = await buildImage({
    files: { 'app.txt': text },
    config: { Cmd: ['/app'], Labels: { 'org.opencontainers.image.revision': COMMIT, ...labels } },
  })
  return pushImage(image, {
    registry: `http://${stage.endpoint.registry}`,
    repository,
    tag,
    authorization: await authorizationOf(stage),
  })
}

let count = 0

/** A repository of its own that holds the image of the commit; `outcome`: of the scan that the push begins. */
export async function storeInNew(
  stage: Stage,
  settings: Partial<CreateRepositoryCommandInput> = {},
  outcome?: Parameters<Stage['aws']['scans']['choose']>[1],
): Promise<{ readonly name: string; readonly digest: string }> {
  const name = await newRepository(stage, settings)
  if (outcome) stage.aws.scans.choose(`${name}:${COMMIT}`, outcome)
  return { name, digest: await storeImage(stage, name) }
}

/** Its name. */
export async function newRepository(
  stage: Stage,
  settings: Partial<CreateRepositoryCommandInput> = {},
): Promise<string> {
  const name = `app-${++count}`
  await stage.clients.ecr.createRepository({
    repositoryName: name,
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    ...settings,
  })
  return name
}

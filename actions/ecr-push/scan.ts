/** The scan of an image, and whether it lets the image pass. */
import {
  awaitScan,
  judgeScan,
  runnable,
  type Exception,
  type Finding,
  type ImageContent,
  type RegistryLogin,
  type Repository,
  type ScanEnd,
  type ScanVerdict,
} from '@ecs-pipeline/image'
import { Ending } from './ending.ts'
import type { PushInputs } from './inputs.ts'
import type { Tools } from './tools.ts'
import { scanByTrivy } from './trivy.ts'

export interface Scanned {
  /** `ECR (basic)`, `ECR (enhanced)`, `trivy`. */
  readonly scanner: string
  readonly verdict: ScanVerdict
  /** A file for github/codeql-action/upload-sarif. */
  readonly sarif: string | undefined
}

export interface ScanOrder {
  readonly inputs: PushInputs
  readonly exceptions: readonly Exception[]
  readonly repository: Repository
  readonly digest: string
  readonly content: ImageContent
  readonly login: RegistryLogin
}

/** `undefined`: there was no scan, because none was asked for or, with `on-unscannable: warn`, none was to be had. */
export async function scanImage(order: ScanOrder, tools: Tools): Promise<Scanned | undefined> {
  const { inputs, exceptions } = order
  if (inputs.scan === 'none') return undefined
  const found = inputs.scan === 'trivy' ? await byTrivy(order, tools) : await byEcr(order, tools)
  if (!found) return undefined
  const policy = { failOn: inputs.failOn, exceptions }
  return { ...found, verdict: judgeScan(found.findings, policy, tools.clock.now()) }
}

interface Found {
  readonly scanner: string
  readonly findings: readonly Finding[]
  readonly sarif: string | undefined
}

async function byTrivy(order: ScanOrder, tools: Tools): Promise<Found> {
  const { login, repository, digest, content, inputs } = order
  const place = `${login.host}/${repository.name}`
  const digests = runnable(digest, content)
  const { findings, sarif } = await scanByTrivy(place, digests, login, inputs.scanMinutes, tools)
  return { scanner: 'trivy', findings, sarif }
}

/** ECR cannot scan an index: its platforms are scanned, and what is found in any of them counts. */
async function byEcr(order: ScanOrder, tools: Tools): Promise<Found | undefined> {
  const { registry, clock, signal, log } = tools
  const { inputs, digest, content, repository } = order
  const ends = await Promise.all(
    runnable(digest, content).map((each) =>
      awaitScan(
        {
          digest: each,
          scansOnPush: repository.scansOnPush,
          limit: inputs.scanMinutes * 60_000,
        },
        { scans: registry, clock, signal, say: log.say },
      ),
    ),
  )
  const failed = ends.find((end) => end.kind !== 'scanned')
  if (failed) {
    const ending = endingOf(failed, inputs)
    if (inputs.onUnscannable === 'fail' || failed.kind === 'cancelled') throw ending
    log.caveat(`${ending.message} on-unscannable is warn, so the image passes.`)
    return undefined
  }
  const scanned = ends.filter((end) => end.kind === 'scanned')
  const kind = scanned.some(({ scanner }) => scanner === 'enhanced') ? 'enhanced' : 'basic'
  return {
    scanner: `ECR (${kind})`,
    findings: scanned.flatMap(({ findings }) => findings),
    sarif: undefined,
  }
}

function endingOf(
  end: Exclude<ScanEnd, { readonly kind: 'scanned' }>,
  { scanMinutes }: PushInputs,
): Ending {
  switch (end.kind) {
    case 'cancelled':
      return new Ending('cancelled', 'The run was cancelled while the image was scanned.')
    case 'timed-out':
      return new Ending(
        'not-scanned',
        `ECR did not scan the image within ${scanMinutes} minutes; the last it said was ${end.status}.`,
        [
          'Run again: the image is kept, and is not built twice.',
          'Raise `scan-minutes`, or look whether the registry scans this repository.',
        ],
      )
    case 'unscannable':
      return new Ending(
        'not-scanned',
        `ECR does not scan this image (${end.status}): ${end.why}.`,
        [
          'Use `scan: trivy`, or `on-unscannable: warn` where an image without a scan may be deployed.',
        ],
      )
  }
}

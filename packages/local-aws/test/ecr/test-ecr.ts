/** ECR with both its doors open: the API for SDK clients and the registry, over real HTTP, on a virtual clock. */
import { ECRClient } from '@aws-sdk/client-ecr'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { sha256 } from '../../src/oci/digest.ts'
import { buildImage, type Blob, type OciImage } from '../../src/oci/image.ts'
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts'
import { pushImage } from '../../src/oci/push.ts'
import { createEcr, type Ecr } from '../../src/services/ecr/ecr.ts'
import { closeServer, openServer, portOf } from '../../src/wire/http-server.ts'
import { serve } from '../support/serve.ts'

export const PLACE = { account: '123456789012', region: 'us-east-1' }

export interface TestEcr extends Ecr {
  readonly client: ECRClient
  readonly clock: VirtualClock
  readonly registryHost: string
  /** The Authorization header of someone who logged in at the start. */
  readonly authorization: string
  /** A registry request as someone who has just logged in. `path` begins with `/v2/`. */
  ask(method: string, path: string, request?: RequestInit): Promise<Response>
  push(image: OciImage, repository: string, tag?: string): Promise<string>
  stop(): void
}

export async function startEcr(): Promise<TestEcr> {
  const clock = new VirtualClock()
  let registryHost = ''
  const ecr = createEcr({ clock, place: PLACE, registryHost: () => registryHost })
  const server = await openServer('registry', ecr.registry)
  registryHost = `127.0.0.1:${portOf(server)}`
  const api = await serve([ecr.service], clock)
  const client = new ECRClient(api.client)
  const registry = `http://${registryHost}`
  const login = async (): Promise<string> => `Basic ${await token(ecr)}`
  return {
    ...ecr,
    client,
    clock,
    registryHost,
    authorization: await login(),
    async ask(method, path, request = {}) {
      const headers = new Headers(request.headers)
      if (!headers.has('authorization')) headers.set('authorization', await login())
      return fetch(`${registry}${path}`, { ...request, method, headers })
    },
    push: async (image, repository, tag) =>
      pushImage(image, {
        registry,
        repository,
        authorization: await login(),
        ...(tag === undefined ? {} : { tag }),
      }),
    stop() {
      client.destroy()
      api.close()
      void closeServer(server)
      ecr.close()
    },
  }
}

/** As GetAuthorizationToken gives it. */
async function token(ecr: Ecr): Promise<string> {
  const context = { region: PLACE.region, accessKeyId: 'AKIALOCAL', requestId: 'test' }
  const answer = (await ecr.service.handlers['GetAuthorizationToken']?.({}, context)) as {
    authorizationData: { authorizationToken: string }[]
  }
  return answer.authorizationData[0]?.authorizationToken ?? ''
}

/** A small image whose content, and so its digest, follows from `text`. */
export const makeImage = (text: string, architecture = 'amd64'): Promise<OciImage> =>
  buildImage({ files: { 'app.txt': text }, config: { Cmd: ['/app'] }, architecture })

/** The manifest of an index over images that are there already. */
export function makeIndex(
  images: readonly {
    readonly image: OciImage
    readonly os: string
    readonly architecture: string
  }[],
): { readonly content: string; readonly digest: string; readonly mediaType: string } {
  const content = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: images.map(({ image, os, architecture }) => ({
      mediaType: image.mediaType,
      digest: image.digest,
      size: image.manifest.byteLength,
      platform: { os, architecture },
    })),
  })
  return { content, digest: sha256(content), mediaType: OCI_INDEX }
}

/** What buildx puts beside an image in its index: a manifest whose layer is a statement about the image. */
export function makeAttestation(about: OciImage): OciImage {
  const statement = Buffer.from(JSON.stringify({ subject: about.digest }))
  const layer = { digest: sha256(statement), mediaType: IN_TOTO, data: statement }
  const data = Buffer.from(JSON.stringify({ architecture: 'unknown', os: 'unknown' }))
  const config = { digest: sha256(data), mediaType: OCI_CONFIG, data }
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: descriptor(config),
      layers: [{ ...descriptor(layer), annotations: { 'in-toto.io/predicate-type': 'test' } }],
    }),
  )
  return { digest: sha256(manifest), mediaType: OCI_MANIFEST, manifest, config, layers: [layer] }
}

const IN_TOTO = 'application/vnd.in-toto+json'

const descriptor = ({ mediaType, digest, data }: Blob) => ({
  mediaType,
  digest,
  size: data.byteLength,
})

/** What the registry says is wrong. */
export async function errorOf(
  answer: Response,
): Promise<{ status: number; code: string; message: string }> {
  const { errors } = (await answer.json()) as { errors: { code: string; message: string }[] }
  return { status: answer.status, code: errors[0]?.code ?? '', message: errors[0]?.message ?? '' }
}

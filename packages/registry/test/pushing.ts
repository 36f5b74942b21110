/** Pushes to the registry of local-aws over HTTP, with a look at every request on its way. */
import { CreateRepositoryCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import type { RegistryLogin } from '@ecs-pipeline/image'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeServer, openServer, portOf } from '../../local-aws/src/wire/http-server.ts'
import { startEcr, type TestEcr } from '../../local-aws/test/ecr/test-ecr.ts'
import { openImage, pushImage, type Pushed, type PushTools } from '../src/index.ts'
import { writeLayout, type TestImage } from './test-images.ts'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly range: string | undefined
  /** As announced, bytes. */
  readonly length: number
}

export interface Stage {
  readonly ecr: TestEcr
  readonly folder: string
  /** All requests, in the order in which they began. */
  readonly seen: Seen[]
  /** What was said in the log. */
  readonly said: string[]
  /** Pauses, milliseconds. */
  readonly slept: number[]
  /** How often a new login was fetched. */
  logins: number
  /** May change an answer before it is sent. */
  change: (request: IncomingMessage, response: ServerResponse) => void
  /** All that came over the wire, heads of requests included. */
  bytesArrived(): number
  push(
    image: TestImage,
    more?: Partial<PushTools> & { readonly repository?: string; readonly tag?: string },
  ): Promise<Pushed>
  pushFolder: Stage['push'] extends (image: TestImage, ...rest: infer Rest) => infer End
    ? (folder: string, ...rest: Rest) => End
    : never
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const ecr = await startEcr()
  await ecr.client.send(
    new CreateRepositoryCommand({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' }),
  )
  const folder = await mkdtemp(join(tmpdir(), 'registry-push-'))
  const sockets = new Set<Socket>()
  const server = await openServer('front', (request, response) => {
    sockets.add(request.socket)
    const { method = '', url = '', headers } = request
    const length = Number(headers['content-length'] ?? 0)
    stage.seen.push({ method, path: url, range: headers['content-range'], length })
    stage.change(request, response)
    ecr.registry(request, response)
  })
  const host = `127.0.0.1:${portOf(server)}`
  const login = async (): Promise<RegistryLogin> => {
    const { authorizationData } = await ecr.client.send(new GetAuthorizationTokenCommand({}))
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64')
    const [user = '', password = ''] = token.toString().split(':')
    return { host, user, password }
  }
  let now = 0
  const stage: Stage = {
    ecr,
    folder,
    seen: [],
    said: [],
    slept: [],
    logins: 0,
    change: () => undefined,
    bytesArrived: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    push: async (image, more) =>
      stage.pushFolder(
        await writeLayout(join(folder, image.descriptor.digest.slice(-8)), image),
        more,
      ),
    async pushFolder(layout, { repository = 'app', tag = 'v1', ...more } = {}) {
      const { signal } = new AbortController()
      const newLogin = (): Promise<RegistryLogin> => {
        stage.logins++
        return login()
      }
      const clock = {
        now: () => now,
        sleep: async (ms: number) => {
          stage.slept.push(ms)
          now += ms
        },
      }
      const built = await openImage('oci-layout', layout)
      return pushImage(
        await built.ready(folder, signal),
        { login: await login(), newLogin, repository, tag },
        { clock, signal, say: (line) => stage.said.push(line), random: () => 0.5, ...more },
      )
    },
    async close() {
      await closeServer(server)
      ecr.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return stage
}

/** Throws unless the repository has all of the image, byte for byte, under the tag. */
export async function expectStored(
  { ecr }: Stage,
  { blobs, descriptor }: TestImage,
): Promise<void> {
  const image = await ecr.ask('HEAD', '/v2/app/manifests/v1')
  if (image.headers.get('docker-content-digest') !== descriptor.digest) {
    throw new Error(`v1 is ${String(image.headers.get('docker-content-digest'))}`)
  }
  for (const [digest, content] of blobs) {
    const kind = ['blobs', 'manifests'].map((each) => ecr.ask('GET', `/v2/app/${each}/${digest}`))
    const answers = await Promise.all(kind)
    const found = answers.find(({ status }) => status === 200)
    if (!found) throw new Error(`${digest} is not there`)
    if (!content.equals(Buffer.from(await found.arrayBuffer())))
      throw new Error(`${digest} differs`)
  }
}

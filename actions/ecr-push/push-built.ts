/** Brings an image that another tool has built into the registry under one tag. Needs no docker. */
import { mkdir, rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { RegistryLogin } from '@ecs-pipeline/image'
import {
  BadImage,
  openImage,
  PushFailed,
  pushImage,
  type BuiltImage,
  type Pushed,
} from '@ecs-pipeline/registry'
import { Ending, refused } from './ending.ts'
import type { ImageOrigin } from './inputs.ts'
import type { Tools } from './tools.ts'

/** What the user gave, read before anything is changed; `undefined` when an image is built. Throws a refusal. */
export async function openBuilt(
  origin: ImageOrigin,
  { context, log }: Tools,
): Promise<BuiltImage | undefined> {
  if (origin.kind === 'build') return undefined
  const path = isAbsolute(origin.path) ? origin.path : join(context.workspace, origin.path)
  try {
    const image = await openImage(origin.kind, path)
    log.say(`${origin.kind}: ${image.description}`)
    return image
  } catch (error) {
    if (!(error instanceof BadImage)) throw error
    throw refused(`${origin.kind}: ${error.message}`, ...error.next)
  }
}

export interface PushOrder {
  readonly login: RegistryLogin
  /** The name of the repository. */
  readonly repository: string
  readonly tag: string
}

/** Throws {@link Ending}. */
export async function pushBuilt(
  image: BuiltImage,
  { login, repository, tag }: PushOrder,
  tools: Tools,
): Promise<Pushed> {
  const { registry, clock, signal, log } = tools
  const folder = join(tools.folder, 'layers')
  await mkdir(folder, { recursive: true })
  const newLogin = async (): Promise<RegistryLogin> => {
    const login = await registry.login()
    log.mask(login.password)
    return login
  }
  try {
    return await log.group(`push ${repository}:${tag}`, async () => {
      const ready = await image.ready(folder, signal)
      const target = { login, newLogin, repository, tag }
      return pushImage(ready, target, { clock, signal, say: log.say })
    })
  } catch (error) {
    if (error instanceof BadImage) {
      throw new Ending('push-failed', error.message, error.next, error)
    }
    if (!(error instanceof PushFailed)) throw error
    const where = `${repository}:${tag} could not be pushed. `
    throw new Ending('push-failed', `${where}${error.message}`, [error.next], error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

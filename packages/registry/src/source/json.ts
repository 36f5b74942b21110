/** What manifests, indexes and configurations say, checked where something depends on it. */
import { createHash } from 'node:crypto'
import { BadImage } from './bad-image.ts'
import { readExtent, type Files } from './files.ts'
import type { Extent } from './image-source.ts'

/** As registries limit manifests (OCI distribution, 'Pushing Manifests'). Bytes. */
const LONGEST = 4 * 1024 * 1024

export const sha256 = (content: Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`

/** OCI image specification, 'Content Descriptors': what is read of one. */
export interface Descriptor {
  readonly mediaType: string | undefined
  readonly digest: string
  readonly size: number
  /** For people: the name and platform it is listed with. */
  readonly label: string
}

interface RawDescriptor {
  readonly mediaType?: unknown
  readonly digest?: unknown
  readonly size?: unknown
  readonly platform?: Readonly<Record<string, unknown>>
  readonly annotations?: Readonly<Record<string, unknown>>
}

/** Throws {@link BadImage} when it names nothing. `place` says where it stands. */
export function readDescriptor(given: unknown, place: string): Descriptor {
  const raw = (given ?? {}) as RawDescriptor
  const { digest, size } = raw
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new BadImage(`${place} names a blob without a digest of sha256: ${String(digest)}.`)
  }
  if (typeof size !== 'number') throw new BadImage(`${place} names ${digest} without a size.`)
  const mediaType = typeof raw.mediaType === 'string' ? raw.mediaType : undefined
  return { mediaType, digest, size, label: labelOf(digest, raw) }
}

function labelOf(digest: string, { platform, annotations }: RawDescriptor): string {
  const name = annotations?.['org.opencontainers.image.ref.name']
  const parts = [platform?.['os'], platform?.['architecture'], platform?.['variant']]
  const about = [
    ...(typeof name === 'string' ? [name] : []),
    ...(platform ? [parts.filter((part) => typeof part === 'string').join('/')] : []),
  ]
  return about.length > 0 ? `${digest} (${about.join(', ')})` : digest
}

/** The bytes and the object in them. */
export async function readJson(
  extent: Extent,
  place: string,
): Promise<{ readonly content: Buffer; readonly value: unknown }> {
  if (extent.size > LONGEST) throw new BadImage(`${place} has ${extent.size} bytes, too many.`)
  const content = await readExtent(extent)
  try {
    return { content, value: JSON.parse(content.toString('utf8')) }
  } catch (error) {
    throw new BadImage(`${place} is not JSON: ${(error as Error).message}`)
  }
}

export async function findFile(files: Files, path: string): Promise<Extent> {
  const found = await files.find(path)
  if (!found) throw new BadImage(`${files.where} has no ${path}.`)
  return found
}

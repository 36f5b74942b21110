/** An image in an OCI layout (OCI image specification, 'Image Layout'), in a folder or a tar. */
import { MEDIA_TYPES } from '@ecs-pipeline/image'
import { BadImage, damaged } from './bad-image.ts'
import type { Files } from './files.ts'
import type { Blob, BuiltImage, Extent, Manifest } from './image-source.ts'
import { findFile, readDescriptor, readJson, sha256, type Descriptor } from './json.ts'

/** An index in an index in an index: nobody builds that. */
const DEEPEST = 4

interface Found {
  readonly blobs: Map<string, Blob>
  readonly manifests: Map<string, Manifest>
}

/** Reads all manifests and looks for all blobs. Throws {@link BadImage}. */
export async function openLayout(files: Files): Promise<BuiltImage> {
  const index = await readJson(await findFile(files, 'index.json'), `index.json of ${files.where}`)
  const image = chooseImage(index.value, files)
  const found: Found = { blobs: new Map(), manifests: new Map() }
  const last = await collect(image, 'index.json', files, found, 0)
  const blobs = [...found.blobs.values()]
  const before = [...found.manifests.values()].filter(({ digest }) => digest !== last.digest)
  return {
    description: `${last.digest}, ${before.length > 0 ? `an index of ${before.length}, ` : ''}from the OCI layout ${files.where}`,
    ready: async () => ({ blobs, manifests: [...before, last] }),
  }
}

/** Two names of one image are one image. */
function chooseImage(index: unknown, { where }: Files): Descriptor {
  const { manifests } = (index ?? {}) as { readonly manifests?: unknown }
  if (!Array.isArray(manifests) || manifests.length === 0) {
    throw new BadImage(`index.json of ${where} lists no image.`)
  }
  const listed = manifests.map((each) => readDescriptor(each, `index.json of ${where}`))
  const [first] = listed
  if (!first) throw new BadImage(`index.json of ${where} lists no image.`)
  if (listed.some(({ digest }) => digest !== first.digest)) {
    const labels = listed.map(({ label }) => label).join(', ')
    throw new BadImage(
      `index.json of ${where} lists ${listed.length} images, and one is pushed: ${labels}.`,
      'Write the image alone into a layout of its own; platforms of one image belong into an index.',
    )
  }
  return first
}

async function collect(
  descriptor: Descriptor,
  place: string,
  files: Files,
  found: Found,
  depth: number,
): Promise<Manifest> {
  const { digest } = descriptor
  const known = found.manifests.get(digest)
  if (known) return known
  const extent = await findBlob(descriptor, place, files)
  const { content, value } = await readJson(extent, `${digest} of ${files.where}`)
  if (sha256(content) !== digest) throw damaged(digest, files.where)
  const raw = (value ?? {}) as RawManifest
  if (Array.isArray(raw.manifests)) {
    if (depth >= DEEPEST) throw new BadImage(`The indexes of ${files.where} are too deep.`)
    for (const child of raw.manifests) {
      await collect(readDescriptor(child, digest), digest, files, found, depth + 1)
    }
  } else {
    if (!Array.isArray(raw.layers)) {
      throw new BadImage(`${digest} of ${files.where} is neither an image nor an index of images.`)
    }
    for (const part of [raw.config, ...(raw.layers as unknown[])]) {
      const blob = readDescriptor(part, digest)
      const at = await findBlob(blob, digest, files)
      found.blobs.set(blob.digest, { digest: blob.digest, content: at })
    }
  }
  const manifest = { digest, mediaType: typeOf(descriptor, raw), content }
  found.manifests.set(digest, manifest)
  return manifest
}

interface RawManifest {
  readonly mediaType?: unknown
  readonly manifests?: unknown
  readonly config?: unknown
  readonly layers?: unknown
}

function typeOf({ mediaType }: Descriptor, raw: RawManifest): string {
  if (typeof raw.mediaType === 'string') return raw.mediaType
  return mediaType ?? (raw.manifests ? MEDIA_TYPES.ociIndex : MEDIA_TYPES.ociManifest)
}

async function findBlob(
  { digest, size, label }: Descriptor,
  place: string,
  files: Files,
): Promise<Extent> {
  const extent = await files.find(`blobs/${digest.replace(':', '/')}`)
  if (!extent) {
    throw new BadImage(
      `${place} names ${label}, which is not in ${files.where}.`,
      'Write the image whole: all its layers, and of an index all its platforms.',
    )
  }
  if (extent.size === size) return extent
  throw new BadImage(
    `${digest} of ${files.where} has ${extent.size} bytes, and ${place} says ${size}.`,
    'Write the image again; the disk may have been full.',
  )
}

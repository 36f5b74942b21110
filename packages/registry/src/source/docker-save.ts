/** An image as `docker save`, kaniko's `--tar-path`, ko's `--tarball` and `docker-archive:` write it. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { MEDIA_TYPES, plural } from '@ecs-pipeline/image'
import { BadImage } from './bad-image.ts'
import { compress, hashOf, type Compressed } from './compress.ts'
import type { Files } from './files.ts'
import { inParallel } from '../in-parallel.ts'
import type { Blob, BuiltImage, Extent, ReadyImage } from './image-source.ts'
import { findFile, readJson, sha256 } from './json.ts'

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar'

/** zlib works on so many threads (libuv's pool). */
const COMPRESS_AT_ONCE = 4

type Compression = 'none' | 'gzip' | 'zstd'

interface Layer {
  readonly content: Extent
  readonly compression: Compression
  /** Of the plain tar, as the configuration says. */
  readonly diffId: string
}

export interface SavedImage extends BuiltImage {
  /** Some layer is not compressed. */
  readonly isPlain: boolean
}

interface Saved {
  readonly Config?: unknown
  readonly RepoTags?: readonly string[] | null
  readonly Layers?: unknown
}

/** Throws {@link BadImage}. */
export async function openDockerSave(files: Files): Promise<SavedImage> {
  const { where } = files
  const list = await readJson(await findFile(files, 'manifest.json'), `manifest.json of ${where}`)
  const { Config: configPath, Layers: paths } = chooseImage(list.value, where)
  if (typeof configPath !== 'string' || !Array.isArray(paths)) {
    throw new BadImage(`manifest.json of ${where} names no configuration or no layers.`)
  }
  const configExtent = await findFile(files, configPath)
  const config = await readJson(configExtent, `${configPath} of ${where}`)
  const diffIds = diffIdsIn(config.value)
  if (diffIds.length !== paths.length) {
    throw new BadImage(
      `The image of ${where} has ${plural(paths.length, 'layer')}, and its configuration names ${diffIds.length}.`,
    )
  }
  const layers: Layer[] = []
  for (const [index, path] of paths.entries()) {
    const content = await findFile(files, String(path))
    if (content.size === 0) throw new BadImage(`The layer ${String(path)} of ${where} is empty.`)
    const compression = await compressionOf(content)
    layers.push({ content, compression, diffId: diffIds[index] ?? '' })
  }
  const configBlob = { digest: sha256(config.content), content: configExtent }
  return {
    description: `an image of ${plural(layers.length, 'layer')}, from ${where}`,
    isPlain: layers.some(({ compression }) => compression === 'none'),
    ready: (folder, signal) => makeReady(configBlob, layers, { where, folder, signal }),
  }
}

function chooseImage(list: unknown, where: string): Saved {
  const images = Array.isArray(list) ? (list as readonly (Saved | null)[]) : []
  const [first] = images
  if (!first) throw new BadImage(`manifest.json of ${where} lists no image.`)
  if (images.length === 1) return first
  const names = images.map((each) => each?.RepoTags?.join(', ') ?? String(each?.Config))
  throw new BadImage(
    `${where} has ${images.length} images, and one is pushed: ${names.join('; ')}.`,
    'Save the image alone: `docker save --output FILE IMAGE`.',
  )
}

function diffIdsIn(config: unknown): readonly string[] {
  const { rootfs } = (config ?? {}) as { readonly rootfs?: { readonly diff_ids?: unknown } }
  return Array.isArray(rootfs?.diff_ids) ? rootfs.diff_ids.map(String) : []
}

/** By the first bytes: names of layers say nothing. */
async function compressionOf({ file, offset, size }: Extent): Promise<Compression> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, Math.min(4, size), offset)
    if (buffer.readUInt16BE(0) === 0x1f8b) return 'gzip'
    return buffer.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none'
  } finally {
    await handle.close()
  }
}

interface Work {
  readonly where: string
  readonly folder: string
  readonly signal: AbortSignal
}

/**
 * Plain layers are compressed, since every task that starts has to pull them. The same tar gives the same bytes with
 * the same version of Node, and so the same digest.
 */
async function makeReady(config: Blob, layers: readonly Layer[], work: Work): Promise<ReadyImage> {
  const byPlace = new Map(layers.map((layer) => [layer.content.offset, layer]))
  const done = new Map<number, Compressed>()
  await inParallel(COMPRESS_AT_ONCE, [...byPlace.values()], async (layer) => {
    done.set(layer.content.offset, await readyLayer(layer, work))
  })
  const ready = layers.map(({ content, compression }) => {
    const { digest, extent } = done.get(content.offset) as Compressed
    const mediaType = `${LAYER_TYPE}+${compression === 'zstd' ? 'zstd' : 'gzip'}`
    return { digest, content: extent, mediaType }
  })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: { mediaType: CONFIG_TYPE, digest: config.digest, size: config.content.size },
      layers: ready.map(({ mediaType, digest, content }) => ({
        mediaType,
        digest,
        size: content.size,
      })),
    }),
  )
  const blobs = new Map(
    [config, ...ready].map(({ digest, content }) => [digest, { digest, content }]),
  )
  return {
    blobs: [...blobs.values()],
    manifests: [
      { digest: sha256(manifest), mediaType: MEDIA_TYPES.ociManifest, content: manifest },
    ],
  }
}

async function readyLayer(
  { content, compression, diffId }: Layer,
  { where, folder, signal }: Work,
): Promise<Compressed> {
  if (compression !== 'none') {
    return { digest: await hashOf(content, signal), extent: content, plainDigest: undefined }
  }
  const file = join(folder, `layer-${content.offset}.tar.gz`)
  const compressed = await compress(content, file, signal)
  if (compressed.plainDigest === diffId) return compressed
  throw new BadImage(
    `A layer of ${where} is ${compressed.plainDigest}, and the configuration says ${diffId}: it was damaged.`,
    'Write the image again.',
  )
}

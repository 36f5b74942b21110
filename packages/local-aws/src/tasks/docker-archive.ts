import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { pack } from 'tar-stream'
import type { PulledImage } from '../services/ecr/part.ts'

const sha256 = (data: Uint8Array | string): string =>
  createHash('sha256').update(data).digest('hex')

/**
 * The image as `docker load` takes it: `manifest.json`, the configuration, and the layers unpacked. A pulled image
 * has lost its own configuration file, so one is made that says the same; its id differs from the original's.
 */
export async function dockerArchive(image: PulledImage, tag: string): Promise<Readable> {
  const layers = await Promise.all(image.layers.map(plainLayer))
  const config = JSON.stringify({
    architecture: image.architecture,
    os: image.os,
    config: image.config,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
  })
  const configName = `${sha256(config)}.json`
  const layerNames = layers.map((_, index) => `layer-${index}.tar`)
  const archive = pack()
  // When docker takes no more, each entry that is not written yet says so by itself, and nobody else would hear it.
  const add = (name: string, content: Buffer | string): void => {
    archive.entry({ name }, content).on('error', () => undefined)
  }
  layers.forEach((layer, index) => {
    add(layerNames[index] ?? '', Buffer.from(layer))
  })
  add(configName, config)
  add(
    'manifest.json',
    JSON.stringify([{ Config: configName, RepoTags: [tag], Layers: layerNames }]),
  )
  archive.finalize()
  return archive as unknown as Readable
}

async function plainLayer(layer: PulledImage['layers'][number]): Promise<Uint8Array> {
  if (/[+.]gzip$/.test(layer.mediaType)) return promisify(gunzip)(layer.data)
  if (/[+.]zstd$/.test(layer.mediaType)) return promisify(zstdDecompress)(layer.data)
  return layer.data
}

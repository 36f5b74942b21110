/** Images for tests, of seeded random layers, and the ways in which other tools write them to the disk. */
import { createCipheriv, createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'
export const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip'
export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'

export const sha256 = (content: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`

/** The same bytes for the same seed; gzip makes them no smaller. */
export function randomBytes(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly platform?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** Everything that lies in `blobs/`, and what names the image. */
export interface TestImage {
  readonly descriptor: Descriptor
  readonly blobs: ReadonlyMap<string, Buffer>
  readonly layers: readonly Descriptor[]
}

const describe = (mediaType: string, content: Uint8Array): Descriptor => ({
  mediaType,
  digest: sha256(content),
  size: content.byteLength,
})

/** `layers` are taken as they are, as if they were compressed tars. */
export function testImage(layers: readonly Buffer[], architecture = 'amd64'): TestImage {
  const config = json({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [] } })
  const described = layers.map((layer) => describe(LAYER_TYPE, layer))
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: describe(CONFIG_TYPE, config),
    layers: described,
  })
  const contents = [config, ...layers, manifest]
  return {
    descriptor: {
      ...describe(MANIFEST_TYPE, manifest),
      platform: { os: 'linux', architecture },
    },
    blobs: new Map(contents.map((content) => [sha256(content), content])),
    layers: described,
  }
}

/** What is compressed for other tools, of so many bytes and some more. */
export const randomLayer = (seed: string, size: number): Buffer =>
  gzipSync(randomBytes(seed, size), { level: 0 })

export const randomImage = (seed: string, ...sizes: readonly number[]): TestImage =>
  testImage(sizes.map((size, index) => randomLayer(`${seed} ${index}`, size)))

export function testIndex(images: readonly TestImage[]): TestImage {
  const index = json({
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: images.map(({ descriptor }) => descriptor),
  })
  return {
    descriptor: describe(INDEX_TYPE, index),
    blobs: new Map([...images.flatMap(({ blobs }) => [...blobs]), [sha256(index), index] as const]),
    layers: images.flatMap(({ layers }) => layers),
  }
}

/** The files of an OCI layout, by path. */
export function layoutFiles(
  { blobs }: Pick<TestImage, 'blobs'>,
  listed: readonly unknown[],
): Map<string, Buffer> {
  return new Map([
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
    ['index.json', json({ schemaVersion: 2, manifests: listed })],
    ...[...blobs].map(([digest, blob]) => [`blobs/${digest.replace(':', '/')}`, blob] as const),
  ])
}

export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<string> {
  for (const [path, content] of files) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

export const writeLayout = (folder: string, image: TestImage): Promise<string> =>
  writeFolder(folder, layoutFiles(image, [image.descriptor]))

export type TarEntry = readonly [Partial<Header> & { readonly name: string }, (Buffer | undefined)?]

export async function writeTar(file: string, entries: readonly TarEntry[]): Promise<string> {
  await pipeline(tarOf(entries), createWriteStream(file))
  return file
}

/** As tar-stream writes them: ustar, with pax headers where a name is too long. */
export function tarOf(entries: readonly TarEntry[]): ReturnType<typeof pack> {
  const tar = pack()
  for (const [headers, content] of entries) {
    tar.entry({ mtime: new Date(0), ...headers }, content ?? Buffer.alloc(0))
  }
  tar.finalize()
  return tar
}

export const entriesOf = (files: ReadonlyMap<string, Buffer>): TarEntry[] =>
  [...files].map(([name, content]) => [{ name }, content])

/** The tar of a layer with one file. */
export async function layerTar(name: string, content: Buffer): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of tarOf([[{ name }, content]])) pieces.push(piece as Uint8Array)
  return Buffer.concat(pieces)
}

export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openImage, type ReadyImage } from '../src/index.ts'
import { digestsOf, readLayout, readTar } from './reading.ts'
import {
  entriesOf,
  INDEX_TYPE,
  json,
  layoutFiles,
  MANIFEST_TYPE,
  randomBytes,
  randomImage,
  tarOf,
  testIndex,
  type TarEntry,
} from './test-images.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-image-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const image = randomImage('one', 70_000, 3000)
const other = randomImage('other', 100)
const files = (): Map<string, Buffer> => layoutFiles(image, [image.descriptor])

const layout = (content: ReadonlyMap<string, Buffer>): Promise<ReadyImage> =>
  readLayout(folder, content)

const tar = (entries: readonly TarEntry[]): Promise<ReadyImage> => readTar(folder, entries)

const digestsIn = (...images: readonly (typeof image)[]): readonly string[] => {
  const all = images.flatMap(({ blobs }) => [...blobs.keys()])
  const manifests = images.map(({ descriptor }) => descriptor.digest)
  return [...new Set(all)].filter((each) => !manifests.includes(each)).sort()
}

describe('an OCI layout', () => {
  test('in a folder: its blobs, and its manifest as it is', async () => {
    const found = await layout(files())
    expect(await digestsOf(found)).toEqual(digestsIn(image))
    expect(found.manifests).toEqual([
      {
        digest: image.descriptor.digest,
        mediaType: MANIFEST_TYPE,
        content: image.blobs.get(image.descriptor.digest),
      },
    ])
  })

  test.each<[string, (name: string) => string]>([
    ['as it is', (name) => name],
    ['with ./ in front', (name) => `./${name}`],
  ])('in a tar, names %s', async (_how, named) => {
    const entries = entriesOf(files()).map(([{ name }, content]): TarEntry => [
      { name: named(name) },
      content,
    ])
    expect(await digestsOf(await tar(entries))).toEqual(digestsIn(image))
  })

  test('of platforms: the children come first, the index last', async () => {
    const index = testIndex([image, other])
    const found = await layout(layoutFiles(index, [index.descriptor]))
    expect(found.manifests.map(({ digest }) => digest)).toEqual([
      image.descriptor.digest,
      other.descriptor.digest,
      index.descriptor.digest,
    ])
    expect(found.manifests.at(-1)?.mediaType).toBe(INDEX_TYPE)
    expect(await digestsOf(found)).toEqual(digestsIn(image, other))
  })

  test('that names one image twice is about one image', async () => {
    const named = (name: string): object => ({
      ...image.descriptor,
      annotations: { 'org.opencontainers.image.ref.name': name },
    })
    const found = await layout(layoutFiles(image, [named('1.2'), named('latest')]))
    expect(found.manifests).toHaveLength(1)
  })
})

describe('an OCI layout is refused', () => {
  const [layer = image.descriptor] = image.layers
  const without = (path: string) => (found: Map<string, Buffer>) => found.delete(path)
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`

  test.each<[string, (found: Map<string, Buffer>) => unknown, string]>([
    ['without an index.json', without('index.json'), 'has no index.json: it is not an OCI layout'],
    [
      'whose index.json is no JSON',
      (found) => found.set('index.json', Buffer.from('{')),
      'is not JSON',
    ],
    [
      'whose index.json lists nothing',
      (found) => found.set('index.json', json({})),
      'lists no image',
    ],
    [
      'with a descriptor of something else',
      (found) => found.set('index.json', json({ manifests: [{ digest: '../../etc/passwd' }] })),
      'without a digest of sha256: ../../etc/passwd',
    ],
    [
      'without its manifest',
      without(blob(image.descriptor.digest)),
      'linux/amd64), which is not in',
    ],
    ['without a layer', without(blob(layer.digest)), `names ${layer.digest}, which is not in`],
    [
      'with a layer that is too short',
      (found) => found.set(blob(layer.digest), Buffer.alloc(10)),
      `has 10 bytes, and ${image.descriptor.digest} says ${layer.size}`,
    ],
    [
      'with another manifest under that name',
      (found) => {
        const name = blob(image.descriptor.digest)
        found.set(
          name,
          Buffer.from(String(found.get(name)).replace('schemaVersion', 'schemaversion')),
        )
      },
      'has another digest: it was damaged',
    ],
    [
      'with several images, which are listed',
      (found) => {
        const annotations = { 'org.opencontainers.image.ref.name': 'v2' }
        const listed = [image.descriptor, { ...other.descriptor, annotations }]
        found.set('index.json', json({ manifests: listed }))
      },
      `lists 2 images, and one is pushed: ${image.descriptor.digest} (linux/amd64), ${other.descriptor.digest} (v2, linux/amd64).`,
    ],
    [
      'with an index whose platform is not there',
      (found) => {
        const index = testIndex([image, other])
        const content = index.blobs.get(index.descriptor.digest) ?? Buffer.alloc(0)
        found.set(blob(index.descriptor.digest), content)
        found.set('index.json', json({ manifests: [index.descriptor] }))
      },
      `names ${other.descriptor.digest} (linux/amd64), which is not in`,
    ],
  ])('%s', async (_what, change, message) => {
    const found = files()
    change(found)
    await expect(layout(found)).rejects.toThrow(message)
    await expect(layout(found)).rejects.toMatchObject({ name: 'BadImage' })
  })

  test.each<['oci-layout' | 'image-tar', string, string]>([
    ['oci-layout', 'nowhere', 'There is no folder'],
    ['image-tar', 'nowhere', 'There is no file'],
    ['oci-layout', 'file', 'is a file, not the folder of an OCI layout'],
    ['image-tar', '.', 'is a folder, not a tar'],
    ['image-tar', 'file', 'is not a tar'],
    ['image-tar', 'packed', 'is compressed'],
  ])('%s: %s', async (kind, path, message) => {
    await writeFile(join(folder, 'file'), 'x'.repeat(2000))
    await writeFile(join(folder, 'packed'), gzipSync(randomBytes('x', 2000)))
    await expect(openImage(kind, join(folder, path))).rejects.toThrow(message)
  })

  test.each([
    [100_000, 'ends in the middle of a file'],
    [1000, 'ends in the middle of a file'],
    [100, 'is not a tar'],
    [0, 'is not a tar'],
  ])('a tar that was cut off at %i', async (length, message) => {
    const pieces: Uint8Array[] = []
    for await (const piece of tarOf([[{ name: 'big' }, randomBytes('x', 200_000)]])) {
      pieces.push(piece as Uint8Array)
    }
    const file = join(folder, 'cut.tar')
    await writeFile(file, Buffer.concat(pieces).subarray(0, length))
    await expect(openImage('image-tar', file)).rejects.toThrow(message)
  })

  test('a tar of something else is no image', async () => {
    await expect(tar([[{ name: 'readme.txt' }, Buffer.from('hello')]])).rejects.toThrow(
      'has neither index.json (OCI) nor manifest.json (docker save)',
    )
  })
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openImage, type BuiltImage, type ReadyImage } from '../src/index.ts'
import { readExtent } from '../src/source/files.ts'
import {
  entriesOf,
  INDEX_TYPE,
  json,
  layerTar,
  layoutFiles,
  MANIFEST_TYPE,
  randomBytes,
  randomImage,
  sha256,
  tarOf,
  testIndex,
  writeFolder,
  writeTar,
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

const ready = (built: BuiltImage): Promise<ReadyImage> =>
  built.ready(folder, new AbortController().signal)

const layout = async (content: ReadonlyMap<string, Buffer>): Promise<ReadyImage> =>
  ready(await openImage('oci-layout', await writeFolder(join(folder, 'layout'), content)))

const tar = async (entries: readonly TarEntry[]): Promise<ReadyImage> =>
  ready(await openImage('image-tar', await writeTar(join(folder, 'image.tar'), entries)))

/** Each blob has the content that its digest says. */
async function digestsOf({ blobs }: ReadyImage): Promise<readonly string[]> {
  for (const { digest, content } of blobs) {
    expect(sha256(await readExtent(content))).toBe(digest)
  }
  return blobs.map(({ digest }) => digest).sort()
}

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
})

describe('what docker save writes', () => {
  const long = `${'a-long-folder-name/'.repeat(8)}layer.tar`

  interface Change {
    readonly layers?: readonly Buffer[]
    readonly entries?: readonly TarEntry[]
    readonly manifest?: (entry: object) => unknown
    readonly diffIds?: readonly string[]
  }

  async function save({ layers, entries, manifest = (entry) => [entry], diffIds }: Change = {}) {
    const plain = [
      await layerTar('one', randomBytes('1', 50_000)),
      await layerTar('two', Buffer.from('2')),
    ]
    const [first = plain[0], second = plain[1]] = layers ?? plain
    const config = json({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: diffIds ?? plain.map(sha256) },
    })
    const entry = { Config: 'config.json', RepoTags: ['app:1'], Layers: ['1/layer.tar', long] }
    return {
      plain,
      config,
      entries: entries ?? [
        [{ name: '1/layer.tar' }, first] as const,
        [{ name: long }, second] as const,
        [{ name: 'config.json' }, config] as const,
        [{ name: 'manifest.json' }, json(manifest(entry))] as const,
      ],
    }
  }

  interface Written {
    readonly config: { readonly digest: string }
    readonly layers: readonly {
      readonly mediaType: string
      readonly digest: string
      readonly size: number
    }[]
  }

  const manifestOf = ({ manifests: [{ content }] }: ReadyImage): Written =>
    JSON.parse(content.toString()) as Written

  test('is compressed, layer by layer, and gets a manifest', async () => {
    const { entries, plain, config } = await save()
    const found = await tar(entries)
    await digestsOf(found)
    const { config: named, layers } = manifestOf(found)
    expect(named.digest).toBe(sha256(config))
    const contents: string[] = []
    for (const { mediaType, digest, size } of layers) {
      expect(mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip')
      const blob = found.blobs.find((each) => each.digest === digest)
      expect(blob?.content.size).toBe(size)
      contents.push(
        sha256(gunzipSync(await readExtent(blob?.content ?? { file: '', offset: 0, size: 0 }))),
      )
    }
    expect(contents).toEqual(plain.map(sha256))
  })

  test('makes the same image each time', async () => {
    const { entries } = await save()
    expect(await tar(entries)).toEqual(await tar(entries))
  })

  test('with layers that are compressed already, as kaniko and ko write them, is left as it is', async () => {
    const { plain } = await save()
    const zstd = Buffer.concat([Buffer.from('28b52ffd', 'hex'), randomBytes('z', 100)])
    const packed = gzipSync(plain[0] ?? '')
    const { entries } = await save({ layers: [packed, zstd] })
    const { layers } = manifestOf(await tar(entries))
    expect(layers.map(({ mediaType, digest }) => [mediaType.split('+')[1], digest])).toEqual([
      ['gzip', sha256(packed)],
      ['zstd', sha256(zstd)],
    ])
  })

  test.each<[string, TarEntry[0]]>([
    ['a symbolic link', { name: long, type: 'symlink', linkname: `${'../'.repeat(8)}1/layer.tar` }],
    ['a hard link', { name: long, type: 'link', linkname: '1/layer.tar' }],
  ])('with the same layer twice, as %s', async (_how, link) => {
    const same = await layerTar('one', randomBytes('1', 50_000))
    const diffIds = [sha256(same), sha256(same)]
    const { entries } = await save({ diffIds })
    const found = await tar(entries.map((entry) => (entry[0].name === long ? [link] : entry)))
    const [one, two] = manifestOf(found).layers
    expect(one).toEqual(two)
    expect(found.blobs).toHaveLength(2)
  })

  test.each<[string, Change, string]>([
    [
      'with several images',
      { manifest: (entry) => [entry, { ...entry, RepoTags: null, Config: 'c2' }] },
      'has 2 images, and one is pushed: app:1; c2.',
    ],
    ['with none', { manifest: () => [] }, 'lists no image'],
    ['without layers', { manifest: () => [{}] }, 'names no configuration or no layers'],
    [
      'without its configuration',
      { manifest: (entry) => [{ ...entry, Config: 'gone' }] },
      'has no gone',
    ],
    [
      'without a layer',
      { manifest: (entry) => [{ ...entry, Layers: ['gone', long] }] },
      'has no gone',
    ],
    [
      'with a layer too many',
      { diffIds: ['sha256:0'] },
      'has 2 layers, and its configuration names 1',
    ],
    [
      'with a damaged layer',
      { diffIds: ['sha256:0', 'sha256:1'] },
      'the configuration says sha256:',
    ],
  ])('is refused %s', async (_what, change, message) => {
    const { entries } = await save(change)
    await expect(tar(entries)).rejects.toThrow(message)
  })

  test('and an OCI layout beside it: the layout is taken when its layers are compressed', async () => {
    const { plain, entries } = await save()
    const packed = await save({ layers: plain.map((layer) => gzipSync(layer)) })
    const both = [...entriesOf(files()), ...packed.entries]
    expect((await tar(both)).manifests[0].digest).toBe(image.descriptor.digest)
    const plainBoth = await tar([...entriesOf(files()), ...entries])
    expect(manifestOf(plainBoth).layers[0]?.mediaType).toMatch(/gzip$/)
    expect(plainBoth.manifests[0].digest).not.toBe(image.descriptor.digest)
  })

  test('a tar of something else is no image', async () => {
    await expect(tar([[{ name: 'readme.txt' }, Buffer.from('hello')]])).rejects.toThrow(
      'has neither index.json (OCI) nor manifest.json (docker save)',
    )
  })
})

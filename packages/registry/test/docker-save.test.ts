import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { ReadyImage } from '../src/index.ts'
import { readExtent } from '../src/source/files.ts'
import { digestsOf, readTar } from './reading.ts'
import {
  entriesOf,
  json,
  layerTar,
  layoutFiles,
  randomBytes,
  randomImage,
  sha256,
  type TarEntry,
} from './test-images.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-save-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const tar = (entries: readonly TarEntry[]): Promise<ReadyImage> => readTar(folder, entries)

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
    ['with an empty layer', { layers: [Buffer.alloc(0), Buffer.alloc(0)] }, 'is empty'],
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
    const image = randomImage('one', 100)
    const layout = entriesOf(layoutFiles(image, [image.descriptor]))
    const both = [...layout, ...packed.entries]
    expect((await tar(both)).manifests[0].digest).toBe(image.descriptor.digest)
    const plainBoth = await tar([...layout, ...entries])
    expect(manifestOf(plainBoth).layers[0]?.mediaType).toMatch(/gzip$/)
    expect(plainBoth.manifests[0].digest).not.toBe(image.descriptor.digest)
  })
})

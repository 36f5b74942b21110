import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { sha256 } from '../../src/oci/digest.ts'
import { buildImage, type Blob, type OciImage } from '../../src/oci/image.ts'

/** Pinned: when an upgrade of tar-stream changes it, every digest of every image changes with it. */
const DIFF_ID_OF_HELLO = 'sha256:d89302873efdb484b471617cf49ab07fb883eb5535d536ce8cfe1b3fc3a9f3cd'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-test-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'main.mjs'), 'console.log(1)')
  await writeFile(join(folder, 'bin', 'run'), '#!/bin/sh')
  await chmod(join(folder, 'bin', 'run'), 0o700)
  await symlink('main.mjs', join(folder, 'start.mjs'))
})

afterAll(() => rm(folder, { recursive: true }))

const json = (bytes: Uint8Array): Record<string, unknown> =>
  JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>

async function entriesOf(layer: Blob | undefined): Promise<{ header: Header; text: string }[]> {
  if (!layer) throw new Error('The image has no layer.')
  const entries = extract()
  Readable.from([gunzipSync(layer.data)]).pipe(entries)
  const found = []
  for await (const entry of entries) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    found.push({ header: entry.header, text: Buffer.concat(chunks).toString() })
  }
  return found
}

const bytesOf = (image: OciImage): string[] =>
  [image.manifest, image.config.data, ...image.layers.map((layer) => layer.data)].map((bytes) =>
    Buffer.from(bytes).toString('base64'),
  )

describe('an image is the same bytes for the same input', () => {
  test('whatever order its files are given in', async () => {
    const one = await buildImage({ files: { 'a/x': '1', b: '2', 'a/y': '3' } })
    const other = await buildImage({ files: { b: '2', 'a/y': '3', 'a/x': '1' } })
    expect(bytesOf(one)).toEqual(bytesOf(other))
  })

  test('whenever the files of the folder were written and whatever their other mode bits', async () => {
    const before = await buildImage({ folder })
    await utimes(join(folder, 'main.mjs'), 1, 1)
    await chmod(join(folder, 'main.mjs'), 0o600)
    expect(bytesOf(await buildImage({ folder }))).toEqual(bytesOf(before))
  })

  test('and this digest does not change from one day or machine to the next', async () => {
    const { digest, layers } = await buildImage({ files: { 'app.txt': 'hello' } })
    const plain = gunzipSync(layers[0]?.data ?? '')
    expect(sha256(plain)).toBe(DIFF_ID_OF_HELLO)
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(layers[0]?.data.slice(4, 10)).toEqual(Buffer.from([0, 0, 0, 0, 2, 255]))
  })

  test('other content is another digest', async () => {
    const [one, other] = await Promise.all([
      buildImage({ files: { a: '1' } }),
      buildImage({ files: { a: '2' } }),
    ])
    expect(one.digest).not.toBe(other.digest)
  })
})

test('a manifest names its configuration and layers by digest, type and size', async () => {
  const image = await buildImage({ files: { a: '1' }, architecture: 'arm64' })
  const [layer] = image.layers
  expect(image.digest).toBe(sha256(image.manifest))
  expect(json(image.manifest)).toEqual({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: sha256(image.config.data),
      size: image.config.data.byteLength,
    },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: sha256(layer?.data ?? ''),
        size: layer?.data.byteLength,
      },
    ],
  })
  expect(json(image.config.data)).toMatchObject({
    architecture: 'arm64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [sha256(gunzipSync(layer?.data ?? ''))] },
  })
})

test('the configuration carries what the image says about how to run it', async () => {
  const config = {
    Entrypoint: ['node'],
    Cmd: ['main.mjs'],
    Env: ['PORT=3000'],
    WorkingDir: '/app',
    ExposedPorts: { '3000/tcp': {} },
    Labels: { 'org.opencontainers.image.revision': 'abc' },
  }
  const image = await buildImage({ files: {}, config })
  expect(json(image.config.data)['config']).toEqual(config)
})

test('files go below the root that is asked for, after the folders they are in, all of root and of 1970', async () => {
  const image = await buildImage({
    files: { 'z.txt': 'last', 'bin/run': { content: '#!/bin/sh', mode: 0o755 } },
    root: '/app',
  })
  const entries = await entriesOf(image.layers[0])
  expect(entries.map(({ header }) => [header.name, header.type, header.mode])).toEqual([
    ['app/', 'directory', 0o755],
    ['app/bin/', 'directory', 0o755],
    ['app/bin/run', 'file', 0o755],
    ['app/z.txt', 'file', 0o644],
  ])
  for (const { header } of entries) {
    expect([header.uid, header.gid, header.mtime?.getTime()]).toEqual([0, 0, 0])
  }
})

test('a folder is copied with its links and with the right to run', async () => {
  const entries = await entriesOf((await buildImage({ folder, root: 'srv' })).layers[0])
  expect(
    entries.map(({ header, text }) => [header.name, header.mode, header.linkname ?? text]),
  ).toEqual([
    ['srv/', 0o755, ''],
    ['srv/bin/', 0o755, ''],
    ['srv/bin/run', 0o755, '#!/bin/sh'],
    ['srv/main.mjs', 0o644, 'console.log(1)'],
    ['srv/start.mjs', 0o777, 'main.mjs'],
  ])
})

test('a path that leads out of the image is refused', async () => {
  await expect(buildImage({ files: { '../etc/passwd': 'x' } })).rejects.toThrow(
    "The path '../etc/passwd' leads out of the image.",
  )
})

test('names longer than a tar header holds arrive whole', async () => {
  const path = `${'folder/'.repeat(40)}ünïcode.txt`
  const entries = await entriesOf((await buildImage({ files: { [path]: 'deep' } })).layers[0])
  expect(entries.at(-1)).toMatchObject({ header: { name: path }, text: 'deep' })
})

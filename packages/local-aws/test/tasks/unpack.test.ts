import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readlink, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpackImage } from '../../src/tasks/unpack.ts'
import { makeImage, makeLayer, type Entry } from './make-image.ts'

let root: string

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'unpack-')), 'a', 'b')
  await mkdir(root, { recursive: true })
})

afterEach(() => rm(join(root, '..', '..'), { recursive: true, force: true }))

const unpack = async (...layers: Entry[][]): Promise<void> =>
  unpackImage(await makeImage(layers), root)
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8')

describe('layers', () => {
  test('a higher layer replaces files of a lower one', async () => {
    await unpack(
      [
        { name: 'app/', type: 'directory' },
        { name: 'app/a', content: '1' },
        { name: 'app/b', content: '1' },
      ],
      [{ name: './app/b', content: '2' }],
    )
    expect([await read('app/a'), await read('app/b')]).toEqual(['1', '2'])
  })

  test('plain and gzipped layers are read by their media type', async () => {
    const image = await makeImage([])
    const layers = [
      await makeLayer([{ name: 'plain', content: 'p' }], false),
      await makeLayer([{ name: 'zipped', content: 'z' }], true),
    ]
    await unpackImage({ ...image, layers }, root)
    expect([await read('plain'), await read('zipped')]).toEqual(['p', 'z'])
  })

  test('a whiteout removes what lower layers brought', async () => {
    await unpack([{ name: 'app/old/x', content: '1' }], [{ name: 'app/.wh.old' }])
    expect(await readdir(join(root, 'app'))).toEqual([])
  })

  test('an opaque whiteout hides lower files and keeps those of its own layer', async () => {
    await unpack(
      [{ name: 'app/old', content: '1' }],
      [{ name: 'app/new', content: '2' }, { name: 'app/.wh..wh..opq' }],
    )
    expect(await readdir(join(root, 'app'))).toEqual(['new'])
  })

  test('executable bits are kept, set-uid bits are not', async () => {
    await unpack([{ name: 'run', content: '#!/bin/sh\n', mode: 0o4755 }])
    expect((await stat(join(root, 'run'))).mode & 0o7777).toBe(0o755)
  })
})

describe('what leads out of the image', () => {
  test.each<[string, Entry[]]>([
    ['a climbing name', [{ name: '../evil', content: 'x' }]],
    ['a climb in the middle', [{ name: 'a/../../evil', content: 'x' }]],
    ['a hard link to outside', [{ name: 'x', type: 'link', linkname: '../../outside' }]],
    ['a whiteout of the root', [{ name: '.wh..' }]],
  ])('%s is refused', async (_name, entries) => {
    await expect(unpack(entries)).rejects.toThrow(/leads out of its image|root of its image/)
  })

  test.each([
    ['an absolute link', '/etc'],
    ['a climbing link', '../../../../etc'],
  ])('%s stays inside, also when a file is written through it', async (_name, linkname) => {
    await unpack([
      { name: 'etc/', type: 'directory' },
      { name: 'deep/link', type: 'symlink', linkname },
      { name: 'deep/link/escaped', content: 'inside' },
    ])
    expect(await readlink(join(root, 'deep/link'))).toBe('../etc')
    expect(await read('etc/escaped')).toBe('inside')
  })

  test('a hard link to a symbolic link does not carry its climb to another depth', async () => {
    await unpack([
      { name: 'target/', type: 'directory' },
      { name: 'one/two/three/link', type: 'symlink', linkname: '/target' },
      { name: 'copy', type: 'link', linkname: 'one/two/three/link' },
      { name: 'copy/file', content: 'inside' },
    ])
    expect(await read('target/file')).toBe('inside')
    expect(existsSync(join(root, '..', 'target'))).toBe(false)
  })

  test('a file replaces a link instead of writing through it', async () => {
    await unpack(
      [
        { name: 'kept', content: 'kept' },
        { name: 'link', type: 'symlink', linkname: 'kept' },
      ],
      [{ name: 'link', content: 'new' }],
    )
    expect([await read('kept'), await read('link')]).toEqual(['kept', 'new'])
  })
})

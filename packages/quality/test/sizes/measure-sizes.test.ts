import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BadGlob, measureSizes, type Sizes } from '../../src/sizes/measure-sizes.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

const LARGE = 'const a = 1\n'.repeat(50_000)

let folder: ReportFolder
beforeAll(async () => {
  folder = await reportFolder()
  await folder.write('app/dist/main.js', LARGE)
  await folder.write('app/dist/chunks/a.js', 'x'.repeat(100))
  await folder.write('app/dist/chunks/a.js.map', 'x'.repeat(5000))
  await folder.write('app/dist/.hidden.js', 'x'.repeat(7))
  await folder.write('outside/secret.js', 'x'.repeat(900))
  await symlink(join(folder.path, 'outside'), join(folder.path, 'app/dist/linked'))
  await symlink(join(folder.path, 'app/dist/chunks'), join(folder.path, 'app/dist/again'))
  execFileSync('mkfifo', [join(folder.path, 'app/dist/pipe')])
  await symlink(join(folder.path, 'outside/secret.js'), join(folder.path, 'app/dist/link.js'))
})
afterAll(() => folder.remove())

const measure = async (patterns: readonly string[], gzip = false): Promise<Sizes | undefined> =>
  measureSizes({ folder: join(folder.path, 'app'), patterns, gzip })

describe('the size of files', () => {
  test('is their bytes, the largest first', async () => {
    expect(await measure(['dist/**/*.js'])).toEqual({
      bytes: LARGE.length + 107,
      files: 3,
      largest: [
        { path: 'dist/main.js', bytes: LARGE.length },
        { path: 'dist/chunks/a.js', bytes: 100 },
        { path: 'dist/.hidden.js', bytes: 7 },
      ],
    })
  })

  test('is what gzip makes of each of them', async () => {
    const compressed = (text: string): number => gzipSync(text).length
    expect(await measure(['dist/main.js', 'dist/chunks/*', '!**/*.map'], true)).toMatchObject({
      bytes: compressed(LARGE) + compressed('x'.repeat(100)),
      files: 2,
    })
  })

  test.each([
    ['no file is there', ['build/**']],
    ['a folder is meant', ['dist']],
    ['nothing is asked for', []],
    ['it is left out', ['dist/main.js', '!dist/**']],
    ['it is a link', ['dist/link.js']],
    ['it is counted elsewhere, too', ['dist/again/a.js']],
    ['it is no ordinary file', ['dist/pipe']],
    ['it is behind a link', ['dist/linked/secret.js']],
    ['it is behind a link, by a star', ['dist/linked/*']],
  ])('is not measured when %s', async (_what, patterns) => {
    expect(await measure(patterns)).toBeUndefined()
  })

  test.each([
    ['../outside/*.js'],
    ['dist/../../outside/*.js'],
    ['/etc/*'],
    ['!../x'],
    ['C:\\x'],
    ['dist\\..\\..\\x'],
    ['{dist,../outside}/*.js'],
    ['{.,x}./outside/*.js'],
  ])('is never taken outside of the folder: %s', async (pattern) => {
    const sizes = measure([pattern])
    if (pattern.startsWith('{.,')) expect(await sizes).toBeUndefined()
    else await expect(sizes).rejects.toThrow(BadGlob)
  })

  test('has at most ten of the largest', async () => {
    for (let index = 0; index < 15; index++)
      await folder.write(`app/many/${index}.txt`, 'x'.repeat(index))
    const sizes = await measure(['many/*'])
    expect(sizes).toMatchObject({ files: 15, bytes: 105 })
    expect(sizes?.largest).toHaveLength(10)
    expect(sizes?.largest[0]).toEqual({ path: 'many/14.txt', bytes: 14 })
  })
})

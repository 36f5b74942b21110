import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createPathMap, type PathMap } from '../../src/paths/map-paths.ts'
import { mappedShare, pathFinding } from '../../src/paths/mapped-share.ts'
import { randomFrom } from '../../../../test/support/random.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

const SEED = Number(process.env['QUALITY_SEED'] ?? 1)

const FILES = [
  'README.md',
  'src/app.ts',
  'src/a b#.ts',
  'packages/api/src/app.ts',
  'packages/api/src/only.ts',
  'packages/web/src/app.ts',
  'packages/web/src/page.ts',
  'weird\\name.ts',
]

let folder: ReportFolder
beforeAll(async () => {
  folder = await reportFolder()
  console.log(`seed ${SEED} (QUALITY_SEED chooses another)`)
  for (const file of FILES) await folder.write(`real/${file}`, '')
  await folder.write('elsewhere/src/app.ts', '')
  await symlink(join(folder.path, 'real'), join(folder.path, 'link'))
  await folder.write('real/node_modules/.keep', '')
  await symlink(join(folder.path, 'real/packages/api'), join(folder.path, 'real/node_modules/api'))
})
afterAll(() => folder.remove())

const mapOf = (root = '/w/repo', inFolder = ''): PathMap =>
  createPathMap({ root, files: FILES, folder: inFolder })

describe('a path of a report', () => {
  test.each([
    ['absolute', '/w/repo/src/app.ts', 'src/app.ts'],
    [
      'absolute with detours',
      '/w/repo/src/../packages/./api/src/app.ts',
      'packages/api/src/app.ts',
    ],
    ['an address', 'file:///w/repo/src/a%20b%23.ts', 'src/a b#.ts'],
    ['relative', 'src/app.ts', 'src/app.ts'],
    ['relative with a dot', './src/app.ts', 'src/app.ts'],
    ['with backslashes', 'packages\\web\\src\\page.ts', 'packages/web/src/page.ts'],
    ['with a backslash in its name', 'weird\\name.ts', 'weird\\name.ts'],
    ['the only one that ends so', 'only.ts', 'packages/api/src/only.ts'],
    ['of another machine', '/opt/ci/build/packages/api/src/app.ts', 'packages/api/src/app.ts'],
    ['of Windows', 'D:\\a\\repo\\packages\\api\\src\\app.ts', 'packages/api/src/app.ts'],
    [
      'an address of Windows',
      'file:///D:/a/repo/packages/api/src/only.ts',
      'packages/api/src/only.ts',
    ],
    ['ambiguous', 'app.ts', undefined],
    ['of another machine, and ambiguous', '/build/src/app.ts', undefined],
    ['of another machine, with one name the same', '/usr/lib/only.ts', undefined],
    ['not of this repository', '/w/repo/dist/app.js', undefined],
    ['outside', '../repo/src/app.ts', undefined],
    ['outside, absolute', '/w/other/only.ts', undefined],
    ['of a folder that begins alike', '/w/repo-2/README.md', undefined],
    ['of a file that begins as the root', '/w/repo-README.md', undefined],
    ['installed', '/x/node_modules/api/src/only.ts', undefined],
    ['a folder', 'src', undefined],
    ['empty', '', undefined],
    ['the root', '/w/repo', undefined],
    ['wrongly encoded', 'file:///w/repo/%E0%A4%A', undefined],
  ])('that is %s', (_what, reported, expected) => {
    expect(mapOf()(reported)).toBe(expected)
  })

  test.each([
    ['in the folder of the check first', 'packages/api', 'src/app.ts', 'packages/api/src/app.ts'],
    [
      'from the root after that',
      'packages/api',
      'packages/web/src/page.ts',
      'packages/web/src/page.ts',
    ],
    [
      'beside the folder of the check',
      'packages/api',
      '../web/src/app.ts',
      'packages/web/src/app.ts',
    ],
    [
      'with the folder written otherwise',
      './packages/api/',
      'src/app.ts',
      'packages/api/src/app.ts',
    ],
  ])('is looked for %s', (_what, inFolder, reported, expected) => {
    expect(mapOf('/w/repo', inFolder)(reported)).toBe(expected)
  })

  test.each([
    ['absolute', ['/w/repo/packages/web'], 'src/app.ts', 'packages/web/src/app.ts'],
    ['relative', ['packages/web/src'], 'page.ts', 'packages/web/src/page.ts'],
    ['several', ['/x', '/w/repo/packages/web/src'], 'app.ts', 'packages/web/src/app.ts'],
    ['of Windows', ['C:\\x'], 'src/page.ts', 'packages/web/src/page.ts'],
    ['outside', ['/w'], 'src/app.ts', 'src/app.ts'],
  ])('counts from the folders of the report: %s', (_what, roots, reported, expected) => {
    // A check in a folder without such files, so that its own folder decides nothing.
    expect(mapOf('/w/repo', 'docs')(reported, roots)).toBe(expected)
  })

  test('is found by a root of Windows, whatever letter the drive has', () => {
    const map = mapOf('D:\\a\\repo')
    expect(map('d:\\a\\repo\\src\\app.ts')).toBe('src/app.ts')
    expect(map('D:/a/repo/src/app.ts')).toBe('src/app.ts')
    expect(map('file:///D:/a/repo/src/app.ts')).toBe('src/app.ts')
  })

  test.each([
    ['the root is a link, and the report has its target', 'link', 'real/src/app.ts', 'src/app.ts'],
    [
      'the root is the target, and the report has the link',
      'real',
      'link/src/app.ts',
      'src/app.ts',
    ],
    [
      'a package is linked into node_modules',
      'real',
      'real/node_modules/api/src/app.ts',
      'packages/api/src/app.ts',
    ],
    ['there is the same file elsewhere', 'real', 'elsewhere/src/app.ts', undefined],
  ])('is found through links, when %s', (_what, root, reported, expected) => {
    const map = mapOf(join(folder.path, root))
    expect(map(join(folder.path, reported))).toBe(expected)
  })

  test('is never outside of the repository, whatever is reported', () => {
    const random = randomFrom(SEED)
    const oneOf = (items: readonly string[]): string =>
      items[Math.floor(random() * items.length)] ?? ''
    const parts = [
      ...[
        '..',
        '.',
        '',
        '/',
        '\\',
        'src',
        'app.ts',
        'packages',
        'api',
        'web',
        'page.ts',
        'w',
        'repo',
      ],
      ...[
        'file://',
        'file:///',
        'C:',
        '%2e%2e',
        '%2F',
        '\0',
        'node_modules',
        'only.ts',
        '~',
        'a b#.ts',
      ],
    ]
    const path = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 7) }, () => oneOf(parts)).join(
        oneOf(['/', '/', '\\', '']),
      )
    const known = new Set(FILES)
    let found = 0
    for (let round = 0; round < 20_000; round++) {
      const map = round % 100 === 0 ? mapOf('/w/repo', path()) : mapOf()
      const reported = path()
      const roots = random() < 0.5 ? [] : [path(), path()]
      const answer = map(reported, roots)
      if (answer === undefined) continue
      found++
      expect({ reported, roots, isKnown: known.has(answer) }).toMatchObject({ isKnown: true })
    }
    // A test that never finds anything proves nothing.
    expect(found).toBeGreaterThan(500)
  })
})

describe('the paths of a report', () => {
  const of = (mapped: number, total: number): { path: string }[] =>
    Array.from({ length: total }, (_each, index) => ({
      path: index < mapped ? `a${index}` : `/else/${index}`,
    }))
  const map: PathMap = (path) => (path.startsWith('a') ? path : undefined)

  test.each([
    [90, 100, undefined],
    [
      89,
      100,
      'lcov.info: only 89 of 100 paths are files of the repository (at least 90 % must be). Not found: /else/89, /else/90, /else/91, …',
    ],
    [
      0,
      1,
      'lcov.info: only 0 of 1 paths are files of the repository (at least 90 % must be). Not found: /else/0.',
    ],
    [1, 1, undefined],
    [0, 0, undefined],
  ])('of which %i of %i are of the repository: %s', (mapped, total, finding) => {
    const share = mappedShare(of(mapped, total), map)
    expect(share).toMatchObject({ mapped, total })
    expect(pathFinding('lcov.info', share)).toBe(finding)
  })

  test('count once each', () => {
    expect(mappedShare([...of(1, 2), ...of(1, 2)], map)).toMatchObject({ mapped: 1, total: 2 })
  })
})

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { compareFolders } from '../../tools/bundle/compare-folders.ts'
import { licencesText, packageFolders } from '../../tools/bundle/licences.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecs-pipeline-tools-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

describe('the comparison of dist/ with a fresh build', () => {
  test('names what is stale, what is missing and what is different', async () => {
    await write({ 'old/a/index.js': '1', 'old/b/index.js': '1', 'old/c/index.js': '1' })
    await write({ 'new/a/index.js': '1', 'new/b/index.js': '2', 'new/d/index.js': '1' })
    expect(await compareFolders(join(folder, 'old'), join(folder, 'new'))).toEqual([
      'b/index.js: is not what the sources make',
      'c/index.js: no longer belongs there',
      'd/index.js: is missing',
    ])
  })

  test('a dist/ that is not there at all is missing, not an error', async () => {
    await write({ 'new/a/index.js': '1' })
    expect(await compareFolders(join(folder, 'old'), join(folder, 'new'))).toEqual([
      'a/index.js: is missing',
    ])
  })
})

describe('the licences of a bundle', () => {
  test('count every package, also one joined into another module or nested below another package', () => {
    const stats = {
      modules: [
        {
          nameForCondition: '/x/actions/deploy/main.ts',
          modules: [{ nameForCondition: '/x/node_modules/@a/b/i.js' }],
        },
        { nameForCondition: '/x/node_modules/c/node_modules/d/lib/i.js' },
        { nameForCondition: null },
      ],
    }
    expect(packageFolders(stats)).toEqual([
      '/x/node_modules/@a/b',
      '/x/node_modules/c/node_modules/d',
    ])
  })

  test('packages with the same text share it', async () => {
    await write({
      'b/package.json': '{"name": "b", "version": "2.0.0", "license": "MIT"}',
      'b/LICENSE': 'Do what you like.\n',
      'a/package.json': '{"name": "a", "version": "1.0.0", "license": "MIT"}',
      'a/LICENSE.md': 'Do what you like.\r\n',
      'c/package.json': '{"name": "c", "version": "3.0.0"}',
    })
    const rule = '-'.repeat(80)
    expect(await licencesText(['c', 'b', 'a'].map((name) => join(folder, name)))).toBe(
      `a 1.0.0 (MIT)\nb 2.0.0 (MIT)\n\nDo what you like.\n\n${rule}\n\nc 3.0.0 (licence not stated)\n\n\n`,
    )
  })
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { detectPackageManagers } from '../../install/package-manager.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
let count = 0

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String(++count))
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const asks = (packageManager: string): string => JSON.stringify({ packageManager })

test.each<[Record<string, string>, string[]]>([
  [{ 'package-lock.json': '{}' }, ['npm']],
  [{ 'npm-shrinkwrap.json': '{}', 'package-lock.json': '{}' }, ['npm']],
  [{ 'pnpm-lock.yaml': '' }, ['pnpm']],
  [{ 'yarn.lock': '# yarn lockfile v1\n' }, ['yarn-1']],
  [{ 'yarn.lock': '# This file\n\n__metadata:\n  version: 8\n' }, ['yarn']],
  [{ 'yarn.lock': '', '.yarnrc.yml': '' }, ['yarn']],
  [{ 'yarn.lock': '', 'package.json': asks('yarn@4.5.0') }, ['yarn']],
  [{ 'yarn.lock': '', 'package.json': asks('yarn@1.22.22') }, ['yarn-1']],
  [{ 'requirements.txt': '' }, ['pip']],
  [{ 'poetry.lock': '', 'requirements.txt': '' }, ['poetry']],
  [{ 'uv.lock': '' }, ['uv']],
  [{ 'package-lock.json': '{}', 'requirements.txt': '' }, ['npm', 'pip']],
  [{ 'package-lock.json': '{}', 'package.json': '{ broken' }, ['npm']],
])('%j is for %j', async (files, names) => {
  const found = await detectPackageManagers(folderWith(files))
  expect(found.map(({ name }) => name)).toEqual(names)
  expect(found.map(({ notice }) => notice)).toEqual(names.map(() => undefined))
})

test.each<[Record<string, string>, string]>([
  [
    { 'package-lock.json': '{}', 'yarn.lock': '' },
    'package-lock.json and yarn.lock. Delete the one that is not used.',
  ],
  [
    { 'package-lock.json': '{}', 'npm-shrinkwrap.json': '{}', 'pnpm-lock.yaml': '' },
    'npm-shrinkwrap.json and package-lock.json and pnpm-lock.yaml',
  ],
  [{ 'poetry.lock': '', 'uv.lock': '' }, 'poetry.lock and uv.lock'],
  [{ 'package.json': '{}' }, 'There is no lock file in'],
])('%j is unclear: %s', async (files, message) => {
  await expect(detectPackageManagers(folderWith(files))).rejects.toMatchObject({
    name: 'UnclearDependencies',
    message: expect.stringContaining(message) as unknown,
  })
})

test('package.json asks for another one', async () => {
  const files = { 'package-lock.json': '{}', 'package.json': asks('pnpm@9.1.0+sha512.abc') }
  const [npm] = await detectPackageManagers(folderWith(files))
  expect(npm?.notice).toBe(
    'package.json says packageManager pnpm@9.1.0, but the lock file is package-lock.json: the dependencies are installed by npm.',
  )
})

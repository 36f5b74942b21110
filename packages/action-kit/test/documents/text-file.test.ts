import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readTextFile } from '../../src/documents/text-file.ts'

const ADVICE =
  'Paths count from the workspace root; is the repository checked out before this step?'

let workspace: string
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'text-file-'))
  await writeFile(join(workspace, 'here.yml'), 'a: 1')
})
afterAll(() => rm(workspace, { recursive: true, force: true }))

test('a path counts from the workspace root', async () => {
  expect(await readTextFile('here.yml', workspace)).toEqual({ text: 'a: 1' })
})

test('an absolute path is taken as it is', async () => {
  expect(await readTextFile(join(workspace, 'here.yml'), '/elsewhere')).toEqual({ text: 'a: 1' })
})

test.each([
  ['gone.yml', `There is no such file. ${ADVICE}`],
  ['.', `It cannot be read (EISDIR). ${ADVICE}`],
])('%s is not read, and it is said why', async (name, problem) => {
  expect(await readTextFile(name, workspace)).toEqual({ problem })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkSecrets } from '../docker/build-secrets.ts'
import { readPushInputs } from '../inputs.ts'
import type { Tools } from '../tools.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-secrets-'))
  await writeFile(join(folder, 'token.txt'), 'hunter2')
  process.env['NPM_TOKEN_OF_THIS_TEST'] = 'hunter2-hunter2'
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What was masked. */
async function check(lines: string): Promise<readonly string[]> {
  const masked: string[] = []
  const inputs = readPushInputs(
    (name) => ({ repository: 'app', 'build-secrets': lines })[name] ?? '',
  )
  const log = { mask: (secret: string) => masked.push(secret) }
  await checkSecrets(inputs, { context: { workspace: folder }, log } as unknown as Tools)
  return masked
}

describe('secrets of a build', () => {
  test('that are there are masked', async () => {
    expect(await check('id=npm,env=NPM_TOKEN_OF_THIS_TEST\nid=token,src=token.txt')).toEqual([
      'hunter2-hunter2',
    ])
  })

  test('that are not there are named, all at once', async () => {
    await expect(check('id=a,env=NOT_SET_HERE\nid=b,src=nowhere.txt')).rejects.toThrow(
      'build-secrets: the variable NOT_SET_HERE is not set, there is no file nowhere.txt.',
    )
  })
})

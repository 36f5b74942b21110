import { expect, test } from '@jest/globals'
import { readTriggerFile, TriggerFileError } from '../src/index.ts'
import { expectProblems } from '../../../test/support/bad-document.ts'
import { BAD_FILES } from './bad-files.ts'

const variables = { service: 'finance', cluster: 'prod' }

const problemsOf = async (text: string): Promise<readonly string[]> => {
  try {
    await readTriggerFile(text, { name: 'triggers.yml', variables })
    return []
  } catch (error) {
    if (error instanceof TriggerFileError) return error.problems
    throw error
  }
}

test.each(BAD_FILES)('$wrong', async ({ text, problems }) => {
  expectProblems(await problemsOf(text), 'triggers.yml', problems)
})

test('there are at least fifty of them, each named once', () => {
  expect(BAD_FILES.length).toBeGreaterThanOrEqual(50)
  expect(new Set(BAD_FILES.map(({ wrong }) => wrong)).size).toBe(BAD_FILES.length)
})

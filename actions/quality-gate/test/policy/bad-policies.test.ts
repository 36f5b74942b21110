import { expect, test } from '@jest/globals'
import { InputError } from '@ecs-pipeline/action-kit'
import { expectProblems } from '../../../../test/support/bad-document.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { BAD_POLICIES } from './bad-policies.ts'

const problemsOf = async (text: string): Promise<readonly string[]> => {
  try {
    await readPolicy(text, 'quality-gate.yml')
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
}

test.each(BAD_POLICIES)('$wrong', async ({ text, problems }) => {
  expectProblems(await problemsOf(text), 'quality-gate.yml', problems)
})

test('there are at least eighty of them, each named once', () => {
  expect(BAD_POLICIES.length).toBeGreaterThanOrEqual(80)
  expect(new Set(BAD_POLICIES.map(({ wrong }) => wrong)).size).toBe(BAD_POLICIES.length)
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { RULES } from '../../packages/rollout/src/diagnosis/rules.ts'
import { fillDiagnosis } from '../../tools/docs/diagnosis.ts'
import { ROOT } from '../../tools/root.ts'

test('docs/diagnosis.md explains every rule, in the words of the rules (npm run docs)', async () => {
  const page = await readFile(join(ROOT, 'docs/diagnosis.md'), 'utf8')
  expect(fillDiagnosis(page)).toBe(page)
  expect(RULES.map(({ id }) => id).filter((id) => !page.includes(`\`${id}\``))).toEqual([])
})

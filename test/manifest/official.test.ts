/** Changing the `uses:` line is the whole migration: every input and output of the official actions is here, or is said not to be. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readFaces } from '../../tools/action-files.ts'
import { ROOT } from '../../tools/root.ts'
import { DEPLOY_INPUTS, DEPLOY_OUTPUTS, RENDER_INPUTS } from './official.ts'

const faces = (await readFaces()).filter(({ program }) => program === 'deploy')

test('v2.6.3 has 31 inputs and 3 outputs, the render action 15 inputs', () => {
  expect(new Set(DEPLOY_INPUTS).size).toBe(31)
  expect(new Set(DEPLOY_OUTPUTS).size).toBe(3)
  expect(new Set(RENDER_INPUTS).size).toBe(15)
})

describe.each(faces.map((each) => [each.face || 'the root action', each.action] as const))(
  '%s',
  (_face, { inputs = {}, outputs = {} }) => {
    test.each([...DEPLOY_INPUTS, ...RENDER_INPUTS])('takes %s', (name) => {
      expect(inputs).toHaveProperty([name])
    })

    test.each(DEPLOY_OUTPUTS)('gives %s', (name) => {
      expect(outputs).toHaveProperty([name])
    })

    test('asks for nothing that the official action does not ask for', () => {
      const required = Object.entries(inputs).filter(([, input]) => input.required)
      expect(required.map(([name]) => name)).toEqual([])
    })
  },
)

describe('docs/migrating.md', () => {
  const page = readFileSync(join(ROOT, 'docs/migrating.md'), 'utf8')

  /** The rows of one of its tables: name and what is said of it. */
  function rowsOf(table: string): readonly (readonly [string, string])[] {
    const [, block = ''] =
      new RegExp(`<!-- ${table} -->([\\s\\S]*?)<!-- /${table} -->`).exec(page) ?? []
    return [...block.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(
      ([, name = '', says = '']) => [name, says] as const,
    )
  }

  test.each([
    ['official-deploy-inputs', DEPLOY_INPUTS],
    ['official-deploy-outputs', DEPLOY_OUTPUTS],
    ['official-render-inputs', RENDER_INPUTS],
  ])('%s names every one, in its order', (table, names) => {
    expect(rowsOf(table).map(([name]) => name)).toEqual(names)
  })

  test('says of each whether it is the same or differs', () => {
    const tables = ['official-deploy-inputs', 'official-deploy-outputs', 'official-render-inputs']
    for (const [name, says] of tables.flatMap(rowsOf)) {
      expect(`${name}: ${says}`).toMatch(new RegExp(`^${name}: (Same\\b|Differs: )`))
    }
  })
})

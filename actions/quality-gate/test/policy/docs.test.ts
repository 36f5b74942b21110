/** What the pages of the quality gate say, held against the code. */
import { describe, expect, test } from '@jest/globals'
import { METRICS, REPORT_FORMATS, KIND_OF } from '@ecs-pipeline/quality'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { schema as inputs } from '../../inputs.ts'
import { CHECK_KEYS, FILE_KEYS, GATE_KEYS } from '../../policy/keys.ts'
import { readPolicy } from '../../policy/read-policy.ts'

const textOf = (path: string): string =>
  readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')

const PAGES = ['docs/quality-gate.md', 'quality-gate/README.md']
const examples = PAGES.flatMap((page) =>
  [...textOf(page).matchAll(/^```ya?ml\n(.*?)^```$/gms)].map(([, text = '']) => ({ page, text })),
)
const isPolicy = ({ text }: { text: string }): boolean => /^version: 1$/m.test(text)
const policies = examples.filter(isPolicy)
const workflows = examples.filter((each) => !isPolicy(each))

test('there are examples of both', () => {
  expect(policies.length).toBeGreaterThanOrEqual(4)
  expect(workflows.length).toBeGreaterThanOrEqual(2)
})

describe.each(policies)('a policy of $page', ({ text }) => {
  test('is read, and valid by the schema', async () => {
    expect((await readPolicy(text, 'quality-gate.yml')).checks.length).toBeGreaterThan(0)
    const isValid = new Ajv2020({ strict: false }).compile(
      JSON.parse(textOf('docs/schema/quality-gate.schema.json')) as object,
    )
    isValid(parse(text))
    expect(isValid.errors ?? []).toEqual([])
  })
})

interface Step {
  readonly uses: string
  readonly with?: Readonly<Record<string, unknown>>
}

test.each(workflows)('a step of $page has inputs that there are', ({ text }) => {
  const steps = parse(text) as readonly Step[]
  const ours = steps.filter(({ uses }) => uses.includes('/quality-gate@'))
  expect(ours.length).toBeGreaterThan(0)
  for (const step of ours) {
    const names = inputs.describe().map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})))
  }
})

/** The rows of the table under a heading, as lists of cells. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = textOf('docs/quality-gate.md').split(`## ${heading}\n`)
  const [, table = ''] = /\n\|---.*\n((?:\|.*\n)+)/.exec(section) ?? []
  return table
    .trimEnd()
    .split('\n')
    .map((row) => row.slice(2, -2).split(' | '))
}

describe('the tables', () => {
  test.each([
    ['The keys of the file', FILE_KEYS],
    ['The keys of a check', CHECK_KEYS],
    ['The keys of a gate', GATE_KEYS],
  ])('%s', (heading, keys) => {
    expect(rowsUnder(heading).map(([key]) => key)).toEqual(keys.map((key) => `\`${key}\``))
  })

  test('metrics', () => {
    expect(rowsUnder('Metrics').slice(0, -1)).toEqual(
      METRICS.map(({ name, what, unit, scopes, worse }) => [
        `\`${name}\``,
        what,
        unit,
        scopes.map((scope) => `\`${scope}\``).join(', '),
        worse,
      ]),
    )
  })

  test('formats', () => {
    const words = {
      tests: 'tests',
      coverage: 'coverage',
      issues: 'issues',
      audit: 'vulnerabilities',
    }
    expect(rowsUnder('Formats').map(([format, what = '']) => [format, what.split(',')[0]])).toEqual(
      REPORT_FORMATS.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).map((format) => [
        `\`${format}\``,
        words[KIND_OF[format]],
      ]),
    )
  })
})

/** Of the table: by what is read. */
const ORDER = [
  'junit',
  'jest-json',
  'tap',
  'lcov',
  'cobertura',
  'istanbul-summary',
  'eslint-json',
  'sarif',
  'tsc',
  'prettier',
  'npm-audit',
]

import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { FILE_KEYS, readTriggerFile, TRIGGER_KEYS } from '../src/index.ts'
import { WELL_KNOWN_METRICS } from '../src/well-known-metrics.ts'
import { LONG_FORM, SHORT_FORM } from './good-files.ts'

const textOf = (path: string): string =>
  readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8')

const page = textOf('triggers.md')
const examples = [...page.matchAll(/^```ya?ml\n(.*?)^```$/gms)].map(([, text = '']) => text)
const isValid = new Ajv2020({ strict: false }).compile(
  JSON.parse(textOf('schema/trigger-file.schema.json')) as object,
)

const read = (text: string): ReturnType<typeof readTriggerFile> =>
  readTriggerFile(text, {
    name: 'docs/triggers.md',
    variables: { service: 'finance', cluster: 'prod' },
  })

test('there are examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(4)
})

test.each(examples)('an example is read, and valid by the schema:\n%s', async (text) => {
  expect((await read(text)).triggers.length).toBeGreaterThan(0)
  isValid(parse(text))
  expect(isValid.errors ?? []).toEqual([])
})

test('the first two are the forms that the tests know', async () => {
  expect(await read(examples[0] ?? '')).toEqual(await read(SHORT_FORM))
  const named = { name: '' }
  const sameName = (plan: Awaited<ReturnType<typeof read>>): unknown => ({
    ...plan,
    triggers: plan.triggers.map((each) => ({ ...each, ...named })),
  })
  expect(sameName(await read(examples[1] ?? ''))).toEqual(sameName(await read(LONG_FORM)))
})

/** The rows of the table under a heading, as lists of cells. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`## ${heading}\n`)
  const [, table = ''] = /\n\|---.*\n((?:\|.*\n)+)/.exec(section) ?? []
  return table
    .trimEnd()
    .split('\n')
    .map((row) => row.slice(2, -2).split(' | '))
}

describe('the tables', () => {
  test.each([
    // `rollback_triggers` is told of in the row of `triggers`.
    ['The keys of the file', FILE_KEYS.filter((key) => key !== 'rollback_triggers')],
    ['The keys of a trigger', TRIGGER_KEYS],
  ])('%s', (heading, keys) => {
    expect(rowsUnder(heading).map(([key]) => key)).toEqual(keys.map((key) => `\`${key}\``))
  })

  test('well-known metrics', () => {
    const units: Readonly<Record<string, string>> = { s: ' (seconds)', '%': ' (%)' }
    expect(rowsUnder('Well-known metrics')).toEqual(
      WELL_KNOWN_METRICS.map((metric) => [
        `\`${metric.name}\`${units[metric.unit] ?? ''}`,
        `\`${metric.namespace}\``,
        `\`${metric.statistic}\``,
        metric.badWhen ?? 'say it',
        `\`${metric.missingData}\``,
        metric.level.replace('-', ' '),
      ]),
    )
  })
})

import { expect, test } from '@jest/globals'
import { Fields, type FieldsOptions, parseDocument, Problems } from '../../src/index.ts'

const options: FieldsOptions = {
  what: 'a rule',
  keys: ['name', 'limit', 'level', 'minutes'],
  otherNames: { maximum: 'limit' },
  misplaced: (key) => (key === 'version' ? '`version` belongs to the file.' : undefined),
}

async function read<Result>(
  text: string,
  ask: (fields: Fields) => Result,
): Promise<{ result: Result | undefined; lines: readonly string[] }> {
  const problems = new Problems('gate.yml')
  const value = await parseDocument(text, problems)
  const fields = value && Fields.of(value, options, problems)
  return { result: fields && ask(fields), lines: problems.lines }
}

const limit = (fields: Fields): number | undefined => fields.number('limit')
const minutes = (fields: Fields): number | undefined =>
  fields.integer('minutes', { minimum: 1, maximum: 60, unit: 'minutes' })
const level = (fields: Fields): string | undefined => fields.choice('level', ['error', 'warning'])
const name = (fields: Fields): string | undefined => fields.text('name')

test.each([
  ['limit: 1.5', limit, 1.5],
  ['limit: -1e3', limit, -1000],
  ['minutes: 60', minutes, 60],
  ['level: warning', level, 'warning'],
  ['name: " a "', name, ' a '],
  ['level: error', name, undefined],
])('%s', async (text, ask, expected) => {
  expect(await read<unknown>(text, ask)).toEqual({ result: expected, lines: [] })
})

test.each([
  [
    'limit: "1.5"',
    limit,
    '1:8: `limit` has to be a number, not the text "1.5". Remove the quotes.',
  ],
  ['limit: 10 %', limit, '1:8: `limit` has to be a number, not the text "10 %". Write 10.'],
  ["limit: 1'000", limit, '1:8: `limit` has to be a number, not the text "1\'000". Write 1000.'],
  ['limit: 1,5', limit, '1:8: `limit` has to be a number, not the text "1,5". Write 1.5.'],
  ['limit: much', limit, '1:8: `limit` has to be a number, not the text "much".'],
  ['limit: -.INF', limit, '1:8: `limit` has to be a finite number, not -.INF.'],
  ['limit:', limit, '1:7: `limit` has no value. It has to be a number.'],
  ['limit: [1]', limit, '1:8: `limit` has to be a number, not a list.'],
  [
    'minutes: 1h',
    minutes,
    '1:10: `minutes` has to be a whole number of minutes from 1 to 60, not the text "1h". Write 60.',
  ],
  [
    'minutes: 90s',
    minutes,
    '1:10: `minutes` has to be a whole number of minutes from 1 to 60, not the text "90s". Write 90.',
  ],
  [
    'minutes: 1.5',
    minutes,
    '1:10: `minutes` has to be a whole number of minutes from 1 to 60, not 1.5.',
  ],
  [
    'minutes: 61',
    minutes,
    '1:10: `minutes` has to be a whole number of minutes from 1 to 60, not 61.',
  ],
  [
    'level: Warnings',
    level,
    '1:8: `level` has to be one of error, warning, not the text "Warnings". Did you mean "warning"?',
  ],
  [
    'level: {a: b}',
    level,
    '1:8: `level` has to be one of error, warning, not a map of keys and values.',
  ],
  ['name: 007', name, '1:7: `name` has to be a text, not 007. Put it in quotes.'],
  ['name: ""', name, '1:7: `name` has to be a text, not an empty text.'],
  [`name: [${'x'.repeat(99)}]`, name, '1:7: `name` has to be a text, not a list.'],
  ['nam: a', name, '1:1: a rule has no key "nam". Did you mean `name`?'],
  ['maxi_mum: 1', name, '1:1: a rule has no key "maxi_mum". Did you mean `limit`?'],
  ['version: 1', name, '1:1: `version` belongs to the file.'],
  [
    'colour: red',
    name,
    '1:1: a rule has no key "colour". Its keys are name, limit, level, minutes.',
  ],
  [
    '__proto__: 1',
    name,
    '1:1: a rule has no key "__proto__". Its keys are name, limit, level, minutes.',
  ],
  ['- a', name, '1:1: a rule is a map of keys and values, not a list.'],
])('%s: what is wrong', async (text, ask, line) => {
  expect(await read<unknown>(text, ask)).toEqual({ result: undefined, lines: [`gate.yml:${line}`] })
})

test('a key that is needed is asked for where the map begins', async () => {
  const { lines } = await read('# a rule\n\n  name: a\n', (fields) =>
    fields.need('limit', 'Write it.'),
  )
  expect(lines).toEqual(['gate.yml:3:3: a rule needs `limit`. Write it.'])
})

test('problems are in the order of the document, and each is said once', () => {
  const problems = new Problems('a')
  expect(problems.none).toBe(true)
  problems.add({ line: 10, column: 1 }, 'c')
  problems.add({ line: 2, column: 10 }, 'b')
  problems.add({ line: 2, column: 9 }, 'a')
  problems.add({ line: 2, column: 10 }, 'b')
  expect(problems.lines).toEqual(['a:2:9: a', 'a:2:10: b', 'a:10:1: c'])
  expect(problems.none).toBe(false)
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type DocumentValue, parseDocument, Problems } from '../../src/index.ts'

async function parse(
  text: string,
): Promise<{ value: DocumentValue | undefined; lines: readonly string[] }> {
  const problems = new Problems('a.yml')
  const value = await parseDocument(text, problems)
  return { value, lines: problems.lines }
}

/** Values alone, so that a document reads as it would in JSON; maps as lists of pairs. */
function plain(value: DocumentValue | undefined): unknown {
  switch (value?.kind) {
    case 'text':
      return value.text
    case 'number':
    case 'truth':
      return value.value
    case 'list':
      return value.items.map(plain)
    case 'map':
      return new Map(value.entries.map((entry) => [entry.key, plain(entry.value)]))
    default:
      return null
  }
}

const fromJson = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fromJson)
  if (typeof value !== 'object' || value === null) return value
  return new Map(Object.entries(value).map(([key, each]) => [key, fromJson(each)]))
}

test('every value has its place', async () => {
  const { value } = await parse('a: 1\nb:\n  - x\n  - {c: yes, d: "e"}\nf:\n')
  expect(value).toMatchObject({
    kind: 'map',
    place: { line: 1, column: 1 },
    entries: [
      { key: 'a', keyPlace: { line: 1, column: 1 }, value: { place: { line: 1, column: 4 } } },
      {
        key: 'b',
        value: {
          kind: 'list',
          place: { line: 3, column: 3 },
          items: [
            { kind: 'text', text: 'x', place: { line: 3, column: 5 } },
            {
              kind: 'map',
              place: { line: 4, column: 5 },
              entries: [
                { key: 'c', keyPlace: { line: 4, column: 6 }, value: { text: 'yes' } },
                { key: 'd', value: { text: 'e', place: { line: 4, column: 17 } } },
              ],
            },
          ],
        },
      },
      { key: 'f', keyPlace: { line: 5, column: 1 }, value: { kind: 'nothing' } },
    ],
  })
})

test.each([
  ['Norway', 'NO', 'NO'],
  ['yes and on', '[yes, on, Off, y, n]', ['yes', 'on', 'Off', 'y', 'n']],
  ['booleans', '[true, False, TRUE]', [true, false, true]],
  ['a time of day', '1:30', '1:30'],
  ['a date', '2026-11-21', '2026-11-21'],
  ['octal as C has it', '010', 10],
  ['hexadecimal', '0x10', 16],
  ['a number in quotes', '"5"', '5'],
  ['null', '[null, ~, NULL, ]', [null, null, null]],
  ['escapes of JSON', '"\\u00e9\\/\\ud83d\\ude00\\n"', 'é/😀\n'],
  ['a merge key is a key', '{<<: {a: 1}}', new Map([['<<', new Map([['a', 1]])]])],
  [
    'keys are texts',
    '{1: a, true: b, null: c}',
    new Map([
      ['1', 'a'],
      ['true', 'b'],
      ['null', 'c'],
    ]),
  ],
  [
    '__proto__ is a key',
    '{__proto__: 1, constructor: 2}',
    new Map([
      ['__proto__', 1],
      ['constructor', 2],
    ]),
  ],
  ['%YAML 1.1', '%YAML 1.1\n---\nno', 'no'],
  ['a byte order mark', '\uFEFFa', 'a'],
  ['nothing', '', null],
  ['an alias', '[&x {a: 1}, *x]', [new Map([['a', 1]]), new Map([['a', 1]])]],
])('%s', async (_what, text, expected) => {
  expect(await parse(text)).toMatchObject({ lines: [] })
  expect(plain((await parse(text)).value)).toEqual(expected)
})

describe('what cannot be read', () => {
  test.each([
    [
      'tabs',
      'a: 1\n\tb: 2',
      '2:1: not valid YAML: Tabs are not allowed as indentation. Indent with spaces.',
    ],
    ['a map that is not closed', 'a: {b: 1', '1:9: not valid YAML: Flow map'],
    ['a map on the line of its key', 'a: b: c', '1:4: not valid YAML: Nested mappings'],
    [
      'a reserved character',
      'a: @b',
      '1:4: not valid YAML: Plain value cannot start with reserved character @. Put the value in quotes.',
    ],
    ['quotes that are not closed', "- 'a\n- b", "1:3: not valid YAML: Missing closing quote '"],
    [
      'a list as a key',
      '? [a]\n: 1',
      '1:3: not valid YAML: With stringKeys, all keys must be strings. A key has to be a plain text.',
    ],
    ['two documents', 'a: 1\n---\nb: 1', '2:1: a second document begins here'],
    ['an alias of nothing', 'a: *b', '1:4: there is no anchor "&b"'],
    ['a long text', `a: ${'x'.repeat(300_000)}`, '1:1: the document has 300003 characters'],
    ['lists in lists', '- '.repeat(100), '1:128: this is nested more than 64 levels deep.'],
    [
      'maps in maps',
      '{a: '.repeat(100_000).slice(0, 200_000),
      '1:254: this is nested more than 64 levels deep.',
    ],
    ['a long list', `[${'1,'.repeat(30_000)}]`, '1:40000: more than 20000 values are not read.'],
    ['many aliases', `[&x 1, ${'*x, '.repeat(101)}]`, '1:408: more than 100 aliases'],
  ])('%s', async (_what, text, line) => {
    const { value, lines } = await parse(text)
    expect(value).toBeUndefined()
    expect(lines).toEqual([expect.stringContaining(`a.yml:${line}`)])
  })
})

test('keys that are written twice and tags do not hide the rest', async () => {
  const { value, lines } = await parse('a: 1\nb: !x 2\na: 3\nc: {d: 1, d: 2}\n')
  expect(lines.map((line) => line.split(': ')[0])).toEqual(['a.yml:2:7', 'a.yml:3:1', 'a.yml:4:11'])
  expect(plain(value)).toEqual(
    new Map<string, unknown>([
      ['a', 1],
      ['b', '2'],
      ['c', new Map([['d', 1]])],
    ]),
  )
})

test('any JSON is read as JSON.parse reads it', async () => {
  const json = fc
    .jsonValue({ maxDepth: 4 })
    .filter((value) => !JSON.stringify(value).includes('e+'))
  await fc.assert(
    fc.asyncProperty(json, fc.constantFrom(undefined, 2, '\t'), async (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const parsed = await parse(text)
      expect(parsed.lines).toEqual([])
      expect(plain(parsed.value)).toEqual(fromJson(JSON.parse(text)))
    }),
    { numRuns: 100 },
  )
})

test('no text makes it throw', async () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '\t',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '"',
    "'",
    '&a ',
    '*a',
    '!x ',
    '#',
    '|',
    '>',
    '---',
    '%',
    '<<',
    '? ',
    '1',
    '\r\n',
    '\uFEFF',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 60 }), async (texts) => {
      const { value, lines } = await parse(texts.join(''))
      expect(value !== undefined || lines.length > 0).toBe(true)
      for (const line of lines) expect(line).toMatch(/^a\.yml:[1-9]\d*:[1-9]\d*: \S/)
    }),
    { numRuns: 500 },
  )
})

import { expect, test } from '@jest/globals'
import { parseYaml } from '../../src/documents/parse-yaml.ts'

test.each([
  ['JSON', '{ "a": [1, null] }', { a: [1, null] }],
  ['an alias', 'a: &x { b: 1 }\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
  ['nothing', '', null],
])('%s', async (_what, text, value) => {
  expect(await parseYaml(text)).toEqual({ value })
})

test('the first problem is said, on one line and with its place', async () => {
  expect(await parseYaml('a: 1\nb: [1\nc: 2\n')).toEqual({
    problem: expect.stringMatching(/^[^\n]+ \(line 3 column 1\)$/),
  })
})

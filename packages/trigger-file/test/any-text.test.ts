import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  FILE_KEYS,
  METRIC_KEYS,
  readTriggerFile,
  TRIGGER_KEYS,
  TriggerFileError,
} from '../src/index.ts'
import { LONG_FORM } from './good-files.ts'

const variables = { service: 'finance', cluster: 'prod' }

/** Read, or refused with places: whatever it is, it is nothing else. */
async function answerTo(text: string): Promise<void> {
  try {
    const { triggers } = await readTriggerFile(text, { name: 'x', variables })
    expect(triggers.length).toBeGreaterThan(0)
  } catch (error) {
    if (!(error instanceof TriggerFileError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    for (const problem of error.problems) expect(problem).toMatch(/^x:[1-9]\d*:[1-9]\d*: \S/)
  }
}

test('a file with something taken out or put in is read, or refused with a place', async () => {
  const piece = fc.constantFrom(
    '',
    '"',
    '[',
    '{',
    ': ',
    '- ',
    '\n',
    '\t',
    '*a',
    '0',
    '-',
    '${',
    '(',
    '!',
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(LONG_FORM.length), fc.nat(30), piece, async (at, length, put) =>
      answerTo(LONG_FORM.slice(0, at) + put + LONG_FORM.slice(at + length)),
    ),
    { numRuns: 200 },
  )
})

test('so is any value under any key', async () => {
  const anything = fc.jsonValue({ maxDepth: 2 })
  const word = fc.constantFrom(
    'AWS/ApplicationELB',
    'RequestCount',
    'e',
    '>',
    'Sum',
    60,
    1,
    300,
    {},
    'a/b',
  )
  const keys = [...TRIGGER_KEYS, ...METRIC_KEYS, '__proto__', 'toString']
  const trigger = fc.dictionary(fc.constantFrom(...keys), fc.oneof(word, anything), { maxKeys: 8 })
  const file = fc.dictionary(fc.constantFrom(...FILE_KEYS), fc.oneof(word, anything), {
    maxKeys: 4,
  })
  await fc.assert(
    fc.asyncProperty(file, fc.array(trigger, { maxLength: 3 }), async (around, triggers) =>
      answerTo(JSON.stringify({ ...around, triggers })),
    ),
    { numRuns: 200 },
  )
})

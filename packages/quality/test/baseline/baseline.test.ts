import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  BadBaseline,
  hasSameNumbers,
  number,
  ratio,
  readBaseline,
  writeBaseline,
  type Baseline,
} from '../../src/index.ts'

const BASELINE: Baseline = {
  version: 1,
  branch: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
  recordedAt: '2026-01-31T12:00:00.000Z',
  policy: '9f86d081884c7d65',
  metrics: {
    'lint.errors': number(3),
    'coverage.lines': ratio({ covered: 871, total: 1000 }),
  },
}

const TEXT = `{
  "version": 1,
  "branch": "main",
  "commit": "0123456789abcdef0123456789abcdef01234567",
  "recordedAt": "2026-01-31T12:00:00.000Z",
  "policy": "9f86d081884c7d65",
  "metrics": {
    "coverage.lines": { "covered": 871, "total": 1000 },
    "lint.errors": { "value": 3 }
  }
}
`

const read = (text: string): Baseline => readBaseline(text, 'quality.json')

/** The file with one member replaced; `undefined` takes it away. */
const textWith = (members: object): string => JSON.stringify({ ...JSON.parse(TEXT), ...members })

describe('writeBaseline', () => {
  test('is sorted, one line for each number', () => {
    expect(writeBaseline(BASELINE)).toBe(TEXT)
  })

  test('leaves out a ratio of nothing', () => {
    const metrics = { 'coverage.lines': ratio({ covered: 0, total: 0 }) }
    expect(read(writeBaseline({ ...BASELINE, metrics })).metrics).toEqual({})
  })

  test('whatever is written is read again', () => {
    const count = fc.nat({ max: Number.MAX_SAFE_INTEGER })
    const measure = fc.oneof(
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => number(value + 0)),
      fc
        .tuple(count, fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }))
        .map(([a, b]) => ratio({ covered: Math.min(a, b + 1), total: b + 1 })),
    )
    const metrics = fc.dictionary(fc.string({ unit: 'binary' }), measure)
    fc.assert(
      fc.property(metrics, (some) => {
        const baseline = { ...BASELINE, metrics: { ...some } }
        expect(read(writeBaseline(baseline))).toEqual(baseline)
      }),
    )
  })
})

describe('readBaseline', () => {
  test('reads what a formatter has made of it', () => {
    expect(read(JSON.stringify(JSON.parse(TEXT), undefined, 8))).toEqual(BASELINE)
  })

  test('a metric may have any name', () => {
    const text = TEXT.replace('lint.errors', '__proto__')
    expect(Object.keys(read(text).metrics)).toEqual(['coverage.lines', '__proto__'])
  })

  test.each([
    ['it is empty', '', 'it is empty'],
    ['it is cut', TEXT.slice(0, 100), 'it is not JSON, or cut off|line \\d+: it is not JSON'],
    ['a comma is missing', TEXT.replace('"main",', '"main"'), 'line 4: it is not JSON'],
    ['it is something else', '[1]', 'an object is expected, not \\[1\\]'],
    ['it is of a later release', textWith({ version: 2 }), 'version: 1 is expected, not 2'],
    ['a member is missing', textWith({ metrics: undefined }), 'metrics: it is missing'],
    ['a member is foreign', textWith({ percent: 80 }), '"percent": it does not belong there'],
    ['the branch has a line break', textWith({ branch: 'a\nb' }), 'branch: the name of a branch'],
    ['the commit is short', textWith({ commit: '0123456' }), 'commit: the id of a commit'],
    ['the time is no time', textWith({ recordedAt: '2026-02-31' }), 'recordedAt: a time like'],
    ['the policy is none', textWith({ policy: '' }), 'policy: a hash is expected, not ""'],
    ['no metrics', textWith({ metrics: null }), 'metrics: an object is expected, not null'],
  ])('%s', (_name, text, problem) => {
    expect(() => read(text)).toThrow(BadBaseline)
    expect(() => read(text)).toThrow(
      new RegExp(`^quality\\.json: (${problem}).*\\. It is treated as missing\\.$`),
    )
  })

  test.each([
    [{ covered: 3, total: 2 }, 'metrics, "lines", covered: 3 is more than all 2'],
    [{ covered: 0, total: 0 }, 'metrics, "lines", total: it is 0: nothing was counted'],
    [{ covered: -1, total: 2 }, 'covered: a number of 0 or more is expected, not -1'],
    [{ covered: 1.5, total: 2 }, 'covered: a whole number is expected, not 1.5'],
    [{ covered: 1 }, 'total: it is missing'],
    [{ covered: 1, total: 2, value: 3 }, '"covered": it does not belong there'],
    [{ value: '3' }, 'value: a number of 0 or more is expected, not "3"'],
    [87.1, 'an object is expected, not 87.1'],
  ])('the measure %j', (lines, problem) => {
    expect(() => read(textWith({ metrics: { lines } }))).toThrow(problem)
  })

  test('a number that is too large to be one', () => {
    const text = TEXT.replace('"value": 3', '"value": 1e999')
    expect(() => read(text)).toThrow('a number of 0 or more is expected, not Infinity')
  })

  test('a file that is too large is not looked at', () => {
    expect(() => read(`${TEXT}${' '.repeat(512 * 1024)}`)).toThrow('it is larger than 524288 bytes')
  })
})

test('the same numbers are the same, of whatever commit', () => {
  const later = { ...BASELINE, commit: 'f'.repeat(40), recordedAt: '2026-02-01T12:00:00.000Z' }
  expect(hasSameNumbers(BASELINE, later)).toBe(true)
  expect(hasSameNumbers(BASELINE, { ...later, metrics: { 'lint.errors': number(3) } })).toBe(false)
  expect(hasSameNumbers(BASELINE, { ...later, policy: 'other' })).toBe(false)
})

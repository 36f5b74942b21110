import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { randomFrom } from '../../../../test/support/random.ts'
import { BadReport } from '../../src/reports/bad-report.ts'
import {
  LARGEST_ENTRY,
  readJson,
  readJsonReport,
  type Entry,
} from '../../src/reports/json-report.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

const SEED = Number(process.env['QUALITY_SEED'] ?? 1)

let folder: ReportFolder
beforeAll(async () => {
  folder = await reportFolder()
  console.log(`seed ${SEED} (QUALITY_SEED chooses another)`)
})
afterAll(() => folder.remove())

const problemOf = async (pieces: Iterable<string>): Promise<string> => {
  const read = readJson(pieces, 'r.json', [{ path: ['list', '*'], onEntry: () => undefined }])
  return read.then(
    () => 'no problem',
    (error: unknown) => (error instanceof BadReport ? error.message : `not ours: ${String(error)}`),
  )
}

describe('a report in JSON', () => {
  test('is told entry by entry, with the place of each, and the rest at its end', async () => {
    const entries: Entry[] = []
    const onEntry = (entry: Entry): void => void entries.push(entry)
    const text =
      '{"a": 1,\n"list": [ {"x":[1,2]},\n -1.5e3, "t\\"\\u00e9"\n], "list2": [7], "b": {"list":[9]}}'
    const rest = await readJson([text], 'r.json', [
      { path: ['list', '*'], onEntry },
      { path: ['list2', '*'] },
    ])
    expect(entries).toEqual([
      { value: { x: [1, 2] }, path: ['list', 0], line: 2 },
      { value: -1500, path: ['list', 1], line: 3 },
      { value: 't"é', path: ['list', 2], line: 3 },
    ])
    expect(rest).toEqual({ a: 1, list: [null, null, null], list2: [null], b: { list: [9] } })
  })

  test.each([
    ['12', 12],
    [' -0.5 ', -0.5],
    ['"a"', 'a'],
    ['null', null],
    ['[]', []],
  ])('may be one value only: %s', async (text, value) => {
    expect(await readJson([text], 'r.json')).toEqual(value)
    expect(await readJson(text, 'r.json')).toEqual(value)
  })

  test('is read over the borders of what is read at once, with a byte order mark', async () => {
    const text = `x${'ü€🙂'.repeat(100_000)}`
    const file = await folder.write('wide.json', `\ufeff[${JSON.stringify(text)}, 1]`)
    const values: unknown[] = []
    await readJsonReport(file, [{ path: ['*'], onEntry: ({ value }) => values.push(value) }])
    expect(values).toEqual([text, 1])
  })

  test.each([
    ['{"list":[{"a":1}', 'r.json:1: the report is cut off in the list of line 1'],
    ['{"list":[{"a":"b', 'r.json:1: the report is cut off in the object of line 1, where a text'],
    ['{"list":[1,2', 'r.json:1: the report is cut off in the list of line 1'],
    [
      '{\n"list":[\n',
      "r.json:3: the report is cut off in the list of line 2, where a value or ']'",
    ],
    ['{\n "list":[\n  {"a" 1}]}', "r.json:3: '1' stands where ':' should (column 8)."],
    ['{"list":[1 2]}', "r.json:1: '2' stands where ',' or the end of it should (column 12)."],
    ['{"list":[1,]}', "r.json:1: ']' stands where a value should (column 12)."],
    ['{"list":[1}]', "r.json:1: '}' stands where ',' or the end of it should (column 11)."],
    ['{"list":[],}', "r.json:1: '}' stands where a name in quotes should (column 12)."],
    ['{list:[]}', "r.json:1: 'l' stands where a name in quotes or '}' should (column 2)."],
    ['{"list":[NaN]}', "r.json:1: 'N' stands where a value or ']' should (column 10)."],
    ['{"list":[nule]}', "r.json:1: 'e' stands where 'null' should (column 13)."],
    ['{"list":[01]}', "r.json:1: '01' is no number (column 10)."],
    ['{"list":[1.]}', "r.json:1: '1.' is no number (column 10)."],
    [
      '{"list":["a\nb"]}',
      'r.json:1: a text has a line end or a control character in it (column 12).',
    ],
    ['{"list":["\\x"]}', "r.json:1: '\\x' is nothing that JSON knows (column 12)."],
    ['{"list":["\\u00g0"]}', "r.json:1: '\\u' has four hexadecimal digits (column 15)."],
    ['{"list":[]}\n{}', "r.json:2: '{' stands where the end of the file should (column 1)."],
    ['-', "r.json:1: '-' is no number (column 1)."],
    ['[[1]', 'r.json:1: the report is cut off in the list of line 1'],
    ['', 'r.json:1: it has no JSON (column 1).'],
    ['['.repeat(2000), 'r.json:1: more than 1000 lists and objects are in each other'],
    [`[${'1'.repeat(2000)}]`, 'r.json:1: this number has no end'],
  ])('that is wrong is refused with its place: %j', async (text, problem) => {
    expect(await problemOf([text])).toContain(problem)
    // Cut at every character, it says the same.
    expect(await problemOf(text)).toContain(problem)
  })

  test('with an entry too large to hold is refused', async () => {
    const piece = 'x'.repeat(1024 * 1024)
    const pieces = [
      '{\n"list":["',
      ...Array<string>(LARGEST_ENTRY / piece.length + 1).fill(piece),
      '"]}',
    ]
    expect(await problemOf(pieces)).toBe(
      'r.json:2: the entry that begins here is larger than 32 MB.',
    )
    const rest = pieces.with(0, '{\n"other":["')
    expect(await problemOf(rest)).toContain(
      'r.json:2: what stands beside its entries is too large.',
    )
  })

  test('that is missing is no empty report', async () => {
    const file = { name: 'none.json', path: join(folder.path, 'none.json') }
    await expect(readJsonReport(file)).rejects.toThrow(/no such file/)
    const aFolder = { name: 'here', path: folder.path }
    await expect(readJsonReport(aFolder)).rejects.toThrow(BadReport)
  })

  test('of 64 MB is read with a heap of 24 MB', async () => {
    const path = join(folder.path, 'large.json')
    const out = createWriteStream(path)
    const entry = JSON.stringify(
      { text: 'ab "c"\n'.repeat(2000), list: [1, 2, { a: null }] },
      null,
      4,
    )
    const count = Math.ceil((64 * 1024 * 1024) / entry.length)
    out.write('{ "list": [')
    for (let at = 0; at < count; at++) {
      if (!out.write(`${at === 0 ? '' : ','}\n${' '.repeat(40)}${entry}`)) await once(out, 'drain')
    }
    out.end(']}')
    await once(out, 'finish')
    const source = new URL('../../src/reports/json-report.ts', import.meta.url).href
    const program = `
      const { readJsonReport } = await import(${JSON.stringify(source)})
      let count = 0
      const path = ${JSON.stringify(path)}
      await readJsonReport({ name: 'large', path }, [{ path: ['list', '*'], onEntry: () => count++ }])
      console.log(count)`
    const counted = execFileSync(
      process.execPath,
      ['--max-old-space-size=24', '--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    )
    expect(Number(counted)).toBe(count)
  })
})

/** Texts that are JSON, and texts that are nearly JSON, against JSON.parse; cut in random pieces. */
test('2,000 random texts are read, or refused, as JSON.parse does', async () => {
  const random = randomFrom(SEED)
  const below = (limit: number): number => Math.floor(random() * limit)
  const oneOf = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[below(items.length)] ?? items[0]
  const value = (depth: number): unknown => {
    switch (depth > 4 ? below(4) : below(6)) {
      case 0:
        return oneOf(['', 'list', 'a"b', '\\', '\u0001\n', 'ü🙂', '\u2028'])
      case 1:
        return oneOf([0, -0.5, 1e300, 12345, 2.5e-7])
      case 2:
        return oneOf([true, false])
      case 3:
        return null
      case 4:
        return Array.from({ length: below(4) }, () => value(depth + 1))
      default:
        return Object.fromEntries(
          Array.from({ length: below(4) }, () => [
            oneOf(['list', 'a', '', 'é"', '__proto__']),
            value(depth + 1),
          ]),
        )
    }
  }
  const damaged = (text: string): string => {
    const at = below(text.length + 1)
    const put = oneOf(['', ',', ']', '}', '"', '0', '-', 'e', '\\', '\n', ' ', 't', '[', '{', ':'])
    return text.slice(0, at) + put + text.slice(at + below(2))
  }
  const pieces = (text: string): string[] => {
    const cut: string[] = []
    for (let at = 0; at < text.length;) {
      const length = 1 + below(6)
      cut.push(text.slice(at, at + length))
      at += length
    }
    return cut
  }
  const parsed = (text: string): { value: unknown } | undefined => {
    try {
      return { value: JSON.parse(text) as unknown }
    } catch {
      return undefined
    }
  }
  let [good, bad] = [0, 0]
  for (let round = 0; round < 2000; round++) {
    const written = JSON.stringify({ before: value(0), list: [value(0), value(1)] }, null, below(3))
    const text = round % 2 === 0 ? written : damaged(written)
    const expected = parsed(text)
    const entries: unknown[] = []
    const read = await readJson(pieces(text), 'r.json', [
      { path: ['list', '*'], onEntry: (entry) => entries.push(entry.value) },
    ]).then(
      (rest) => ({ rest }),
      (error: unknown) => ({ error }),
    )
    if (expected) {
      good++
      expect(read).toHaveProperty('rest')
      const list: unknown = (expected.value as Record<string, unknown>)['list']
      if (Array.isArray(list)) expect({ text, entries }).toEqual({ text, entries: list })
      const whole = await readJson(pieces(text), 'r.json')
      expect({ text, whole }).toEqual({ text, whole: expected.value })
    } else {
      bad++
      expect({ text, error: 'error' in read && read.error instanceof BadReport }).toEqual({
        text,
        error: true,
      })
    }
  }
  expect(good).toBeGreaterThan(1000)
  expect(bad).toBeGreaterThan(300)
})

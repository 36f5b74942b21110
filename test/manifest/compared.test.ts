/** docs/compared.md names a test for every claim; a claim without its test is not one. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../support/run-bundle.ts'

const rows = readFileSync(join(ROOT, 'docs/compared.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('every pain has its row', () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(
    Array.from({ length: 39 }, (_each, index) => index + 1),
  )
})

describe.each(rows.map(([, number, pain, , here = '', shown = '']) => [number, pain, here, shown]))(
  '%s: %s',
  (_number, _pain, here = '', shown = '') => {
    test('is shown by a test that is there, or is said to be unsolved', () => {
      if (shown === '–') {
        expect(here).toContain('Not solved yet')
        return
      }
      for (const each of shown.split('<br>')) {
        const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(each) ?? []
        expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title)
      }
    })
  },
)

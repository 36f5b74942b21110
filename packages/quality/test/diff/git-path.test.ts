import { expect, test } from '@jest/globals'
import { unquotePath } from '../../src/diff/git-path.ts'

test.each([
  ['src/app.ts', 'src/app.ts'],
  ['"src/a\\tb.ts"', 'src/a\tb.ts'],
  ['"src/\\303\\274ber.ts"', 'src/über.ts'],
  ['"a\\"b\\\\c"', 'a"b\\c'],
  ['"open', undefined],
  ['"a\\q"', undefined],
])('%s', (written, path) => {
  expect(unquotePath(written)).toBe(path)
})

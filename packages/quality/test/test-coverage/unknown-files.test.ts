import { expect, test } from '@jest/globals'
import { unknownFiles } from '../../src/test-coverage/unknown-files.ts'
import { coverageFile } from '../support/evidence.ts'

test('changed files that no report knows are named: code of the same kind, and no tests', () => {
  const changed = new Map(
    [
      'src/a.ts',
      'src/forgotten.ts',
      'src/latest.ts',
      'src/forgotten.py',
      'README.md',
      'test/a.ts',
      'src/a.test.ts',
      'src/types.d.ts',
      'src/__tests__/x.ts',
      'jest.config.ts',
    ].map((path) => [path, [{ from: 1, to: 1 }]] as const),
  )
  expect(unknownFiles([coverageFile('src/a.ts', [1])], changed)).toEqual([
    'src/forgotten.ts',
    'src/latest.ts',
  ])
  expect(unknownFiles([], changed)).toEqual([])
})

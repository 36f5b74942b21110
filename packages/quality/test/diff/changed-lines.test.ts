import { describe, expect, test } from '@jest/globals'
import { BadDiff, countLines, holds, readDiff } from '../../src/diff/changed-lines.ts'

const diff = (...lines: readonly string[]): string => `${lines.join('\n')}\n`

describe('a diff', () => {
  test('has the added and changed lines of each file', () => {
    const read = readDiff(
      diff(
        'diff --git a/a.ts b/a.ts',
        '--- a/a.ts',
        '+++ b/a.ts',
        '@@ -1 +1,2 @@ function x() {',
        '-old',
        '+new',
        '+more',
        '@@ -9,0 +11 @@',
        '+last',
        '\\ No newline at end of file',
        'diff --git a/gone.ts b/gone.ts',
        '--- a/gone.ts',
        '+++ /dev/null',
        '@@ -1 +0,0 @@',
        '-gone',
        'diff --git a/old name.ts b/new name.ts',
        'similarity index 100%',
        'rename from old name.ts',
        'rename to new name.ts',
        'Binary files a/x.png and b/x.png differ',
      ),
    )
    expect([...read]).toEqual([
      [
        'a.ts',
        [
          { from: 1, to: 2 },
          { from: 11, to: 11 },
        ],
      ],
    ])
  })

  test('is not fooled by lines that look like its own', () => {
    const read = readDiff(
      diff(
        '--- a/a.md',
        '+++ b/a.md',
        '@@ -0,0 +1,3 @@',
        '++++ b/other.md',
        '+@@ -1 +1 @@',
        '+--- a',
      ),
    )
    expect([...read.keys()]).toEqual(['a.md'])
    expect(countLines(read.get('a.md') ?? [])).toBe(3)
  })

  test.each([
    ['is cut off', ['+++ b/a', '@@ -1,2 +1,2 @@', ' a'], 'ends in the middle'],
    ['has no prefix', ['+++ a.ts', '@@ -0,0 +1 @@', '+x'], 'no path that begins with b/'],
  ])('that %s is refused', (_what, lines, problem) => {
    expect(() => readDiff(lines.join('\n'))).toThrow(BadDiff)
    expect(() => readDiff(lines.join('\n'))).toThrow(problem)
  })

  test('nothing at all has changed nothing', () => {
    expect(readDiff('').size).toBe(0)
  })
})

test('which lines ranges hold', () => {
  const ranges = [
    { from: 2, to: 3 },
    { from: 7, to: 7 },
    { from: 10, to: 20 },
  ]
  const held = Array.from({ length: 22 }, (_each, line) => line).filter((line) =>
    holds(ranges, line),
  )
  expect(held).toEqual([2, 3, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
})

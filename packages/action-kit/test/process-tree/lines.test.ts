import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Lines, LONGEST_LINE } from '../../src/process-tree/lines.ts'

function linesOf(chunks: readonly (string | Buffer)[]): readonly string[] {
  const found: string[] = []
  const lines = new Lines((line) => found.push(line))
  for (const chunk of chunks) lines.add(Buffer.from(chunk as string))
  lines.close()
  return found
}

test.each<[string[], string[]]>([
  [[], []],
  [
    ['a\nb', 'c\n'],
    ['a', 'bc'],
  ],
  [['a\r\nb\r\n'], ['a', 'b']],
  [
    ['a\r', '\nb'],
    ['a', 'b'],
  ],
  [['a\r\r\n\n'], ['a', '']],
  [['10%\r50%\r', '100%\n'], ['100%']],
  [['10%\r50%\r'], ['50%']],
  [['no end'], ['no end']],
])('%j is %j', (chunks, lines) => {
  expect(linesOf(chunks)).toEqual(lines)
})

test('a text comes back in its lines, wherever its bytes are cut', () => {
  const text = fc.string({ unit: 'binary' }).map((each) => each.toWellFormed().replaceAll('\r', ''))
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (given, sizes) => {
      const chunks: Buffer[] = []
      for (let rest = Buffer.from(given); rest.length > 0;) {
        const size = sizes.next().value as number
        chunks.push(rest.subarray(0, size))
        rest = rest.subarray(size)
      }
      const lines = linesOf(chunks)
      expect(lines.join('\n') + (given.endsWith('\n') ? '\n' : '')).toBe(given)
    }),
  )
})

test('what has no end is cut between characters, and nothing of it is lost', () => {
  const text = `x${'🔥'.repeat(LONGEST_LINE)}`
  const lines = linesOf([
    Buffer.from(text).subarray(0, 1000),
    Buffer.from(text).subarray(1000),
    '\nnext\n',
  ])
  expect(lines.slice(0, -1).join('')).toBe(text)
  expect(lines.at(-1)).toBe('next')
  expect(lines.every((line) => line.length <= LONGEST_LINE && line.isWellFormed())).toBe(true)
})

test('a progress bar without an end of its line is not kept', () => {
  const bar = Array.from({ length: 50_000 }, (_, at) => `${at} of 50000\r`).join('')
  expect(linesOf([bar, 'done\n'])).toEqual(['done'])
  expect(linesOf(['\r'.repeat(10 * LONGEST_LINE), 'x\n']).at(-1)).toBe('x')
})

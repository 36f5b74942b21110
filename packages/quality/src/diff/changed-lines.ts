/** Which lines a change has added, read from what `git diff --unified=0` prints. */
import { unquotePath } from './git-path.ts'

/** From the first to the last, both counted from 1. */
export interface LineRange {
  readonly from: number
  readonly to: number
}

/** By the path that the file has now, counted from the root of the repository. */
export type ChangedLines = ReadonlyMap<string, readonly LineRange[]>

/** The text is not what Git prints. */
export class BadDiff extends Error {
  override readonly name = 'BadDiff'
}

/** `@@ -1,2 +3,4 @@`; a count of one is left out (POSIX diff, 'Unified Context'). */
const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

/**
 * Lines that were changed count as added. Files that are gone, binary, or only renamed have none. Works with any number of
 * lines of context. Throws {@link BadDiff}.
 */
export function readDiff(text: string): ChangedLines {
  const changed = new Map<string, LineRange[]>()
  let ranges: LineRange[] | undefined
  /** Lines that the hunk still has, before and after. */
  let left = { before: 0, after: 0 }
  let line = 0
  for (const [index, content] of text.split('\n').entries()) {
    if (left.before > 0 || left.after > 0) {
      const sign = content[0]
      // "\ No newline at end of file" belongs to the line before it.
      if (sign === '\\') continue
      if (sign === '+') add(ranges, line)
      if (sign !== '-') line++
      left = {
        before: left.before - (sign === '+' ? 0 : 1),
        after: left.after - (sign === '-' ? 0 : 1),
      }
      if (left.before < 0 || left.after < 0)
        throw wrong(index, 'a hunk has more lines than it says')
      continue
    }
    if (content.startsWith('+++ ')) {
      const path = pathOf(content, index)
      ranges = undefined
      if (path !== undefined) changed.set(path, (ranges = changed.get(path) ?? []))
      continue
    }
    const hunk = HUNK.exec(content)
    if (!hunk) continue
    const [, before = '1', start = '0', after = '1'] = hunk
    left = { before: Number(before), after: Number(after) }
    line = Number(start)
  }
  if (left.before > 0 || left.after > 0) throw new BadDiff('The diff ends in the middle of a hunk.')
  for (const [path, found] of changed) if (found.length === 0) changed.delete(path)
  return changed
}

function add(ranges: LineRange[] | undefined, line: number): void {
  const last = ranges?.at(-1)
  if (last?.to === line - 1) ranges?.splice(-1, 1, { from: last.from, to: line })
  else ranges?.push({ from: line, to: line })
}

/** `+++ b/src/app.ts`; `undefined` for a file that is gone. A path with a blank in it ends with a tab. */
function pathOf(content: string, index: number): string | undefined {
  const written = content.slice('+++ '.length).replace(/\t$/, '')
  if (written === '/dev/null') return undefined
  const path = unquotePath(written)
  if (path?.startsWith('b/') !== true) throw wrong(index, 'no path that begins with b/')
  return path.slice('b/'.length)
}

const wrong = (index: number, what: string): BadDiff =>
  new BadDiff(`Line ${index + 1} of the diff: ${what}.`)

export const countLines = (ranges: readonly LineRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)

/** Whether one of the ranges holds the line. They rise and do not touch, so that half of them is left out each time. */
export function holds(ranges: readonly LineRange[], line: number): boolean {
  let [low, high] = [0, ranges.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (!range) return false
    if (line < range.from) high = middle - 1
    else if (line > range.to) low = middle + 1
    else return true
  }
  return false
}

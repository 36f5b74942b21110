/** The matrix for people: as text with aligned columns, and as Markdown. */
import { BURST, KINDS } from './harms.ts'
import type { Matrix, Row } from './matrix.ts'
import type { Pair } from './pairs.ts'

export const COLUMNS = [BURST, ...KINDS.map(({ name }) => name)]
/** Of the first column. */
export const HEAD = 'call @ phase'
/** There is no such cell: after a read there is nothing to lose. Or it was not played. */
const NONE = '-'

type Line = readonly string[]

/** A mark stands behind an outcome that is not true, or does not leave the service safe. */
function cellOf({ story, problems }: Matrix, row: Row, column: string): string {
  const isWrong = problems.some(
    (each) => each.call === row.call && each.kind === column && each.story === story.name,
  )
  return `${row.cells[column] ?? NONE}${isWrong ? ' (!)' : ''}`
}

const linesOf = (matrix: Matrix): readonly Line[] => [
  [HEAD, ...COLUMNS],
  ...matrix.rows.map((row) => [row.call, ...COLUMNS.map((column) => cellOf(matrix, row, column))]),
]

export function textTable(matrix: Matrix): string {
  const lines = linesOf(matrix)
  const widths = COLUMNS.map((_, at) => Math.max(...lines.map((line) => line[at + 1]?.length ?? 0)))
  const first = Math.max(...lines.map(([call = '']) => call.length))
  const rows = lines.map((line) =>
    line.map((cell, at) => cell.padEnd(at === 0 ? first : (widths[at - 1] ?? 0))).join('  '),
  )
  const { story, undisturbed } = matrix
  return [`${story.name} (undisturbed: ${undisturbed})`, ...rows]
    .map((row) => row.trimEnd())
    .join('\n')
}

/** As prettier writes tables, so that the page is one that it takes. */
function markdownTable(lines: readonly Line[]): string {
  const columns = (lines[0] ?? []).map((_, at) => at)
  const widths = columns.map((at) => Math.max(3, ...lines.map((line) => line[at]?.length ?? 0)))
  const write = (line: Line): string =>
    `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [head = [], ...rows] = lines
  return [write(head), rule, ...rows.map(write)].join('\n')
}

/** A story's part of the page. */
export function section(matrix: Matrix): string {
  return `${introOf(matrix)}\n\n${markdownTable(linesOf(matrix))}\n`
}

/** What stands above its table. */
export const introOf = ({ story, undisturbed }: Matrix): string =>
  `## ${headingOf(story.name)}\n\n${story.about} Undisturbed: ${undisturbed}.`

/** The part of the page about two things at once. */
export function pairsSection(pairs: readonly Pair[]): string {
  const lines = pairs.map(({ story, ways: [first = NONE, second = NONE], outcome, problems }) => [
    story,
    first,
    second,
    `${outcome}${problems.length > 0 ? ' (!)' : ''}`,
  ])
  return `## Two at once\n\n${markdownTable([['run', 'first', 'second', 'ended'], ...lines])}\n`
}

/** Of a story's part of the page. */
export const headingOf = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`

/** The same for a terminal: what is wrong, and how often runs ended how. */
export function pairsText(pairs: readonly Pair[]): string {
  const outcomes = Map.groupBy(pairs, ({ outcome }) => outcome)
  const counts = [...outcomes].map(([outcome, { length }]) => `${length} ${outcome}`)
  const both = pairs.filter(({ hits }) => hits > 1).length
  const wrong = pairs.flatMap(({ story, ways, problems }) =>
    problems.map((text) => `${story}: ${ways.join(' and ')}: ${text}`),
  )
  return [
    `${pairs.length} pairs, in ${both} of them both calls were made: ${counts.join(', ')}`,
    ...wrong,
  ].join('\n')
}

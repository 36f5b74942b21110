/** What was found, by gate: the place, what it is, and the message. */
import { code, codeBlock, details, plainText } from '@ecs-pipeline/action-kit'
import { isAboutWhole, type Finding } from '@ecs-pipeline/quality'
import type { GateReport } from '../report.ts'

/** More are no longer read; the report has them. */
const MOST_OF_A_GATE = 50
const MOST_LINES = 20

export function findingBlocks({ findings, findingCount }: GateReport): readonly string[] {
  const places = findings.filter((each) => !isAboutWhole(each))
  const byGate = Map.groupBy(places, ({ of }) => of ?? '')
  const blocks = [...byGate].flatMap(([of, all]) => {
    const rest = all.length - MOST_OF_A_GATE
    return [
      `### ${of === '' ? 'Also seen' : plainText(of)}`,
      ...withTightLists(all.slice(0, MOST_OF_A_GATE).map(findingBlock)),
      rest > 0 ? `${rest} more are in the report.` : '',
    ]
  })
  const left = findingCount - findings.length
  return left > 0 ? [...blocks, `${left} more were found and are not listed.`] : blocks
}

/** Items that follow each other make one list. */
const withTightLists = (blocks: readonly string[]): readonly string[] =>
  blocks.reduce<string[]>((joined, block) => {
    const last = joined.at(-1)
    return last?.startsWith('- ') === true && block.startsWith('- ')
      ? [...joined.slice(0, -1), `${last}\n${block}`]
      : [...joined, block]
  }, [])

/** A place and a blank behind it; empty when nothing says it. */
export const placeText = ({ path, line, endLine }: Finding): string =>
  path === undefined ? '' : `${code(`${path}${lineText(line, endLine)}`)} `

/** A message of several lines is folded away. */
function findingBlock(finding: Finding): string {
  const { path, line, endLine, title, message } = finding
  const lines = message.split('\n')
  if (lines.length === 1) return `- ${placeText(finding)}${plainText(title)}: ${plainText(message)}`
  const shown = lines.slice(0, MOST_LINES)
  if (lines.length > MOST_LINES) shown.push(`… ${lines.length - MOST_LINES} more lines`)
  const place = path === undefined ? '' : `${path}${lineText(line, endLine)} `
  return details(`${place}${title}`, codeBlock(shown.join('\n')))
}

function lineText(line: number | undefined, endLine: number | undefined): string {
  if (line === undefined) return ''
  return endLine === undefined || endLine === line ? `:${line}` : `:${line}-${endLine}`
}

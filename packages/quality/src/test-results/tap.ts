/** Tests as TAP tells them (testanything.org, versions 12 to 14), which `node --test` and many others write. */
import { badReport, type BadReport } from '../reports/bad-report.ts'
import { reportLines } from '../reports/open-report.ts'
import type { ReportFile } from '../reports/report-file.ts'
import { TapLevels } from './tap-levels.ts'
import { parsePoint, TapPoint } from './tap-point.ts'
import type { OnTest } from './test-result.ts'

const PLAN = /^1\.\.(\d{1,9})(?:\s+#.*|\s*)$/
const BAIL_OUT = /^Bail out!\s*(.*)$/i
const SUBTEST = /^# Subtest: (.*)$/
/** Blanks of one level of subtests. */
const INDENT = 4

/** Throws {@link BadReport}: given up, cut off, fewer tests than planned, no test at all. */
export const readTap = (file: ReportFile, onTest: OnTest): Promise<void> =>
  readTapLines(reportLines(file), file.name, onTest)

/** The same of the lines of the report `name`. What is no line of TAP is output of the tests, and left out. */
export async function readTapLines(
  lines: AsyncIterable<string>,
  name: string,
  onTest: OnTest,
): Promise<void> {
  let at = 0
  let tests = 0
  const wrong = (problem: string): BadReport => badReport(name, at, problem)
  const levels = new TapLevels((test) => {
    tests++
    onTest(test)
  }, wrong)
  let block: { readonly indent: number; readonly from: number } | undefined

  for await (const raw of lines) {
    at++
    const text = raw.trimStart()
    const indent = raw.length - text.length
    if (block) {
      if (text.trimEnd() === '...' && indent === block.indent) block = undefined
      else levels.last?.addMessage(raw.slice(Math.min(indent, block.indent)))
      continue
    }
    if (levels.last && text.trimEnd() === '---' && indent === levels.last.depth * INDENT + 2) {
      block = { indent, from: at }
      continue
    }
    if (indent % INDENT !== 0) continue
    const depth = indent / INDENT
    const bail = BAIL_OUT.exec(text)
    if (bail) throw wrong(`the run was given up: ${bail[1]?.slice(0, 200) || 'Bail out!'}`)
    const plan = PLAN.exec(text)?.[1]
    if (plan !== undefined) {
      levels.plan(depth, Number(plan))
      continue
    }
    const subtest = SUBTEST.exec(text)?.[1]
    if (subtest !== undefined) {
      levels.begin(depth, subtest)
      continue
    }
    const point = parsePoint(text)
    if (point) levels.point(new TapPoint(point, depth, levels.suiteAt(depth)))
  }
  if (block) throw wrong(`the report is cut off in a block that begins in line ${block.from}`)
  levels.end()
  if (tests === 0) throw badReport(name, undefined, 'the report holds no test')
}

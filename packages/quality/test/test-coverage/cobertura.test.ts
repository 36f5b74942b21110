import { describe, expect, test } from '@jest/globals'
import { BadReport } from '../../src/reports/bad-report.ts'
import { readCoberturaText } from '../../src/test-coverage/cobertura.ts'
import { pieces } from '../support/text-reports.ts'

const read = (text: string): ReturnType<typeof readCoberturaText> =>
  readCoberturaText(pieces(text), 'cobertura.xml')

const coverage = (...classes: readonly string[]): string =>
  `<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="1" lines-valid="1">
<sources><source>/app</source><source> </source><source>/lib/</source></sources>
<packages><package><classes>${classes.join('')}</classes></package></packages>
</coverage>`

const classOf = (lines: string, methods = ''): string =>
  `<class name="A" filename="src/a.py" line-rate="1"><methods>${methods}</methods><lines>${lines}</lines></class>`

const HALF = '<line number="2" hits="1" branch="true" condition-coverage="50% (1/2)"/>'
const MISSED = '<line number="7" hits="0"/>'
const METHOD = '<method name="f" signature="()"><lines><line number="1" hits="4"/></lines></method>'

describe('a report of Cobertura', () => {
  test('is counted, not believed', async () => {
    const [file] = await read(coverage(classOf(HALF + MISSED, METHOD)))
    expect(file).toMatchObject({
      path: 'src/a.py',
      roots: ['/app', '/lib/'],
      lines: { covered: 1, total: 2 },
      branches: { covered: 1, total: 2 },
      functions: { covered: 1, total: 1 },
    })
    expect([...(file?.hits ?? [])]).toEqual([
      [2, 1],
      [7, 0],
    ])
  })

  test('has one file of the classes that stand in it', async () => {
    const inner = classOf('<line number="7" hits="3"/>').replace('"A"', '"A$B"')
    const files = await read(coverage(classOf(HALF + MISSED, METHOD), inner + classOf(MISSED)))
    expect(files).toHaveLength(1)
    expect([...(files[0]?.hits ?? [])]).toEqual([
      [2, 1],
      [7, 3],
    ])
  })

  test.each([
    [
      'has lines only in its methods',
      coverage(`<class filename="a"><methods>${METHOD}</methods></class>`),
      [[1, 4]],
    ],
    ['has no line that can be run', coverage(classOf('', METHOD)), []],
  ])('%s', async (_what, text, hits) => {
    const [file] = await read(text)
    expect([...(file?.hits ?? [])]).toEqual(hits)
    expect(file?.functions).toEqual({ covered: 1, total: 1 })
  })

  test.each([
    [
      'counts no number',
      '<line number="1" hits="NaN"/>',
      ":5: a <line> has a number and hits, not '1' and 'NaN'",
    ],
    [
      'counts below zero',
      '<line number="1" hits="-1"/>',
      ":5: a <line> has a number and hits, not '1' and '-1'",
    ],
    [
      'has a line 0',
      '<line number="0" hits="1"/>',
      ":5: a <line> has a number and hits, not '0' and '1'",
    ],
    [
      'has a line without hits',
      '<line number="1"/>',
      ":5: a <line> has a number and hits, not '1' and 'undefined'",
    ],
    [
      'covers more than there is',
      HALF.replace('1/2', '3/2'),
      ":5: condition-coverage is PERCENT% (COVERED/ALL), not '50% (3/2)'",
    ],
    ['has only a percentage', HALF.replace(' (1/2)', ''), ':5: condition-coverage is PERCENT%'],
  ])('that %s is refused with its place', async (_what, line, problem) => {
    await expect(read(coverage(classOf(line)))).rejects.toThrow(BadReport)
    await expect(read(coverage(classOf(line)))).rejects.toThrow(`cobertura.xml${problem}`)
  })

  test.each([
    ['is about nothing', coverage(), 'cobertura.xml: the report is about no file.'],
    ['is of JUnit', '<testsuites/>', 'cobertura.xml:1: <testsuites> is no report of Cobertura'],
    [
      'is of Clover',
      '<coverage><project><file><line num="1" count="1"/></file></project></coverage>',
      ':1: a <line> stands outside of a <class>',
    ],
    ['names no file', coverage('<class name="A"/>'), ':5: a <class> names no file'],
    ['is cut off', coverage(classOf(HALF)).slice(0, -20), 'the report is cut off'],
  ])('that %s is refused', async (_what, text, problem) => {
    await expect(read(text)).rejects.toThrow(problem)
  })
})

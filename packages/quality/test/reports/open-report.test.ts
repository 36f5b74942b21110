import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { BadReport } from '../../src/reports/bad-report.ts'
import { linesOf } from '../../src/reports/decode-report.ts'
import { LARGEST_REPORT, reportLines, reportText } from '../../src/reports/open-report.ts'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { all, pieces, reportFolder } from '../support/text-reports.ts'

const folder = reportFolder()

async function lines(file: ReportFile): Promise<readonly string[]> {
  return all(reportLines(file))
}

describe('a report that is refused', () => {
  test.each([
    ['is not there', () => folder.at('none.xml'), /reports\/none\.xml: there is no such file/],
    ['is in no folder', () => folder.at('a.xml/b.xml'), /b\.xml: there is no such file/],
    ['is a folder', aFolder, /reports\/folder: this is a folder; name the file/],
    ['is a pipe', aPipe, /reports\/pipe: this is no ordinary file/],
    [
      'is empty',
      () => folder.write('empty', ''),
      /reports\/empty: the report is empty \(0 bytes\)/,
    ],
    ['is blank', () => folder.write('blank', ' \n\t\r\n'), /holds nothing but white space/],
    ['has only a mark', () => folder.write('mark', '\u{feff}'), /holds nothing but white space/],
    ['is too large', tooLarge, /larger than 512 MB \(536870913 bytes\)/],
    ['is UTF-16', () => utf16('\u{feff}<a/>'), /reports\/utf16:1: the report is UTF-16/],
    ['is UTF-16 in disguise', () => utf16('<a/>'), /utf16:1: there is a NUL byte/],
    ['is UTF-32', () => bytes(0xff, 0xfe, 0, 0, 60, 0, 0, 0), /bytes:1: the report is UTF-32/],
    ['is UTF-32, too', () => bytes(0, 0, 0xfe, 0xff, 0, 0, 0, 60), /bytes:1: the report is UTF-32/],
    [
      'has a NUL byte later',
      () => folder.write('nul', 'a\nb\nc\0'),
      /reports\/nul:3: there is a NUL/,
    ],
    ['is Latin 1', () => bytes(97, 10, 0xe9, 10, 97), /reports\/bytes:2: this line is not UTF-8/],
    [
      'ends in a character',
      () => bytes(97, 10, 97, 10, 0xe2, 0x82),
      /bytes:3: this line is not UTF-8/,
    ],
    ['is bad far inside', farInside, /reports\/far:30001: this line is not UTF-8/],
  ])('%s', async (_what, fileOf, problem) => {
    const file = fileOf()
    await expect(lines(file)).rejects.toThrow(BadReport)
    await expect(lines(file)).rejects.toThrow(problem)
  })

  test('has a line that nobody should hold', async () => {
    const long = linesOf(pieces('a\nb', 'c'.repeat(20), '\n'), 'log', 20)
    await expect(all(long)).rejects.toThrow(/log:2: this line is longer than 20 characters/)
  })
})

describe('a report that is read', () => {
  test.each([
    ['has a mark of UTF-8', '\u{feff}a\nb\n', ['a', 'b']],
    ['has no newline at its end', 'a\nb', ['a', 'b']],
    ['is of Windows', 'a\r\n\r\nb\r\n', ['a', '', 'b']],
    ['is shorter than any mark', 'ä', ['ä']],
    ['has large characters', 'a😀€é\nb', ['a😀€é', 'b']],
    ['looks odd, but is UTF-8', 'a\u{2028}b\n\u{fffd}', ['a\u{2028}b', '\u{fffd}']],
  ])('%s', async (_what, text, expected) => {
    expect(await lines(folder.write('good', text))).toEqual(expected)
  })

  test('may be empty where a tool prints nothing when all is well', async () => {
    const empty = folder.write('empty.txt', '')
    expect(await all(reportText(empty, { mayBeEmpty: true }))).toEqual([])
  })

  test('keeps its characters across its pieces', async () => {
    const text = '€'.repeat(100_000)
    const read = await all(reportText(folder.write('euro', text)))
    expect(read.length).toBeGreaterThan(1)
    expect(read.join('')).toBe(text)
  })
})

function aFolder(): ReportFile {
  const file = folder.at('folder')
  mkdirSync(file.path, { recursive: true })
  return file
}

function aPipe(): ReportFile {
  const file = folder.at('pipe')
  execFileSync('mkfifo', [file.path])
  return file
}

/** With nothing in it: a file system keeps no holes. */
function tooLarge(): ReportFile {
  const file = folder.write('large', '')
  truncateSync(file.path, LARGEST_REPORT + 1)
  return file
}

const utf16 = (text: string): ReportFile => folder.write('utf16', Buffer.from(text, 'utf16le'))

const bytes = (...values: readonly number[]): ReportFile =>
  folder.write('bytes', Buffer.from(values))

function farInside(): ReportFile {
  const good = Buffer.from('six €\n'.repeat(30_000))
  return folder.write('far', Buffer.concat([good, Buffer.from([0x41, 0xff]), good]))
}

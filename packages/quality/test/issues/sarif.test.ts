/**
 * `fixtures/eslint.sarif` and `eslint-fatal.sarif` were written by @microsoft/eslint-formatter-sarif with eslint 10.15.0;
 * the others are made by hand after the standard, as CodeQL writes them.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import type { Issue } from '../../src/issues/issue.ts'
import { readSarif } from '../../src/issues/sarif.ts'
import { BadReport } from '../../src/reports/bad-report.ts'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { BAD_JSON } from '../support/bad-reports.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

let folder: ReportFolder
beforeAll(async () => {
  folder = await reportFolder()
})
afterAll(() => folder.remove())

async function read(file: ReportFile): Promise<Issue[]> {
  const issues: Issue[] = []
  await readSarif(file, (each) => issues.push(each))
  return issues
}

const fixture = (name: string): ReportFile => ({
  name,
  path: join(import.meta.dirname, 'fixtures', name),
})

/** As CodeQL writes it: levels only at the rules, paths from `%SRCROOT%`. */
const driver = {
  name: 'CodeQL',
  rules: [
    { id: 'js/sql', defaultConfiguration: { level: 'error' } },
    {
      id: 'js/todo',
      defaultConfiguration: { level: 'note' },
      messageStrings: { default: { text: "Found '{0}' in {{{1}}}." } },
    },
    { id: 'js/plain' },
    { id: 'js/metric', defaultConfiguration: { level: 'none' } },
  ],
}
const locations = [
  {
    physicalLocation: {
      artifactLocation: { uri: 'src/a%20b%23.js', uriBaseId: '%SRCROOT%', index: 0 },
      region: { startLine: 3, startColumn: 5 },
    },
  },
]
const log = (results: readonly object[], run: object = {}): object => ({
  version: '2.1.0',
  // Results first: what they refer to comes later.
  runs: [{ results, tool: { driver }, ...run }],
})
const result = (members: object): object => ({ message: { text: 'x' }, locations, ...members })
const readLog = async (content: object): Promise<Issue[]> =>
  read(await folder.write('r.sarif', content))

describe('a report in SARIF', () => {
  test('of eslint has its issues, not those that a comment suppresses', async () => {
    expect(await read(fixture('eslint.sarif'))).toEqual([
      {
        tool: 'ESLint',
        level: 'error',
        rule: 'no-unused-vars',
        message: "'unused' is assigned a value but never used.",
        path: 'file:///work/project/a%20b.js',
        line: 1,
        column: 7,
      },
      expect.objectContaining({ level: 'warning', rule: 'eqeqeq', line: 2, column: 10 }),
    ])
  })

  test('of eslint that could not read a file is refused', async () => {
    await expect(read(fixture('eslint-fatal.sarif'))).rejects.toThrow(
      'eslint-fatal.sarif: ESLint says that its run did not succeed: Parsing error: Unexpected token =.',
    )
  })

  test.each([
    ['its own level', { ruleId: 'js/sql', level: 'warning' }, 'warning'],
    ['the level of its rule by id', { ruleId: 'js/sql' }, 'error'],
    ['the level of its rule by index', { ruleIndex: 1 }, 'note'],
    ['the level of its rule by a reference', { rule: { id: 'js/sql' } }, 'error'],
    ['the level of its rule by the index of a reference', { rule: { index: 1 } }, 'note'],
    ['the level of the rule that it is a case of', { ruleId: 'js/sql/1' }, 'error'],
    [
      'the level of a rule of an extension',
      { rule: { index: 0, toolComponent: { index: 1 } } },
      'error',
    ],
    ['the level of a rule of an extension by id', { ruleId: 'ext/rule' }, 'error'],
    ['a warning, when its rule has no level', { ruleId: 'js/plain' }, 'warning'],
    ['a warning, when nobody knows its rule', { ruleId: 'js/other' }, 'warning'],
    ['a warning, when it has no rule', {}, 'warning'],
    ['what fails', { kind: 'fail' }, 'warning'],
    ['what is unchanged', { baselineState: 'unchanged' }, 'warning'],
    ['what is not suppressed yet', { suppressions: [{ status: 'underReview' }] }, 'warning'],
    [
      'what was not accepted',
      { suppressions: [{ status: 'accepted' }, { status: 'rejected' }] },
      'warning',
    ],
    ['no suppression', { suppressions: [] }, 'warning'],
    ['nothing of what passes', { kind: 'pass' }, undefined],
    ['nothing of what is for information', { kind: 'informational' }, undefined],
    ['nothing of the level none', { level: 'none' }, undefined],
    ['nothing of a rule of the level none', { ruleId: 'js/metric' }, undefined],
    ['nothing of what is suppressed', { suppressions: [{ kind: 'inSource' }] }, undefined],
    ['nothing of what was accepted', { suppressions: [{ status: 'accepted' }] }, undefined],
    ['nothing of what is gone', { baselineState: 'absent' }, undefined],
  ])('tells %s', async (_what, members, level) => {
    const extensions = [
      { name: 'none' },
      { name: 'pack', rules: [{ id: 'ext/rule', defaultConfiguration: { level: 'error' } }] },
    ]
    const issues = await readLog(log([result(members)], { tool: { driver, extensions } }))
    expect(issues.map((issue) => issue.level)).toEqual(level === undefined ? [] : [level])
  })

  test.each([
    ['from the root of the code', {}, 'src/a b#.js'],
    [
      'from an address',
      { originalUriBaseIds: { '%SRCROOT%': { uri: 'file:///w/' } } },
      'file:///w/src/a%20b%23.js',
    ],
    [
      'from an address that another one leads to',
      {
        originalUriBaseIds: {
          '%SRCROOT%': { uri: 'app/', uriBaseId: 'W' },
          W: { uri: 'file:///w' },
        },
      },
      'file:///w/app/src/a%20b%23.js',
    ],
    [
      'from folders that lead in a circle',
      { originalUriBaseIds: { '%SRCROOT%': { uri: '', uriBaseId: '%SRCROOT%' } } },
      expect.stringMatching(/src\/a b#\.js$/),
    ],
  ])('has paths %s', async (_what, run, path) => {
    expect(await readLog(log([result({})], run))).toMatchObject([{ path, line: 3, column: 5 }])
  })

  test.each([
    ['a text by its id', { id: 'default', arguments: ['TODO', 'a.js'] }, "Found 'TODO' in {a.js}."],
    ['no text for what is missing', { id: 'default' }, "Found '{0}' in {{1}}."],
    ['a text of the tool', { id: 'shared' }, 'For all.'],
    ['colours taken away', { text: '\u001b[31mred\u001b[0m' }, 'red'],
  ])('has %s', async (_what, message, text) => {
    const tool = { driver: { ...driver, globalMessageStrings: { shared: { text: 'For all.' } } } }
    const issues = await readLog(log([result({ ruleId: 'js/todo', message })], { tool }))
    expect(issues).toMatchObject([{ message: text }])
  })

  test('has a place by the index of a file, or none', async () => {
    const at = (artifactLocation: object): object =>
      result({ locations: [{ physicalLocation: { artifactLocation } }] })
    const artifacts = [{ location: { uri: 'lib/x.js' } }, { location: { uri: 'lib/y.js' } }]
    const issues = await readLog(log([at({ index: 1 }), result({ locations: [] })], { artifacts }))
    expect(issues.map(({ path, line }) => [path, line])).toEqual([
      ['lib/y.js', undefined],
      [undefined, undefined],
    ])
  })

  test('may have run and found nothing', async () => {
    expect(await readLog(log([]))).toEqual([])
  })

  test.each(BAD_JSON)('that %s is refused', async (_what, content, said) => {
    const file = await folder.write('report.json', content)
    await expect(read(file)).rejects.toThrow(BadReport)
    await expect(read(file)).rejects.toThrow(said)
  })

  test.each([
    ['is of version 2.0.0', { ...log([]), version: '2.0.0' }, 'r.sarif: it is SARIF "2.0.0", not'],
    ['has no version', { runs: [] }, 'r.sarif: it is SARIF without a version, not 2.1.0.'],
    ['has no runs', { version: '2.1.0' }, 'r.sarif: it is no SARIF: it has no list runs.'],
    ['has an empty list of runs', { version: '2.1.0', runs: [] }, 'it has no run'],
    [
      'has looked for nothing',
      { version: '2.1.0', runs: [{ tool: { driver } }] },
      'CodeQL has no list',
    ],
    [
      'has no results, but null',
      { version: '2.1.0', runs: [{ tool: { driver }, results: null }] },
      'the run of CodeQL has no list of results.',
    ],
    ['has no tool', { version: '2.1.0', runs: [{ results: [] }] }, 'runs.0 has no tool'],
    ['has a result that is none', log([[] as object]), 'r.sarif:6: this is no result.'],
    [
      'has an unknown level',
      log([{ level: 'fatal' }]),
      'r.sarif:6: this result has an unknown level.',
    ],
    [
      'did not succeed',
      log([], { invocations: [{ executionSuccessful: false }] }),
      'CodeQL says that its run did not succeed.',
    ],
  ])('that %s is refused', async (_what, content, said) => {
    const file = await folder.write('r.sarif', content)
    await expect(read(file)).rejects.toThrow(BadReport)
    await expect(read(file)).rejects.toThrow(said)
  })
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { gzipSync } from 'node:zlib'
import type { KeptIssue } from '../../src/issues/collect-issues.ts'
import type { Issue } from '../../src/issues/issue.ts'
import { readSarif } from '../../src/issues/sarif.ts'
import { MOST_RESULTS, MOST_RUNS, writeSarif, type Findings } from '../../src/issues/write-sarif.ts'
import { randomFrom } from '../../../../test/support/random.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

let folder: ReportFolder
beforeAll(async () => {
  folder = await reportFolder()
})
afterAll(() => folder.remove())

const issue = (members: Partial<KeptIssue> = {}): KeptIssue => ({
  tool: 'eslint',
  level: 'warning',
  rule: 'eqeqeq',
  message: "Expected '==='.",
  path: '/w/src/a b#.ts',
  file: 'src/a b#.ts',
  line: 3,
  column: 7,
  isNew: false,
  ...members,
})

const findings = (members: Partial<Findings> = {}): Findings => ({
  issues: [],
  failedTests: [],
  vulnerabilities: [],
  failedGates: [],
  policyFile: '.github/quality-gate.yml',
  lockFile: 'package-lock.json',
  category: 'ci',
  ...members,
})

const ALL = findings({
  issues: [issue(), issue({ tool: 'tsc', level: 'error', rule: undefined, line: undefined })],
  failedTests: [
    {
      suite: 'sums',
      name: 'add',
      status: 'failed',
      seconds: 1,
      file: 'test/sum.test.ts',
      line: 12,
      message: 'expected 2',
    },
  ],
  vulnerabilities: [
    {
      id: 'GHSA-aaaa-bbbb-cccc',
      package: 'lodash',
      range: '<4.17.21',
      severity: 'high',
      title: 'Command injection',
      url: 'https://example.com/a',
      places: [],
      hasFix: true,
    },
  ],
  failedGates: [{ id: 'coverage.lines', level: 'error', message: '79.1 % is below 80 %.' }],
})

async function readBack(of: Findings): Promise<Issue[]> {
  const issues: Issue[] = []
  await readSarif(await folder.write('out.sarif', writeSarif(of).log), (each) => issues.push(each))
  return issues
}

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: { id: string }[] } }
    readonly automationDetails: { readonly id: string }
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly level: string
      readonly message: { readonly text: string }
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string }
          readonly region: { readonly startLine: number }
        }
      }[]
      readonly partialFingerprints: { readonly primaryLocationLineHash: string }
    }[]
  }[]
}
const logOf = (of: Findings): Log => JSON.parse(JSON.stringify(writeSarif(of).log)) as Log
const printsOf = (of: Findings): string[] =>
  logOf(of).runs.flatMap(({ results }) =>
    results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash),
  )

describe('findings that are written as SARIF', () => {
  test('are all there when they are read again', async () => {
    const short = (await readBack(ALL)).map(
      ({ tool, level, rule, path, line, message }) =>
        `${tool} ${level} ${rule ?? ''} ${path ?? ''}:${line ?? ''} ${message.replace(/\n+/g, ' | ')}`,
    )
    expect(short.sort()).toEqual([
      "eslint warning eqeqeq src/a b#.ts:3 Expected '==='.",
      'npm-audit error GHSA-aaaa-bbbb-cccc package-lock.json:1 lodash <4.17.21 (high): Command injection https://example.com/a',
      'quality-gate error coverage.lines .github/quality-gate.yml:1 79.1 % is below 80 %.',
      'tests error failed-test test/sum.test.ts:12 sums › add | expected 2',
      "tsc error tsc src/a b#.ts:1 Expected '==='.",
    ])
  })

  test('have what the standard and GitHub ask for, each', () => {
    const { runs } = logOf(ALL)
    expect(new Set(runs.map(({ automationDetails: { id } }) => id)).size).toBe(runs.length)
    for (const { tool, results } of runs) {
      expect(tool.driver.name).not.toBe('')
      for (const each of results) {
        expect(tool.driver.rules[each.ruleIndex]).toEqual({ id: each.ruleId })
        expect(each.message.text).not.toBe('')
        expect(each.locations).toHaveLength(1)
        const place = each.locations[0]?.physicalLocation
        expect(place?.artifactLocation).toEqual({
          uri: expect.stringMatching(/^[\w.%-]+(\/[\w.%-]+)*$/),
          uriBaseId: '%SRCROOT%',
        })
        expect(place?.region.startLine).toBeGreaterThanOrEqual(1)
        expect(each.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{16}:[1-9]\d*$/)
      }
    }
  })

  test('are one run without results when nothing was found', async () => {
    expect(await readBack(findings())).toEqual([])
    expect(logOf(findings()).runs).toHaveLength(1)
  })

  test('outside of the repository are told at the policy, not at a line of it', async () => {
    const read = await readBack(findings({ issues: [issue({ file: undefined, line: 99 })] }))
    expect(read).toMatchObject([{ path: '.github/quality-gate.yml', line: 1, column: undefined }])
  })

  test('are known again when their lines have moved', () => {
    const first = issue({ line: 3, message: 'Also declared on line 1.' })
    const moved = issue({ line: 30, message: 'Also declared on line 28.' })
    expect(printsOf(findings({ issues: [first] }))).toEqual(printsOf(findings({ issues: [moved] })))
    const gate = (message: string): Findings =>
      findings({ failedGates: [{ id: 'coverage.lines', level: 'error', message }] })
    expect(printsOf(gate('79.1 %'))).toEqual(printsOf(gate('78.4 %')))
  })

  test.each([
    ['file', { file: 'src/other.ts' }],
    ['rule', { rule: 'other' }],
    ['tool', { tool: 'other' }],
    ['message', { message: 'Other.' }],
    ['place among equals', {}],
  ])('are told apart by their %s', (_what, members) => {
    const prints = printsOf(findings({ issues: [issue(), issue(members)] }))
    expect(new Set(prints).size).toBe(2)
  })

  test('are the worst of too many, below the size that GitHub takes', () => {
    const random = randomFrom(1)
    const noise = (): string =>
      Array.from({ length: 300 }, () => random().toString(36).slice(2)).join('')
    const issues = Array.from({ length: MOST_RESULTS + 1000 }, () => issue({ message: noise() }))
    const last = issue({ level: 'error', message: 'the worst' })
    const { log, left } = writeSarif(findings({ issues: [...issues, last] }))
    expect(left).toBe(1001)
    expect(JSON.stringify(log)).toContain('the worst')
    expect(gzipSync(JSON.stringify(log)).length).toBeLessThan(10 * 1024 * 1024)
  })

  test.each([
    [MOST_RUNS, MOST_RUNS],
    [MOST_RUNS + 1, MOST_RUNS],
    [MOST_RUNS + 30, MOST_RUNS],
  ])('of %i tools are at most as many runs as GitHub takes, and none is lost', (count, runs) => {
    const issues = Array.from({ length: count }, (_each, index) => issue({ tool: `tool ${index}` }))
    const log = logOf(findings({ issues }))
    expect(log.runs).toHaveLength(runs)
    expect(log.runs.flatMap(({ results }) => results)).toHaveLength(count)
  })
})

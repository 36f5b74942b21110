/**
 * All that was found as one log of SARIF 2.1.0 for `github/codeql-action/upload-sarif`, with GitHub's limits: 20 runs, and
 * 25,000 results of which it shows 5,000 (docs.github.com, 'SARIF results exceed one or more limits'); a result without a
 * place makes it refuse the whole log ('locationFromSarifResult: expected at least one location', codeql-action#1738).
 */
import { createHash } from 'node:crypto'
import { testKey } from '../test-results/collect-tests.ts'
import type { TestResult } from '../test-results/test-result.ts'
import type { Severity, Vulnerability } from '../vulnerabilities/vulnerability.ts'
import type { IssueLevel } from './issue.ts'
import type { KeptIssue } from './collect-issues.ts'

export interface FailedGate {
  /** `coverage.lines`; the rule of its result. */
  readonly id: string
  readonly message: string
  readonly level: IssueLevel
}

export interface Findings {
  readonly issues: readonly KeptIssue[]
  /** Those that failed, with the path of the repository as their `file` where there is one. */
  readonly failedTests: readonly TestResult[]
  readonly vulnerabilities: readonly Vulnerability[]
  readonly failedGates: readonly FailedGate[]
  /** The policy, relative to the repository: the place of what has none in the code. */
  readonly policyFile: string
  /** The place of vulnerabilities: `package-lock.json`. */
  readonly lockFile: string
  /** Tells uploads of several jobs apart (`runAutomationDetails.id`). */
  readonly category: string
}

export interface WrittenSarif {
  readonly log: SarifLog
  /** Results that are not in it, because there were too many. */
  readonly left: number
}

export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly object[]
}

export const MOST_RUNS = 20
export const MOST_RESULTS = 5000
/** Characters of a message: 5,000 of them stay below the 10 MB, compressed, that GitHub takes. */
const LONGEST_TEXT = 1500

interface Result {
  readonly tool: string
  readonly rule: string
  readonly level: IssueLevel
  readonly message: string
  readonly path: string
  readonly line: number | undefined
  readonly column: number | undefined
  /** What it is known by again, beside tool, rule and path. */
  readonly identity: string
}

const LEVELS: readonly IssueLevel[] = ['error', 'warning', 'note']
const OWN = 'quality-gate'

const LEVEL_OF: Readonly<Record<Severity, IssueLevel>> = {
  critical: 'error',
  high: 'error',
  moderate: 'warning',
  low: 'note',
  info: 'note',
}

export function writeSarif(findings: Findings): WrittenSarif {
  const all = resultsOf(findings).sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
  const kept = all.slice(0, MOST_RESULTS)
  const tools = [...new Set(kept.map(({ tool }) => tool))]
  // What has no run of its own any more is told under our name.
  const own = new Set(
    tools.length > MOST_RUNS ? tools.filter((tool) => tool !== OWN).slice(0, MOST_RUNS - 1) : tools,
  )
  const byTool = new Map<string, Result[]>()
  for (const result of kept) {
    const tool = own.has(result.tool) ? result.tool : OWN
    const same = byTool.get(tool)
    if (same) same.push(result)
    else byTool.set(tool, [result])
  }
  // GitHub takes no log without a run; an empty one closes the alerts of before.
  if (byTool.size === 0) byTool.set(OWN, [])
  return {
    log: {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [...byTool].map(([tool, results]) => runOf(tool, results, findings.category)),
    },
    left: all.length - kept.length,
  }
}

function resultsOf(findings: Findings): Result[] {
  const { issues, failedTests, vulnerabilities, failedGates, policyFile, lockFile } = findings
  const nowhere = { line: undefined, column: undefined }
  return [
    ...failedGates.map(({ id, message, level }) => {
      return { tool: OWN, rule: id, level, message, path: policyFile, ...nowhere, identity: '' }
    }),
    ...failedTests.map((test) => ({
      tool: 'tests',
      rule: 'failed-test',
      level: 'error' as const,
      message: `${[test.suite, test.name].filter((each) => each !== '').join(' › ')}\n\n${test.message ?? 'It failed.'}`,
      path: test.file ?? policyFile,
      line: test.file === undefined ? undefined : test.line,
      column: undefined,
      identity: testKey(test),
    })),
    ...issues.map(({ tool, level, rule, message, file, line, column }) => ({
      tool,
      rule: rule ?? tool,
      level,
      message,
      path: file ?? policyFile,
      ...(file === undefined ? nowhere : { line, column }),
      // Messages may name other lines, which move as well.
      identity: message.replace(/\d+/g, '0'),
    })),
    ...vulnerabilities.map(({ id, package: name, range, severity, title, url }) => ({
      tool: 'npm-audit',
      rule: id,
      level: LEVEL_OF[severity],
      message: [name, range, `(${severity}): ${title}`, url]
        .filter((each) => each !== undefined)
        .join(' '),
      path: lockFile,
      ...nowhere,
      identity: name,
    })),
  ]
}

function runOf(tool: string, results: readonly Result[], category: string): object {
  const rules = [...new Set(results.map(({ rule }) => rule))]
  const indexes = new Map(rules.map((id, index) => [id, index]))
  const fingerprint = fingerprints()
  return {
    tool: { driver: { name: tool, rules: rules.map((id) => ({ id })) } },
    automationDetails: { id: `${category}/${tool}/` },
    columnKind: 'utf16CodeUnits',
    results: results.map((result) => ({
      ruleId: result.rule,
      ruleIndex: indexes.get(result.rule),
      level: result.level,
      message: { text: result.message.trim().slice(0, LONGEST_TEXT) || result.rule },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(result.path), uriBaseId: '%SRCROOT%' },
            region: {
              startLine: result.line ?? 1,
              ...(result.line !== undefined && result.column !== undefined
                ? { startColumn: result.column }
                : {}),
            },
          },
        },
      ],
      partialFingerprints: { primaryLocationLineHash: fingerprint(result) },
    })),
  }
}

/** A relative reference: what means something in an address is encoded. */
const uriOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

/**
 * The same for an issue whose line has moved. The second of the same in a file is told apart by its place among them, as
 * CodeQL does (`hash:2`).
 */
function fingerprints(): (result: Result) => string {
  const seen = new Map<string, number>()
  return ({ tool, rule, path, identity }) => {
    const what = [tool, rule, path, identity].join('\0')
    const hash = createHash('sha256').update(what).digest('hex').slice(0, 16)
    const count = (seen.get(hash) ?? 0) + 1
    seen.set(hash, count)
    return `${hash}:${count}`
  }
}

/** A report that somebody else's run has saved. It is data: nothing in it is run, opened or believed. */
import type { Measure } from '@ecs-pipeline/quality'
import type { Told, ToldCheck, ToldFinding, ToldGate, ToldTest } from '../told.ts'
import { UnreadableReport, Untrusted } from './members.ts'

export interface SavedReport {
  readonly told: Told
  /** What it says it belongs to. Both have to be proven. */
  readonly pullRequest: number
  readonly commit: string
}

const LONGEST = { name: 200, path: 500, sentence: 1000 } as const
const MOST = { caveats: 20, rows: 500, notices: 5, flaky: 100, findings: 200 } as const

/** Throws {@link UnreadableReport}. */
export function readSavedReport(text: string): SavedReport {
  const shortened: string[] = []
  const report = new Untrusted(jsonOf(text), '', (what) => shortened.push(what))
  if (report.number('version') !== 1) throw new UnreadableReport('version has to be 1')
  report.word('action', ['quality-gate'])
  if (!report.has('pullRequest')) throw new UnreadableReport('it names no pull request')
  const pullRequest = report.count('pullRequest')
  const commit = report.text('commit', LONGEST.name)
  const policy = report.object('policy')
  const told: Omit<Told, 'caveats'> = {
    name: report.text('name', LONGEST.name),
    result: report.word('result', ['passed', 'failed', 'unmeasured', 'cancelled']),
    mode: report.word('mode', ['enforce', 'report']),
    reason: report.text('reason', LONGEST.sentence),
    startedAt: report.number('startedAt'),
    policy: { name: policy.text('name', LONGEST.path), isChanged: policy.flag('isChanged') },
    checks: report.objects('checks', MOST.rows).map(checkOf),
    gates: report.objects('gates', MOST.rows).map(gateOf),
    flaky: report.objects('flaky', MOST.flaky).map(testOf),
    findings: report.objects('findings', MOST.findings).map(findingOf),
    findingCount: report.count('findingCount'),
  }
  const caveats = report.texts('caveats', MOST.caveats, LONGEST.sentence)
  const cutShort =
    shortened.length === 0 ? [] : [`Of the saved report were read: ${shortened.join(', ')}.`]
  return { told: { ...told, caveats: [...cutShort, ...caveats] }, pullRequest, commit }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The words of the parser repeat a piece of the file.
    throw new UnreadableReport('it is no JSON')
  }
}

const levelOf = (of: Untrusted): 'error' | 'warning' => of.word('level', ['error', 'warning'])

function checkOf(row: Untrusted): ToldCheck {
  const check = row.object('check')
  return {
    check: { id: check.text('id', LONGEST.name), level: levelOf(check) },
    status: row.word('status', [
      'passed',
      'failed',
      'timed-out',
      'cancelled',
      'skipped',
      'not-run',
    ]),
    seconds: row.number('seconds'),
    attempts: row.count('attempts'),
    reason: row.text('reason', LONGEST.sentence),
  }
}

function gateOf(row: Untrusted): ToldGate {
  const gate = row.object('gate')
  const exception = row.optionalObject('exception')
  return {
    gate: {
      id: gate.text('id', LONGEST.name),
      level: levelOf(gate),
      metric: {
        unit: gate.object('metric').word('unit', ['percent', 'count', 'seconds', 'bytes']),
      },
      min: gate.optionalNumber('min'),
      max: gate.optionalNumber('max'),
      maxDrop: gate.optionalNumber('maxDrop'),
      maxRise: gate.optionalNumber('maxRise'),
    },
    status: row.word('status', ['passed', 'failed', 'unmeasured', 'resting']),
    measure: measureOf(row.optionalObject('measure')),
    before: measureOf(row.optionalObject('before')),
    reason: row.text('reason', LONGEST.sentence),
    notices: row.texts('notices', MOST.notices, LONGEST.sentence),
    exception: exception && {
      reason: exception.text('reason', LONGEST.sentence),
      expires: exception.text('expires', LONGEST.name),
    },
  }
}

function measureOf(measure: Untrusted | undefined): Measure | undefined {
  if (!measure) return undefined
  return measure.word('kind', ['ratio', 'number']) === 'ratio'
    ? { kind: 'ratio', covered: measure.count('covered'), total: measure.count('total') }
    : { kind: 'number', value: measure.number('value') }
}

const testOf = (test: Untrusted): ToldTest => ({
  suite: test.text('suite', LONGEST.name),
  name: test.text('name', LONGEST.name),
  file: test.optionalText('file', LONGEST.path),
  line: test.optionalCount('line'),
})

const findingOf = (finding: Untrusted): ToldFinding => ({
  level: finding.word('level', ['error', 'warning', 'notice']),
  path: finding.optionalText('path', LONGEST.path),
  line: finding.optionalCount('line'),
  endLine: finding.optionalCount('endLine'),
  title: finding.text('title', LONGEST.name),
  message: finding.text('message', LONGEST.sentence),
})

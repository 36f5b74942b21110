/** The job summary: the verdict, what was asked and what the numbers are, and where to look. */
import {
  bulletList,
  codeBlock,
  details,
  plainText,
  table,
  withCode,
} from '@ecs-pipeline/action-kit'
import { plural } from '@ecs-pipeline/image'
import type { Result } from '@ecs-pipeline/quality'
import { duration } from '../checks/duration.ts'
import type { GateReport } from '../report.ts'
import { STANDING_MARK } from '../standing.ts'
import { checkRows, gateRows } from './rows.ts'
import { picture } from './picture.ts'
import { findingBlocks } from './finding-blocks.ts'
import { whatToDoBlock, whereBlock } from './first-screen.ts'

const MARK: Readonly<Record<Result, string>> = {
  passed: '✅',
  failed: '❌',
  unmeasured: '❓',
  cancelled: '🚫',
}

/** Markdown blocks, most important first; a block is never cut in the middle. */
export function renderSummary(report: GateReport): readonly string[] {
  return [
    `## ${MARK[report.result]} ${plainText(report.name)}: ${report.result}`,
    `**What happened:** ${withCode(report.reason)}`,
    report.result !== 'passed' && report.passed
      ? '**The step is green** because its mode is `report`: it only tells.'
      : '',
    whereBlock(report),
    whatToDoBlock(report),
    gatesBlock(report),
    picture(report),
    checksBlock(report),
    ...findingBlocks(report),
    ...testBlocks(report),
    exceptionsBlock(report),
    baselineBlock(report),
    report.caveats.length === 0 ? '' : `### Not checked, or odd\n\n${bulletList(report.caveats)}`,
    policyBlock(report),
  ].filter((block) => block !== '')
}

/** The summary of a run whose inputs or policy cannot be read. */
export const renderRefusal = (problems: readonly string[]): readonly string[] => [
  '## 🛑 quality gate: refused',
  `**What happened:** Nothing was run: the inputs or the policy are wrong.\n\n${problems.map((each) => `- ${withCode(each)}`).join('\n')}`,
]

function gatesBlock({ gates }: GateReport): string {
  if (gates.length === 0) return ''
  return `### Gates\n\n${table(['', 'Gate', 'Number', 'Before', 'Why'], gateRows(gates))}`
}

function checksBlock({ checks }: GateReport): string {
  if (checks.length === 0) return ''
  const isOpen = checks.some(({ status }) => status !== 'passed')
  const rows = table(['', 'Check', 'Time', 'How it ended'], checkRows(checks))
  const tails = checks
    .filter(({ status, tail }) => status !== 'passed' && tail.length > 0)
    .map(({ check, tail }) => details(`The last lines of ${check.id}`, codeBlock(tail.join('\n'))))
  return [
    isOpen ? `### Checks\n\n${rows}` : details(`${plural(checks.length, 'check')} passed`, rows),
    ...tails,
  ].join('\n\n')
}

const MOST_ROWS = 20
/** Seconds; nobody looks for what is quicker. */
const SLOW = 1

function testBlocks({ tests, flaky, slowest }: GateReport): readonly string[] {
  if (!tests) return []
  const { total, passed, failed, skipped, seconds } = tests
  const nameOf = ({ suite, name }: { suite: string; name: string }): string =>
    [suite, name].filter((part) => part !== '').join(' › ')
  const slow = slowest.filter((test) => test.seconds >= SLOW)
  const rows = slow.map((test) => [nameOf(test), duration(test.seconds * 1000)])
  const counts = [
    `${total} ran`,
    `${passed} passed`,
    `${failed} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(tests.flaky > 0 ? [`${tests.flaky} flaky`] : []),
  ]
  return [
    `**Tests:** ${counts.join(', ')}, in ${duration(seconds * 1000)}.`,
    flaky.length === 0
      ? ''
      : details(
          `${tests.flaky} flaky: failed, and passed on retry`,
          bulletList(flaky.slice(0, MOST_ROWS).map(nameOf)),
        ),
    rows.length === 0 ? '' : details('The slowest tests', table(['Test', 'Time'], rows)),
  ]
}

function exceptionsBlock({ exceptions }: GateReport): string {
  if (exceptions.length === 0) return ''
  const rows = exceptions.map(({ of, reason, expires, state, where }) => [
    'gate' in of ? of.gate : of.vulnerability,
    state,
    expires,
    reason,
    where,
  ])
  const body = table(['Exception', 'State', 'Until', 'Why', 'Where'], rows)
  const isOpen = exceptions.some(({ state }) => state !== 'used')
  return details(plural(exceptions.length, 'exception'), body, isOpen)
}

const baselineBlock = ({ baseline }: GateReport): string =>
  [
    `**Baseline:** ${plainText(baseline.read)}`,
    ...(baseline.recorded === undefined ? [] : [plainText(baseline.recorded)]),
  ].join(' ')

function policyBlock({ policy }: GateReport): string {
  switch (policy.kind) {
    case 'preset':
      return `There is no policy file. These are the usual checks and gates of ${plainText(policy.name)}. ${details(
        'The quality-gate.yml that says the same',
        codeBlock(policy.text ?? '', 'yaml'),
      )}`
    case 'head':
      return `${policy.isChanged ? `${STANDING_MARK.warned} **This change touches its own policy:** ` : 'Policy: '}${plainText(policy.name)}`
    case 'base':
      return `Policy of the base: ${plainText(policy.name)}${policy.isChanged ? '. What this change does to it counts once it is merged.' : ''}`
  }
}

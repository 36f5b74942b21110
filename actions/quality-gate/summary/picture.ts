/** The checks as they need each other, the gates over them, and what they come to. */
import { BAD, codeBlock, GOOD } from '@ecs-pipeline/action-kit'
import type { CheckResult, GateResult } from '@ecs-pipeline/quality'
import type { GateReport } from '../report.ts'
import { standingOfCheck, standingOfGate } from '../standing.ts'

/** With more boxes nobody finds anything. */
const MOST_CHECKS = 12

const WORST = ['failed', 'unmeasured', 'warned', 'resting', 'passed'] as const

const UNSURE = 'fill:#fff3cd,stroke:#b58900,color:#1f2328'

export function picture(report: GateReport): string {
  const { checks, gates, result } = report
  if (checks.length === 0 || checks.length > MOST_CHECKS) return ''
  const node = new Map(checks.map(({ check }, index) => [check.id, `check${index}`]))
  const lines = ['graph LR']
  for (const each of checks) {
    const id = node.get(each.check.id) ?? ''
    lines.push(`  ${id}["${each.check.id}<br>${wordsOf(each)}"]`, style(id, standingOfCheck(each)))
    for (const need of each.check.needs) lines.push(`  ${node.get(need) ?? ''} --> ${id}`)
  }
  const isNeeded = new Set(checks.flatMap(({ check }) => check.needs))
  for (const { check } of checks) {
    if (!isNeeded.has(check.id)) lines.push(`  ${node.get(check.id) ?? ''} --> gates`)
  }
  lines.push(`  gates["${gateWords(gates)}"] --> result["${result}"]`)
  const worst = gates.map(standingOfGate).sort((a, b) => WORST.indexOf(a) - WORST.indexOf(b))[0]
  lines.push(style('gates', worst ?? 'passed'))
  lines.push(`  style result ${result === 'passed' ? GOOD : BAD}`)
  return codeBlock(lines.join('\n'), 'mermaid')
}

const style = (id: string, status: ReturnType<typeof standingOfCheck>): string => {
  const colours = { failed: BAD, unmeasured: BAD, warned: UNSURE, resting: UNSURE, passed: GOOD }
  return `  style ${id} ${colours[status]}`
}

function wordsOf({ status, seconds, check, exitCode }: CheckResult): string {
  if (status === 'passed') return check.command ? `${seconds.toFixed(1)} s` : 'read'
  return status === 'failed' && exitCode !== undefined ? `exit code ${exitCode}` : status
}

function gateWords(gates: readonly GateResult[]): string {
  if (gates.length === 0) return 'no gates'
  const words = WORST.flatMap((status) => {
    const count = gates.filter((each) => standingOfGate(each) === status).length
    return count === 0 ? [] : [`${count} ${status}`]
  })
  return `${gates.length} gates<br>${words.join('<br>')}`
}

/** Which findings GitHub is told of: it keeps ten of each level for a step, and the rest only stands in the log. */
import type { Finding, FindingLevel } from './finding.ts'

/** Of each level; one is left for the headline of the step. */
const MOST = 9

export interface Annotations {
  readonly chosen: readonly Finding[]
  /** How many were not chosen, by level. */
  readonly left: Readonly<Record<FindingLevel, number>>
}

/**
 * Each gate has its turn, so that forty lint errors do not hide the one test that failed; of each gate what the change
 * has touched comes first. When something is left out, the last place of its level is kept for saying so.
 */
export function chooseAnnotations(findings: readonly Finding[]): Annotations {
  const levels: readonly FindingLevel[] = ['error', 'warning', 'notice']
  const parts = levels.map((level) => {
    const turns = takeTurns(findings.filter((each) => each.level === level))
    const room = turns.length > MOST ? MOST - 1 : MOST
    return { level, chosen: turns.slice(0, room), left: Math.max(0, turns.length - room) }
  })
  const leftOf = (wanted: FindingLevel): number =>
    parts.find(({ level }) => level === wanted)?.left ?? 0
  return {
    chosen: parts.flatMap(({ chosen }) => chosen),
    left: { error: leftOf('error'), warning: leftOf('warning'), notice: leftOf('notice') },
  }
}

function takeTurns(findings: readonly Finding[]): readonly Finding[] {
  const byGate = new Map<string, Finding[]>()
  for (const finding of findings) {
    const of = finding.of ?? ''
    const queue = byGate.get(of) ?? []
    queue.push(finding)
    byGate.set(of, queue)
  }
  const queues = [...byGate.values()].map((queue) =>
    queue.toSorted(
      (a, b) =>
        Number(b.isAdded) - Number(a.isAdded) ||
        Number(b.path !== undefined) - Number(a.path !== undefined),
    ),
  )
  const turns: Finding[] = []
  for (let round = 0; turns.length < findings.length; round++) {
    for (const queue of queues) {
      const next = queue[round]
      if (next) turns.push(next)
    }
  }
  return turns
}

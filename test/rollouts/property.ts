/** What every random rollout has to hold, as one check. */
import { brokenRules } from './invariants.ts'
import { runRollout, type Rollout, type Run } from './rollout.ts'
import type { Schedule } from './world/schedule.ts'

/** Throws with a line for every rule that this rollout breaks. */
export async function checkRollout(schedule: Schedule, run?: Run): Promise<Rollout> {
  const rollout = await runRollout(schedule, run)
  const broken = brokenRules(rollout)
  if (broken.length > 0) throw new Error(broken.join('\n'))
  return rollout
}

/** How often each outcome was met. */
export class OutcomeCounts {
  private readonly counts = new Map<string, number>()

  add({ report }: Rollout): void {
    const outcome = report?.outcome ?? 'no report'
    this.counts.set(outcome, this.of(outcome) + 1)
  }

  of(outcome: string): number {
    return this.counts.get(outcome) ?? 0
  }

  /** One line an outcome, the most frequent first. */
  table(): string {
    const rows = [...this.counts].sort(([, a], [, b]) => b - a)
    return rows.map(([outcome, count]) => `${String(count).padStart(8)}  ${outcome}`).join('\n')
  }
}

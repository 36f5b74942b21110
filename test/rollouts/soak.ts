/**
 * `npm run soak -- --rollouts 100000 [--seed N]`: many more random rollouts than a test has time for.
 * `npm run soak -- --replay FILE`: one schedule again, as a failure printed it.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { brokenRules } from './invariants.ts'
import { checkRollout, OutcomeCounts } from './property.ts'
import { anySchedule } from './rollout.arbitrary.ts'
import { runRollout } from './rollout.ts'
import type { Schedule } from './world/schedule.ts'

/** Progress is printed after so many. */
const BATCH = 1000

const counts = new OutcomeCounts()

async function check(schedule: Schedule): Promise<void> {
  counts.add(await checkRollout(schedule))
}

async function replay(file: string): Promise<boolean> {
  const schedule = JSON.parse(readFileSync(file, 'utf8')) as Schedule
  const rollout = await runRollout(schedule)
  for (const { at, text } of rollout.report?.timeline ?? []) {
    console.log(`${((at - rollout.startedAt) / 1000).toFixed(1).padStart(8)} s  ${text}`)
  }
  for (const { at, ...deed } of rollout.world.deeds) {
    console.log(
      `${((at - rollout.startedAt) / 1000).toFixed(1).padStart(8)} s  ${JSON.stringify(deed)}`,
    )
  }
  console.log(`${rollout.report?.outcome ?? 'no report'}: ${rollout.report?.reason ?? ''}`)
  for (const caveat of rollout.report?.caveats ?? []) console.log(`caveat: ${caveat}`)
  const broken = brokenRules(rollout)
  for (const line of broken) console.log(`BROKEN  ${line}`)
  return broken.length === 0
}

async function soak(rollouts: number, firstSeed: number): Promise<boolean> {
  for (let done = 0, seed = firstSeed; done < rollouts; done += BATCH, seed++) {
    const numRuns = Math.min(BATCH, rollouts - done)
    const result = await fc.check(fc.asyncProperty(anySchedule, check), { seed, numRuns })
    if (result.failed) {
      console.log(
        `seed ${seed}, path ${result.counterexamplePath ?? ''}, ${result.numShrinks} shrinks`,
      )
      console.log(String(result.errorInstance))
      console.log('The smallest schedule, for --replay:')
      console.log(JSON.stringify(result.counterexample?.[0], null, 2))
      return false
    }
    console.log(`${done + numRuns} rollouts, seed ${seed}`)
  }
  console.log(counts.table())
  return true
}

const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    replay: { type: 'string' },
  },
})
const isGood =
  values.replay === undefined
    ? await soak(Number(values.rollouts), Number(values.seed))
    : await replay(values.replay)
process.exitCode = isGood ? 0 : 1

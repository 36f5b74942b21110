/** Half of the thousand rollouts of `npm test`; two test files run one each, so that both workers are used. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { OUTCOMES } from '@ecs-pipeline/rollout'
import { checkRollout, OutcomeCounts } from './property.ts'
import { anySchedule } from './rollout.arbitrary.ts'

const ROLLOUTS = 500
/** Each outcome is met at least so often, or the test says little about it. */
const ENOUGH = 3

/** `TEST_SEED` replaces the seed; a failure prints the seed and the path that lead to its schedule again. */
export function testRollouts(seed: number): void {
  const used = Number(process.env['TEST_SEED'] ?? seed)
  const counts = new OutcomeCounts()

  test(`${ROLLOUTS} random rollouts keep every rule (TEST_SEED=${used})`, async () => {
    const property = fc.asyncProperty(anySchedule, async (schedule) => {
      counts.add(await checkRollout(schedule))
    })
    await fc.assert(property, { seed: used, numRuns: ROLLOUTS })
  })

  test('every outcome was among them', () => {
    console.log(`outcomes of seed ${used}:\n${counts.table()}`)
    // A run that only registers has no service, and so no rollout.
    const rollouts = OUTCOMES.filter((outcome) => outcome !== 'registered')
    const rare = rollouts.filter((outcome) => counts.of(outcome) < ENOUGH)
    // Another seed may be short of one.
    expect(used === seed ? rare : []).toEqual([])
  })
}

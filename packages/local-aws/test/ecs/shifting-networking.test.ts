/** Listener rules that a deployment cannot shift traffic by. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  createShiftingWorld,
  isOver,
  PRODUCTION,
  TEST,
  type ShiftingWorld,
} from './shifting-world.ts'

let world: ShiftingWorld
beforeEach(() => {
  world = createShiftingWorld()
})

describe('listener rules that are set up wrongly take the deployment back', () => {
  const other = 'arn:other'
  test.each([
    {
      what: 'a group that no rule knows',
      groups: [{ arn: 'arn:green', weight: 100 }],
      reason: /: Target group arn:blue is not associated with either/,
    },
    {
      what: 'two groups with traffic',
      groups: [
        { arn: 'arn:green', weight: 50 },
        { arn: 'arn:blue', weight: 50 },
      ],
      reason: /should have exactly one target group serving traffic but found 2 target groups/,
    },
    {
      what: 'a strange group',
      groups: [
        { arn: other, weight: 100 },
        { arn: 'arn:green', weight: 0 },
        { arn: 'arn:blue', weight: 0 },
      ],
      reason: /forwarding traffic to unexpected target group arn:other/,
    },
  ])('$what', async ({ groups, reason }) => {
    await world.settle({ strategy: 'BLUE_GREEN' })
    world.rules.set(PRODUCTION, groups)
    world.rules.set(TEST, [{ arn: 'arn:green', weight: 1 }])
    await world.release()
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: expect.stringMatching(reason),
    })
    expect(world.running()).toEqual(['good', 'good'])
  })

  test('a rule that is gone', async () => {
    await world.settle({ strategy: 'BLUE_GREEN' })
    world.rules.delete(PRODUCTION)
    await world.release()
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({
      statusReason:
        'Service deployment rolled back because of invalid networking configuration. One or more rules not found',
    })
  })
})

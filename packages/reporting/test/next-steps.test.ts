import { describe, expect, test } from '@jest/globals'
import type { Outcome, ReasonCode, Verdict } from '@ecs-pipeline/rollout'
import { nextSteps } from '../src/next-steps.ts'

const GOOD = 'arn:aws:ecs:us-east-1:123456789012:task-definition/ledger:1'

interface Given extends Partial<Verdict> {
  readonly isAskedToGoBack?: boolean
  readonly hasGood?: boolean
  readonly saysWhyNotBack?: boolean
}

function steps(outcome: Outcome, given: Given = {}): string {
  const { isAskedToGoBack = false, hasGood = true, saysWhyNotBack = false, ...verdict } = given
  const chosen = { taskDefinition: GOOD, revision: undefined, isCurrent: true, because: 'it ran' }
  const knownGood = { chosen: hasGood ? chosen : undefined, passedOver: [] }
  const facts = { cluster: 'production', service: 'ledger', knownGood, isAskedToGoBack }
  const base = {
    outcome,
    rolledBackBy: 'none',
    code: 'failed-tasks',
    reason: 'It failed.',
  } as const
  return nextSteps({ ...base, ...verdict }, facts, saysWhyNotBack).join('\n')
}

describe('after a rollback that failed', () => {
  test('going back by hand is forced: the service may want that revision already', () => {
    expect(steps('rollback-failed')).toContain(
      `Go back by hand: \`aws ecs update-service --cluster production --service ledger --force-new-deployment --task-definition ${GOOD}\``,
    )
  })

  test('what kept it from working comes first where it is known', () => {
    expect(steps('rollback-failed', { saysWhyNotBack: true })).toContain(
      'First mend what keeps ledger:1 from running, then go back by hand: ',
    )
  })

  test('one that was asked for can go elsewhere', () => {
    const said = steps('rollback-failed', { isAskedToGoBack: true })
    expect(said).toContain('another revision with `to`')
    expect(said).not.toContain('update-service')
  })
})

test('after a breach the metric is named, whatever it is called', () => {
  expect(steps('rolled-back', { trigger: 'slow`' })).toBe(
    'Find what the release changed for `slow`, fix it, and deploy again.',
  )
  expect(steps('rolled-back')).toBe('Fix the cause above and deploy again.')
})

test('a permission that is missing comes first', () => {
  const reason =
    'Denied. Add to the role\'s policy: {"Effect":"Allow","Action":"a:B","Resource":"*"} It was left.'
  expect(steps('monitoring-lost', { reason })).toMatch(/^Add the statement above/)
  expect(steps('monitoring-lost')).toMatch(/^See where/)
})

test.each<[Outcome, ReasonCode, RegExp]>([
  ['refused', 'input', /^Correct what stands above/],
  ['refused', 'unreachable', /^Run again when AWS answers/],
  ['refused', 'cancelled', /^Run again if/],
  ['timed-out', 'time-limit', /If it does not come up, go back by hand: /],
  ['failed-no-rollback', 'insufficient-data', /If it is not well, go back by hand: /],
  ['failed-no-rollback', 'failed-tasks', /^Go back by hand: /m],
])('%s for %s: %s', (outcome, code, words) => {
  expect(steps(outcome, { code })).toMatch(words)
})

test.each<Outcome>(['timed-out', 'rollback-failed', 'failed-no-rollback'])(
  '%s without a revision to go back to: a fixed one is deployed',
  (outcome) => {
    expect(steps(outcome, { hasGood: false })).toContain('No revision was proven good')
  },
)

import { describe, expect, test } from '@jest/globals'
import { duration, prose, splitPolicy, stepItem } from '../src/prose.ts'

describe('prose', () => {
  test.each([
    [
      'arn:aws:ecs:eu-central-1:123456789012:task-definition/ledger:7 was deployed',
      'ledger:7 was deployed',
    ],
    [
      'in (target-group arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/ledger/8472c9d0)',
      'in (target-group ledger)',
    ],
    ['Trigger Slow (targetgroup/ledger/8472c9d0): 5', 'Trigger Slow (ledger): 5'],
    ['ended on 2026-11-20T10:00:15.000Z.', 'ended on 2026-11-20 10:00:15 UTC.'],
    ['set `on-timeout: leave`', 'set `on-timeout: leave`'],
    ['an `open mark', 'an &#96;open mark'],
    ['`<b>` and <b>', '`<b>` and &#60;b&#62;'],
  ])('%s', (text, shown) => {
    expect(prose(text)).toBe(shown)
  })
})

test.each([
  [0, '0 s'],
  [59_600, '1 min'],
  [560_000, '9 min 20 s'],
  [3_600_000, '60 min'],
])('%d ms are %s', (milliseconds, shown) => {
  expect(duration(milliseconds)).toBe(shown)
})

describe('the statement to add to a policy', () => {
  const simple = '{"Effect":"Allow","Action":"ecs:UpdateService","Resource":"*"}'
  const nested =
    '{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}}'

  test.each([simple, nested])('%s stands on a line of its own', (statement) => {
    const { words, block } = splitPolicy(
      `Denied. Add to the role's policy: ${statement} It was left.`,
    )
    expect(words).toBe('Denied. It was left.')
    expect(block).toBe(`Add to the role's policy:\n\n\`\`\`json\n${statement}\n\`\`\``)
  })

  test('where there is none, nothing changes', () => {
    expect(splitPolicy('Add to the noise: {}')).toEqual({
      words: 'Add to the noise: {}',
      block: '',
    })
  })
})

describe('a step', () => {
  test('that ends in a command has it on lines of its own, and wide ones go on in a second line', () => {
    const command = `aws ecs update-service --cluster c --service s --task-definition ${'x'.repeat(60)}`
    expect(stepItem(`Go back: \`${command}\``)).toBe(
      `- Go back:\n\n  \`\`\`sh\n  aws ecs update-service --cluster c --service s \\\n    --task-definition ${'x'.repeat(60)}\n  \`\`\``,
    )
  })

  test('in words stays as it is', () => {
    expect(stepItem('Deploy with `a: b` again.')).toBe('- Deploy with `a: b` again.')
  })
})

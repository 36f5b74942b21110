import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { News } from '../../src/notify/news.ts'
import { SLACK_LIMITS, slackMessage, type SlackMessage } from '../../src/notify/slack-message.ts'
import { HOSTILE, makeNews } from './make-news.ts'

const textsOf = (message: SlackMessage): readonly string[] =>
  message.blocks.map((block) => block.text.text)

/** Every `<…>` that Slack would read: only links that we made are allowed. */
function expectNoControls(message: SlackMessage): void {
  for (const text of [message.text, ...textsOf(message)]) {
    const foreign = text.replace(/^<https?:[^<>|]+\|Open the (run|environment)>$/, '')
    expect(foreign).not.toMatch(/[<>]/)
    expect(foreign).not.toMatch(/&(?!(amp|lt|gt);)/)
    expect(text.isWellFormed()).toBe(true)
  }
}

function expectWithinLimits(message: SlackMessage): void {
  expect(message.blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks)
  expect(message.text.length).toBeLessThanOrEqual(SLACK_LIMITS.text)
  for (const { type, text } of message.blocks) {
    expect(text.text.length).toBeGreaterThan(0)
    expect(text.text.length).toBeLessThanOrEqual(
      type === 'header' ? SLACK_LIMITS.header : SLACK_LIMITS.text,
    )
  }
  // Above 13,000 Slack refuses the blocks altogether.
  expect(textsOf(message).join('').length).toBeLessThan(13_000)
}

test('the facts come in their order, then the links', () => {
  expect(textsOf(slackMessage(makeNews()))).toEqual([
    '⚠️ web in prod: rolled-back',
    '*Users get now*\n`web:7` (2 of 2 tasks running, 2 of 2 targets healthy).',
    '*What happened*\n3 tasks failed (limit 3). Rolled back by: action.',
    '*Evidence*\n• 3 failed tasks: exit code 1\n• Unhealthy target 10.0.0.1:8080',
    '*Next*\nFix the cause above and deploy again.',
    '<https://github.com/octo-org/ledger/actions/runs/42|Open the run>',
    '<https://ledger.example/|Open the environment>',
  ])
})

test('where blocks are not shown, the text says the same', () => {
  expect(slackMessage(makeNews()).text).toBe(
    [
      'web in prod: rolled-back',
      'Users get now: `web:7` (2 of 2 tasks running, 2 of 2 targets healthy).',
      'What happened: 3 tasks failed (limit 3). Rolled back by: action.',
      'Evidence:\n- 3 failed tasks: exit code 1\n- Unhealthy target 10.0.0.1:8080',
      'Next: Fix the cause above and deploy again.',
      'Run: https://github.com/octo-org/ledger/actions/runs/42\nEnvironment: https://ledger.example/',
    ].join('\n\n'),
  )
})

describe('text of other people calls nobody, links nowhere and keeps to its line', () => {
  test.each(HOSTILE.map((hostile) => [hostile.slice(0, 40), hostile]))('%j', (_name, hostile) => {
    const message = slackMessage(
      makeNews({ title: hostile, facts: [{ name: hostile, lines: [hostile, 'the end'] }] }),
    )
    expectNoControls(message)
    expectWithinLimits(message)
    const [header = '', fact = ''] = textsOf(message)
    expect(header).not.toContain('\n')
    expect(fact.split('\n').length).toBeLessThanOrEqual(3)
    expect(header + fact).not.toMatch(/[\u202a-\u202e\u2028]/)
  })
})

test.each([1, 4, 5, 47, 48, 60])('%d long facts fit into one message', (count) => {
  const facts = Array.from({ length: count }, (_each, index) => ({
    name: `fact ${index}`,
    lines: ['<'.repeat(10_000)],
  }))
  const message = slackMessage(makeNews({ facts }))
  expectWithinLimits(message)
  const texts = textsOf(message)
  expect(texts.filter((text) => text.startsWith('*fact'))).toHaveLength(Math.min(count, 46))
  expect(texts.includes(`${count - 46} more facts are in the run.`)).toBe(count > 46)
  expect(texts.at(-1)).toContain('Open the environment')
})

test.each([
  'javascript:alert(1)',
  'https://user:word@evil.example',
  'not a link',
  `https://long.example/${'x'.repeat(3000)}`,
])('%.30s is no link', (environment) => {
  const message = slackMessage(makeNews({ links: { run: undefined, environment } }))
  expect(message.blocks).toHaveLength(5)
})

test('an address cannot end its link', () => {
  const environment = 'https://a.example/?q=|all is well>&b=<!channel>'
  const message = slackMessage(makeNews({ links: { run: undefined, environment } }))
  expect(textsOf(message).at(-1)).toBe(
    '<https://a.example/?q=%7Call%20is%20well%3E&amp;b=%3C!channel%3E|Open the environment>',
  )
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: fc.constantFrom('&', '<', '>', '🔥', '\ud83d', '\n', 'a'), maxLength: 4_000 }),
)
const anyNews: fc.Arbitrary<News> = fc.record({
  title: anyText,
  outcome: anyText,
  severity: fc.constantFrom('info', 'warning', 'critical'),
  facts: fc.array(fc.record({ name: anyText, lines: fc.array(anyText, { maxLength: 4 }) }), {
    maxLength: 60,
  }),
  links: fc.record({
    run: fc.oneof(fc.webUrl(), anyText, fc.constant(undefined)),
    environment: fc.oneof(fc.webUrl(), anyText, fc.constant(undefined)),
  }),
  report: fc.constant({}),
})

test("whatever the news is, the message keeps Slack's limits and controls nothing", () => {
  fc.assert(
    fc.property(anyNews, (news) => {
      const message = slackMessage(news)
      expectWithinLimits(message)
      expectNoControls(message)
    }),
    { numRuns: 60 },
  )
})

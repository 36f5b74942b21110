import type { News } from '../../src/notify/news.ts'

export function makeNews(changes: Partial<News> = {}): News {
  return {
    title: 'web in prod: rolled-back',
    outcome: 'rolled-back',
    severity: 'warning',
    facts: [
      {
        name: 'Users get now',
        lines: ['`web:7` (2 of 2 tasks running, 2 of 2 targets healthy).'],
      },
      { name: 'What happened', lines: ['3 tasks failed (limit 3). Rolled back by: action.'] },
      {
        name: 'Evidence',
        lines: ['3 failed tasks: exit code 1', 'Unhealthy target 10.0.0.1:8080'],
      },
      { name: 'Next', lines: ['Fix the cause above and deploy again.'] },
    ],
    links: {
      run: 'https://github.com/octo-org/ledger/actions/runs/42',
      environment: 'https://ledger.example',
    },
    report: { version: 1, outcome: 'rolled-back' },
    ...changes,
  }
}

/** What containers, images and AWS may say, and what must do nothing. */
export const HOSTILE = [
  '<!channel>',
  '<!here|all is well>',
  '<@U012ABCDEF>',
  '<https://evil.example|Open the run>',
  '</script><script>alert(1)</script>',
  'one\ntwo\r\nthree\u2028four',
  '*Users get now*\n`web:9`',
  '&lt;!channel&gt;',
  '\u202ereversed',
  '\ud83d half a character',
  '&'.repeat(10_000),
  'x'.repeat(10_000),
  '🔥'.repeat(10_000),
]

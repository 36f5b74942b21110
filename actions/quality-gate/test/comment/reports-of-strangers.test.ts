/** What a saved report may be and may do, whoever has made it. */
import { execFileSync } from 'node:child_process'
import { symlink, truncate, writeFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { marked } from 'marked'
import { changed, comment, expectRefused, reportFile, save } from './support/from-saved.ts'
import { brokenReport, makeCheck, makeGate } from './support/make-report.ts'

describe('a file that is no report is refused before GitHub is asked', () => {
  const SECRET = 'hunter2'

  test.each<[string, string, RegExp]>([
    ['no JSON', `{"${SECRET}`, /it is no JSON\.$/],
    ['nothing', '', /it is no JSON/],
    ['NaN', '{"version": NaN}', /it is no JSON/],
    ['a list', '[]', /the report is no JSON object/],
    ['null', 'null', /the report is no JSON object/],
    ['brackets without end', '['.repeat(2_000_000), /it is no JSON/],
    ['depth without end', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, /the report is no JSON object/],
    ['an infinite version', '{"version":1e999}', /version has to be a finite number/],
    ['a later version', '{"version":2}', /version has to be 1/],
    [
      'members of the prototype',
      '{"__proto__":{"version":1,"action":"quality-gate","pullRequest":7}}',
      /version has to be a finite number/,
    ],
  ])('%s', async (_what, content, words) => {
    await writeFile(reportFile(), content)
    const { outcome, github: on } = await comment()
    expect(outcome).toEqual({ kind: 'refused', why: expect.stringMatching(words) })
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    expect(on.requests).toEqual([])
  })

  test.each<[string, object, RegExp]>([
    ['another action', { action: 'deploy' }, /action has to be one of quality-gate/],
    ['no pull request', { pullRequest: null }, /it names no pull request/],
    ['half a pull request', { pullRequest: 1.5 }, /pullRequest has to be a whole number/],
    ['a path for a number', { pullRequest: '7/../8' }, /pullRequest has to be a whole number/],
    ['an unknown result', { result: 'green' }, /result has to be one of passed, failed/],
    ['an inherited word', { result: 'constructor' }, /result has to be one of/],
    ['checks that are no list', { checks: { length: 1 } }, /checks has to be a list/],
    ['a check that is a text', { checks: ['x'] }, /checks\[0\] is no JSON object/],
    [
      'time without end',
      { checks: [{ ...makeCheck('a'), seconds: '1' }] },
      /checks\[0\]\.seconds has to be a finite number/,
    ],
    [
      'half of a line',
      { gates: [makeGate({ measure: { kind: 'ratio', covered: 0.5, total: 1 } })] },
      /gates\[0\]\.measure\.covered has to be a whole number/,
    ],
    [
      'a unit of its own',
      { gates: [{ ...makeGate(), gate: { ...makeGate().gate, metric: { unit: 'toString' } } }] },
      /gates\[0\]\.gate\.metric\.unit has to be one of/,
    ],
    ['a caveat that is no text', { caveats: [{}] }, /caveats has to be a list of texts/],
  ])('%s', async (_what, changes, words) => {
    await save(changed(changes))
    const { requests } = await expectRefused(words)
    expect(requests).toEqual([])
  })

  test('100 MB are not read', async () => {
    await writeFile(reportFile(), '{')
    await truncate(reportFile(), 100_000_000)
    const before = process.memoryUsage().arrayBuffers
    await expectRefused(/it has 100000000 bytes, more than 5000000/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
  })

  test('a link to another file of the runner is not followed', async () => {
    const other = `${reportFile()}.other`
    await writeFile(other, JSON.stringify(brokenReport()))
    await symlink(other, reportFile())
    await expectRefused(/it is a link, not a file/)
  })

  test('a pipe does not hold the run up', async () => {
    execFileSync('mkfifo', [reportFile()])
    await expectRefused(/it is not a file/)
  })

  test('a file that is not there is named', async () => {
    await expectRefused(/report\.json cannot be used: there is no such file/)
  })
})

describe('what a report may do to the page', () => {
  const HOSTILE =
    '--> <script>alert(1)</script> <!-- </details> | @octo-org/owners #1 GH-2 ' +
    '[x](https://evil.example) ![y](https://evil.example/p.png) ```\n\n# big\n\u001b[31mred\u202egnp'

  test('nothing: no HTML, no link, no mention, no heading, no end of a comment', async () => {
    const gate = makeGate(
      { status: 'failed', reason: HOSTILE, notices: [HOSTILE] },
      { id: `${HOSTILE} gate` },
    )
    await save(
      changed({
        name: HOSTILE,
        reason: HOSTILE,
        caveats: [HOSTILE],
        policy: { kind: 'head', name: HOSTILE, isChanged: true },
        checks: [
          makeCheck('a', {
            check: { ...makeCheck('a').check, id: HOSTILE },
            status: 'failed',
            reason: HOSTILE,
          }),
        ],
        gates: [gate, { ...gate, exception: { reason: HOSTILE, expires: HOSTILE } }],
        flaky: [{ suite: HOSTILE, name: HOSTILE, file: HOSTILE, line: 1 }],
        findings: [
          { level: 'error', path: HOSTILE, line: 1, title: HOSTILE, message: HOSTILE },
          { level: 'error', path: '../../../../settings', line: 1, title: 'up', message: 'up' },
        ],
        findingCount: 2,
      }),
    )
    const { outcome, github: on } = await comment()
    expect(outcome).toEqual({ kind: 'created' })
    const body = on.comments[0]?.body ?? ''
    const [marker = '', runLine = ''] = body.split('\n')
    expect([marker, runLine].join('\n').match(/-->/g)).toHaveLength(2)

    const html = await marked.parse(body.split('\n').slice(2).join('\n'))
    expect(html).not.toMatch(/<(script|img|h1|h2|!--)/)
    expect(html.match(/<h3>/g)).toHaveLength(1)
    for (const [, address = ''] of html.matchAll(/href="([^"]*)"/g)) {
      expect(address).toMatch(/^https:\/\/github\.com\/octo-org\/ledger\/(actions|commit|blob)\//)
      expect(address).not.toMatch(/\.\.\//)
    }
    expect(html.match(/<details>/g)?.length).toBe(html.match(/<\/details>/g)?.length)
    // GitHub looks for names in the text that was rendered, where it is not code.
    const text = html.replace(/<code>.*?<\/code>/gs, '').replaceAll(/&#(\d+);/g, decimalSign)
    expect(text).toContain('@\u200bocto-org')
    expect(text).not.toMatch(/@\w|#\d|gh-\d/i)
    expect(body).not.toMatch(/[\u001b\u202e]/)
  })

  test('members that nobody asks for are not there', async () => {
    await save(
      changed({
        body: 'INJECTED',
        key: 'other',
        checks: [{ ...makeCheck('test'), tail: ['INJECTED'] }],
      }),
    )
    const { github: on } = await comment()
    expect(on.comments[0]?.body).not.toContain('INJECTED')
    expect(on.comments[0]?.body).not.toContain('environment-of-the-check')
    expect(({} as { version?: unknown }).version).toBeUndefined()
  })

  test('long lists and texts are cut, and that is said', async () => {
    const long = 'x'.repeat(2_000)
    await save(
      changed({
        gates: Array.from({ length: 600 }, (_, index) => makeGate({}, { id: `gate-${index}` })),
        reason: long,
        findings: Array.from({ length: 300 }, () => ({
          level: 'notice',
          title: long,
          message: long,
        })),
        findingCount: 5000,
      }),
    )
    const { github: on } = await comment()
    const body = on.comments[0]?.body ?? ''
    expect(body.length).toBeLessThanOrEqual(60_000)
    expect(body).toContain(
      'Of the saved report were read: the first 500 of 600 gates, the first 200',
    )
    expect(body).toContain('4975 more findings left out here')
    expect(body).not.toContain('x'.repeat(501))
  })
})

const decimalSign = (_all: string, digits: string): string => String.fromCodePoint(Number(digits))

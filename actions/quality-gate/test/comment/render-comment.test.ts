import { describe, expect, test } from '@jest/globals'
import { metricOf, type Finding } from '@ecs-pipeline/quality'
import { marked } from 'marked'
import { randomFrom } from '../../../../test/support/random.ts'
import { hasMarker, markerOf } from '../../comment/marker.ts'
import { MOST_CHARACTERS, renderComment, type CommentFrame } from '../../comment/render-comment.ts'
import { brokenReport, COMMIT, makeCheck, makeGate, makeReport } from './support/make-report.ts'
import { randomReport, randomText } from './support/random-report.ts'

const FRAME: CommentFrame = {
  key: 'ledger',
  serverUrl: 'https://github.com',
  repository: 'octo-org/ledger',
  commit: COMMIT,
  runUrl: 'https://github.com/octo-org/ledger/actions/runs/42',
  run: { id: '42', attempt: '1', commit: COMMIT, startedAt: 1_800_000_000_000 },
}

const finding = (changes: Partial<Finding> = {}): Finding => ({
  level: 'error',
  of: 'lint',
  path: 'src/app.ts',
  line: 12,
  endLine: 18,
  title: 'eslint: no-var',
  message: 'Unexpected var.',
  isAdded: true,
  ...changes,
})

test('a broken gate: the verdict, the number, its limit, what it was, where to look', () => {
  const text = renderComment(
    brokenReport({
      findings: [finding()],
      findingCount: 3,
      flaky: [
        {
          suite: 'ledger',
          name: 'adds',
          status: 'flaky',
          seconds: 1,
          file: 'test/add.test.ts',
          line: 4,
          message: undefined,
        },
      ],
    }),
    FRAME,
  )
  const blob = `https://github.com/octo-org/ledger/blob/${COMMIT}`
  expect(text).toBe(
    [
      '<!-- ecs-pipeline:quality-gate:ledger -->',
      `<!-- ecs-pipeline:run id=42 attempt=1 commit=${COMMIT} started=1800000000000 -->`,
      '',
      '### ❌ Quality gate ledger: failed',
      '',
      'Gate coverage: coverage.lines is 78 % (78 of 100), below the limit of 80 %.',
      '',
      '1 failed · 1 passed',
      '',
      '|  | Gate or check | Is | Limit | Before | Moved | Why |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| ❌ failed | coverage | 78 % (78 of 100) | ≥ 80 %, down by ≤ 0.5 points | 80.5 % (805 of 1000) | −2.5 points | coverage.lines is 78 % (78 of 100), below the limit of 80 %. |',
      '',
      '#### Findings',
      '',
      `- ❌ [\`src/app.ts:12\`](${blob}/src/app.ts#L12-L18) eslint: no-var: Unexpected var.`,
      '',
      '_2 more findings left out here; the summary of the run has all that it could hold._',
      '',
      '<details><summary>1 flaky: failed, and passed on retry</summary>',
      '',
      `- [\`test/add.test.ts:4\`](${blob}/test/add.test.ts#L4) ledger › adds`,
      '',
      '</details>',
      '',
      '<details><summary>✅ 1 passed</summary>',
      '',
      '|  | Gate or check | Is | Limit | Before | Moved | Why |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| ✅ passed | check test | 12.3 s |  |  |  |  |',
      '',
      '</details>',
      '',
      `[Run and its full summary](https://github.com/octo-org/ledger/actions/runs/42) · commit [\`c0ffee0\`](https://github.com/octo-org/ledger/commit/${COMMIT}) · policy .github/quality-gate.yml`,
    ].join('\n'),
  )
})

test('what is worse stands further up, and what passed is folded away', () => {
  const exception = {
    of: { gate: 'x' },
    reason: 'known',
    expires: '2027-01-31',
    until: 0,
    where: '',
  }
  const text = renderComment(
    makeReport({
      result: 'failed',
      checks: [makeCheck('c-skipped', { status: 'skipped' }), makeCheck('c-passed')],
      gates: [
        makeGate({}, { id: 'g-passed' }),
        makeGate({ status: 'resting', reason: 'resting.' }, { id: 'g-resting' }),
        makeGate({ status: 'failed', exception }, { id: 'g-excused' }),
        makeGate({ status: 'failed' }, { id: 'g-warned', level: 'warning' }),
        makeGate({ status: 'unmeasured', measure: undefined }, { id: 'g-unmeasured' }),
        makeGate({ status: 'failed' }, { id: 'g-failed' }),
      ],
    }),
    FRAME,
  )
  const order = [...text.matchAll(/[cg]-[a-z]+/g)].map(([name]) => name)
  expect(order).toEqual([
    'g-failed',
    'c-skipped',
    'g-unmeasured',
    'g-excused',
    'g-warned',
    'g-resting',
    'c-passed',
    'g-passed',
  ])
  expect(text.indexOf('<details>')).toBeGreaterThan(text.indexOf('g-resting'))
  expect(text.indexOf('<details>')).toBeLessThan(text.indexOf('c-passed'))
  expect(text).toContain('1 failed · 2 unmeasured · 2 warned · 1 resting · 2 passed')
  expect(text).toContain('Excepted until 2027-01-31: known')
})

test.each<[string, number, number, string]>([
  ['tests.total', 12, 10, '+2'],
  ['tests.duration', 1.5, 2, '−0.5 s'],
  ['size.bundle', 1_000_000, 3_500_000, '−2.5 MB (2500000 bytes)'],
  ['size.bundle', 5, 5, '±0'],
])('%s from %d', (name, is, was, moved) => {
  const metric = metricOf(name)
  if (!metric) throw new Error(name)
  const gate = makeGate(
    { measure: { kind: 'number', value: is }, before: { kind: 'number', value: was } },
    { metric },
  )
  expect(renderComment(makeReport({ gates: [gate] }), FRAME)).toContain(` | ${moved} | `)
})

test('a pass with a warning does not look like a clean one', () => {
  const gate = makeGate({ status: 'failed' }, { level: 'warning' })
  expect(renderComment(makeReport({ gates: [gate] }), FRAME)).toContain(
    '### ⚠️ Quality gate ledger: passed with warnings',
  )
})

test('the mode `report`, a policy of this change and odd things are said', () => {
  const text = renderComment(
    brokenReport({
      mode: 'report',
      policy: { kind: 'head', name: 'gate.yml', text: undefined, isChanged: true },
      caveats: ['Git could not show the change.', 'b', 'c', 'd', 'e', 'f', 'g'],
    }),
    FRAME,
  )
  expect(text).toContain('- The mode is `report`: the step is green whatever the verdict is.')
  expect(text).toContain('- This change has touched the policy gate.yml.')
  expect(text).toContain('- Git could not show the change.')
  expect(text).toContain('- 2 more notes are in the summary of the run.')
})

describe('links', () => {
  test.each([
    ['a b/(c).ts', 'a%20b/%28c%29.ts'],
    ['what?#1.ts', 'what%3F%231.ts'],
    ['ünï/😀.ts', '%C3%BCn%C3%AF/%F0%9F%98%80.ts'],
  ])('of %s are escaped', (path, escaped) => {
    const text = renderComment(
      makeReport({ findings: [finding({ path })], findingCount: 1 }),
      FRAME,
    )
    expect(text).toContain(`/blob/${COMMIT}/${escaped}#L12-L18)`)
  })

  test.each(['../../settings', '/etc/passwd', 'a/../b', 'a//b', './a', 'C:\\a.ts', 'a\u0000b'])(
    'there is none for %j',
    (path) => {
      const text = renderComment(
        makeReport({ findings: [finding({ path })], findingCount: 1 }),
        FRAME,
      )
      expect(text).not.toContain('/blob/')
      expect(text).toMatch(/:12`? eslint: no-var/)
    },
  )

  test.each([undefined, 'main', `${COMMIT}/../..`])('nor without a commit (%s)', (commit) => {
    const text = renderComment(makeReport({ findings: [finding()], findingCount: 1 }), {
      ...FRAME,
      commit,
    })
    expect(text).not.toContain('/blob/')
    expect(text).not.toContain('/commit/')
  })

  test.each([0, -1, 1.5, NaN])('nor to the line %d', (line) => {
    const text = renderComment(
      makeReport({ findings: [finding({ line })], findingCount: 1 }),
      FRAME,
    )
    expect(text).toContain('src/app.ts)')
  })
})

describe('whatever the report is', () => {
  const runs = 50
  const seed = Number(process.env['SEED'] ?? 20_261_122)

  test(`the text fits and is balanced (SEED=${seed}, ${runs} reports)`, async () => {
    let longest = 0
    for (let count = 0; count < runs; count++) {
      const random = randomFrom(seed + count)
      const report = randomReport(random)
      const key = randomText(random)
      const text = renderComment(report, { ...FRAME, key, origin: randomText(random) })
      longest = Math.max(longest, text.length)
      try {
        expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS)
        expect(hasMarker(text, markerOf(key))).toBe(true)
        expect(text.split('\n').filter((line) => /^\s*(```|~~~)/.test(line))).toEqual([])
        const opened = text.match(/<details>/g)?.length ?? 0
        expect(text.match(/<\/details>/g)?.length ?? 0).toBe(opened)
        expect(text.match(/<!--/g)).toHaveLength(2)
        expect(text.match(/-->/g)).toHaveLength(2)
        const html = await marked.parse(text.split('\n').slice(2).join('\n'))
        expect(html.match(/<details>/g)?.length ?? 0).toBe(opened)
        expect(html).not.toMatch(/<(script|img|pre|h1|h2|del)\b|evil\.example"/)
        expect(tablesOf(text)).toEqual([])
      } catch (error) {
        throw new Error(`SEED=${seed + count}`, { cause: error })
      }
    }
    // Or nothing of it was ever cut.
    expect(longest).toBeGreaterThan(MOST_CHARACTERS - 5_000)
  })
})

/** Rows that have not as many cells as the head of the tables. */
const tablesOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith('| ') && line.split(' | ').length !== 7)

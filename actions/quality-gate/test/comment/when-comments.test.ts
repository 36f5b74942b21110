/** When a comment is written, and what becomes of one that GitHub does not take. */
import { describe, expect, test } from '@jest/globals'
import type { RunContext } from '@ecs-pipeline/action-kit'
import type { Answer } from '../../../../packages/action-kit/test/support/scripted-server.ts'
import type { CommentOptions } from '../../comment/comment-on-run.ts'
import type { GateReport } from '../../report.ts'
import { makeRun, TOKEN } from './support/make-options.ts'
import { makeReport } from './support/make-report.ts'
import { BOT, bodyFor, comment, OLDER, writes } from './support/on-run.ts'

describe('when one is made', () => {
  const existing = { comments: [{ author: BOT, body: bodyFor(OLDER) }] }

  test.each<[CommentOptions['mode'], GateReport['result'], boolean, string]>([
    ['always', 'passed', false, 'created'],
    ['always', 'failed', true, 'updated'],
    ['on-failure', 'passed', false, 'not-needed'],
    ['on-failure', 'passed', true, 'updated'],
    ['on-failure', 'failed', false, 'created'],
    ['on-failure', 'unmeasured', false, 'created'],
    ['always', 'cancelled', true, 'skipped'],
    ['never', 'failed', true, 'skipped'],
  ])('%s, %s, there is one: %s', async (mode, result, isThere, kind) => {
    const { outcome } = await comment({
      on: isThere ? existing : {},
      report: makeReport({ result }),
      options: { mode },
    })
    expect(outcome.kind).toBe(kind)
  })

  test('a run of no pull request asks nobody', async () => {
    const { outcome, github: on, told } = await comment({ run: { pullRequest: undefined } })
    expect(outcome).toEqual({ kind: 'skipped', why: 'The run belongs to no pull request.' })
    expect(on.requests).toEqual([])
    expect(told).toEqual({ notices: [], warnings: [] })
  })
})

describe('tokens that may only read', () => {
  const fork = makeRun('').pullRequest
  const isFork = fork && { ...fork, isFork: true }

  test.each<[string, Partial<RunContext>, RegExp]>([
    ['a fork', { pullRequest: isFork }, /^There is no comment on #7: it comes from a fork/],
    [
      'a review on a fork',
      { pullRequest: isFork, eventName: 'pull_request_review' },
      /it comes from a fork/,
    ],
    ['Dependabot', { actor: 'dependabot[bot]' }, /Dependabot has started the run/],
  ])('%s: one notice with the way out, and no request', async (_who, run, words) => {
    const { outcome, github: on, told } = await comment({ run })
    expect(outcome.kind).toBe('skipped')
    expect(on.requests).toEqual([])
    expect(told.notices).toEqual([expect.stringMatching(words)])
    expect(told.notices[0]).toContain('`comment-from: workflow_run`')
    expect(told.warnings).toEqual([])
  })

  test.each([
    ['a fork', { pullRequest: isFork }],
    ['Dependabot', { actor: 'dependabot[bot]' }],
  ])('%s in a run of pull_request_target has the token of the base', async (_who, run) => {
    const { outcome } = await comment({ run: { ...run, eventName: 'pull_request_target' } })
    expect(outcome).toEqual({ kind: 'created' })
  })
})

describe('what GitHub does not take is one warning, and never more', () => {
  const denied = { message: 'Resource not accessible by integration' }
  const locked = { message: 'Unable to create comment because issue is locked.' }
  const cases: readonly [string, Answer, RegExp][] = [
    ['403', { status: 403, body: denied }, /\(403: Resource.*pull-requests: write/],
    ['a locked conversation', { status: 403, body: locked }, /is locked.*unless the conversation/],
    ['404', { status: 404, body: { message: 'Not Found' } }, /\(404:.*pull-requests: write/],
    ['401', { status: 401, body: { message: 'Bad credentials' } }, /token is not valid/],
    ['422', { status: 422, body: { message: 'Validation Failed' } }, /\(422: Validation Failed/],
    [
      '429',
      { status: 429, body: { message: 'Slow down' }, headers: { 'retry-after': '60' } },
      /used too often/,
    ],
    ['500', { status: 500, body: { message: 'Server Error' } }, /\(500: Server Error/],
    ['no JSON', { status: 502, body: '<html>Unicorn</html>' }, /502/],
    ['a lost connection', 'reset', /is missing or out of date/],
    ['silence', 'hang', /did not answer in time/],
  ]

  test.each(cases)('%s while reading', async (_what, answer, words) => {
    const { outcome, told } = await comment({
      on: { fault: () => answer },
      options: { timeLimit: 200 },
    })
    expect(told.warnings).toEqual([expect.stringMatching(words)])
    expect(outcome).toEqual({ kind: 'failed', why: told.warnings[0] })
    expect(told.warnings[0]).toContain('#7 of octo-org/ledger')
    expect(told.warnings[0]).not.toContain(TOKEN)
  })

  test.each(cases)('%s while writing, which is tried once', async (_what, answer, words) => {
    const { github: on, told } = await comment({
      on: { fault: ({ method }) => (method === 'POST' ? answer : undefined) },
      options: { timeLimit: 200 },
    })
    expect(told.warnings).toEqual([expect.stringMatching(words)])
    expect(writes(on)).toHaveLength(1)
  })

  test('reading and overwriting are tried again', async () => {
    const broken: Answer[] = ['reset', { status: 503, body: { message: 'no' } }]
    const { outcome, told } = await comment({
      on: {
        comments: [{ author: BOT, body: bodyFor(OLDER) }],
        fault: () => broken.shift(),
      },
    })
    expect(outcome).toEqual({ kind: 'updated' })
    expect(told.warnings).toEqual([])
  })

  test('a cancelled run tries once', async () => {
    const { github: on, told } = await comment({
      on: { fault: () => ({ status: 500, body: { message: 'Server Error' } }) },
      options: { hurry: AbortSignal.abort() },
    })
    expect(on.requests).toHaveLength(1)
    expect(told.warnings).toHaveLength(1)
  })

  test('a minute is all there is, whatever a server that is slow at each page would need', async () => {
    let now = 0
    const clock = { now: () => now, sleep: () => Promise.resolve() }
    const { outcome, github: on } = await comment({
      on: {
        comments: Array.from({ length: 2500 }, () => ({ author: 'octocat', body: 'x' })),
        fault: () => {
          now += 9_000
          return undefined
        },
      },
      options: { clock },
    })
    expect(outcome.kind).toBe('failed')
    expect(on.requests.length).toBeLessThanOrEqual(8)
  })

  test('more comments than can be looked through make no second one', async () => {
    const { outcome, github: on } = await comment({
      on: { comments: Array.from({ length: 3001 }, () => ({ author: 'octocat', body: 'x' })) },
    })
    expect(outcome).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('more than 3000 comments'),
    })
    expect(writes(on)).toEqual([])
  })
})

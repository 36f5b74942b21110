/** The comment over real connections, on a pull request of a server that answers as api.github.com does. */
import { afterEach, describe, expect, test } from '@jest/globals'
import type { RunContext } from '@ecs-pipeline/action-kit'
import type { Answer } from '../../../../packages/action-kit/test/support/scripted-server.ts'
import {
  startGitHub,
  type GitHubOptions,
  type GitHubStandIn,
} from '../../../../test/support/github-api.ts'
import {
  commentOnRun,
  type CommentOptions,
  type CommentOutcome,
} from '../../comment/comment-on-run.ts'
import { markerOf, runLineOf, type RunMark } from '../../comment/marker.ts'
import type { GateReport } from '../../report.ts'
import { makeOptions, makeRun, TOKEN, type Told } from './support/make-options.ts'
import { brokenReport, COMMIT, makeReport } from './support/make-report.ts'

const BOT = 'github-actions[bot]'
const MARKER = markerOf('ledger')
const COMMENTS = '/api/v3/repos/octo-org/ledger/issues/7/comments'
const FIRST_PAGE = `GET ${COMMENTS}?page=1&per_page=100`
const OLDER: RunMark = { id: '41', attempt: '1', commit: 'b'.repeat(40), startedAt: 1 }

const bodyFor = (run: RunMark, text = 'an older verdict'): string =>
  `${MARKER}\n${runLineOf(run)}\n\n${text}`

let github: GitHubStandIn | undefined
afterEach(async () => {
  await github?.close()
  github = undefined
})

interface Ended {
  readonly outcome: CommentOutcome
  readonly github: GitHubStandIn
  readonly told: Told
}

interface Case {
  readonly on?: GitHubOptions
  readonly report?: GateReport
  readonly run?: Partial<RunContext>
  readonly options?: Partial<CommentOptions>
}

async function comment({ on, report = makeReport(), run, options }: Case): Promise<Ended> {
  const running = await startGitHub(on)
  github = running
  const made = makeOptions(makeRun(running.apiUrl, run), options)
  const outcome = await commentOnRun(report, made.options)
  return { outcome, github: running, told: made.told }
}

const writes = ({ requests }: GitHubStandIn): readonly string[] =>
  requests.filter((each) => !each.startsWith('GET') && !each.includes('graphql'))

describe('one comment is kept', () => {
  test('where there is none, one is created', async () => {
    const { outcome, github: on, told } = await comment({})
    expect(outcome).toEqual({ kind: 'created' })
    expect(on.requests).toEqual([FIRST_PAGE, `POST ${COMMENTS}`, FIRST_PAGE])
    expect(on.comments.map(({ author }) => author)).toEqual([BOT])
    expect(on.comments[0]?.body.split('\n').slice(0, 2)).toEqual([
      '<!-- ecs-pipeline:quality-gate:ledger -->',
      `<!-- ecs-pipeline:run id=42 attempt=1 commit=${COMMIT} started=1800000000000 -->`,
    ])
    expect(told).toEqual({ notices: [], warnings: [] })
  })

  test('the one of an earlier run is overwritten', async () => {
    const { outcome, github: on } = await comment({
      on: { comments: [{ author: BOT, body: bodyFor(OLDER) }] },
      report: brokenReport(),
    })
    expect(outcome).toEqual({ kind: 'updated' })
    expect(on.comments).toHaveLength(1)
    expect(on.comments[0]?.body).toContain('Quality gate ledger: failed')
  })

  test('the same text is not sent again, whatever the ends of its lines are', async () => {
    const { github: on } = await comment({})
    const [kept] = on.comments
    if (kept) kept.body = kept.body.replaceAll('\n', '\r\n')
    const again = makeOptions(makeRun(on.apiUrl))
    expect(await commentOnRun(makeReport(), again.options)).toEqual({ kind: 'unchanged' })
    expect(writes(on)).toHaveLength(1)
  })

  test('it is found behind 250 comments of others', async () => {
    const others = Array.from({ length: 250 }, (_, index) => ({
      author: 'octocat',
      body: `I think ${index}`,
    }))
    const { outcome, github: on } = await comment({
      on: { comments: [...others, { author: BOT, body: bodyFor(OLDER) }, ...others.slice(0, 20)] },
    })
    expect(outcome).toEqual({ kind: 'updated' })
    expect(on.requests.slice(0, 3)).toEqual(
      [1, 2, 3].map((page) => `GET ${COMMENTS}?page=${page}&per_page=100`),
    )
    expect(writes(on)).toEqual(['PATCH /api/v3/repos/octo-org/ledger/issues/comments/1251'])
  })

  test('gates with other keys have their own', async () => {
    const { outcome, github: on } = await comment({
      on: { comments: [{ author: BOT, body: bodyFor(OLDER) }] },
      options: { key: 'ledger-2' },
    })
    expect(outcome).toEqual({ kind: 'created' })
    expect(on.comments[0]?.body).toBe(bodyFor(OLDER))
  })
})

describe('whose comment it is', () => {
  test('a forged marker of another author is left as it is', async () => {
    const forged = bodyFor({ id: '99999999', attempt: '9', commit: COMMIT, startedAt: 9e12 })
    const { outcome, github: on } = await comment({
      on: {
        comments: [
          { author: 'mallory', body: forged },
          { author: undefined, body: forged },
          { author: 'github-actions', body: forged },
        ],
      },
    })
    expect(outcome).toEqual({ kind: 'created' })
    expect(on.comments.slice(0, 3).map(({ body }) => body)).toEqual([forged, forged, forged])
    expect(on.requests).toContain('POST /api/graphql')
  })

  test('the account of a token of one’s own is known by its login', async () => {
    const { outcome, github: on } = await comment({
      on: {
        login: 'gate-keeper[bot]',
        comments: [{ author: 'gate-keeper[bot]', body: bodyFor(OLDER) }],
      },
    })
    expect(outcome).toEqual({ kind: 'updated' })
    expect(on.comments).toHaveLength(1)
  })

  test('a marker that is not the first line is somebody’s quotation', async () => {
    const { outcome } = await comment({
      on: { comments: [{ author: BOT, body: `> look\n${bodyFor(OLDER)}` }] },
    })
    expect(outcome).toEqual({ kind: 'created' })
  })
})

describe('a slow old run does not overwrite a newer verdict', () => {
  test.each<[string, RunMark]>([
    ['a newer commit', { id: '43', attempt: '1', commit: 'd'.repeat(40), startedAt: 0 }],
    ['a later attempt', { id: '42', attempt: '10', commit: COMMIT, startedAt: 0 }],
    ['a later run of it', { id: '41', attempt: '2', commit: COMMIT, startedAt: 1_800_000_000_001 }],
  ])('the comment tells of %s', async (_what, mark) => {
    const {
      outcome,
      github: on,
      told,
    } = await comment({
      on: { comments: [{ author: BOT, body: bodyFor(mark) }] },
      run: { runAttempt: '9' },
    })
    expect(outcome).toEqual({ kind: 'outrun' })
    expect(writes(on)).toEqual([])
    expect(told.warnings).toEqual([])
  })

  test('one whose second line somebody has edited is taken for an old one', async () => {
    const { outcome } = await comment({
      on: { comments: [{ author: BOT, body: `${MARKER}\n<!-- ecs-pipeline:run id=x -->` }] },
    })
    expect(outcome).toEqual({ kind: 'updated' })
  })
})

describe('two runs that create one in the same moment', () => {
  const raceWith = (mark: RunMark): Promise<Ended> =>
    comment({
      on: {
        fault: ({ method }, on) => {
          if (method === 'POST' && on.comments.length === 0) on.add(BOT, bodyFor(mark))
          return undefined
        },
      },
    })

  test('keep the oldest, with the newer verdict; the other one points to it', async () => {
    const { outcome, github: on } = await raceWith(OLDER)
    expect(outcome).toEqual({ kind: 'created' })
    expect(on.comments).toHaveLength(2)
    expect(on.comments[0]?.body).toContain(`attempt=1 commit=${COMMIT}`)
    expect(on.comments[1]?.body).toBe(
      'The quality gate is told of in [another comment](https://github.com/octo-org/ledger/pull/7#issuecomment-1001).',
    )
    const again = makeOptions(makeRun(on.apiUrl))
    expect(await commentOnRun(makeReport(), again.options)).toEqual({ kind: 'unchanged' })
  })

  test('leave it to the newer run when that is the other one', async () => {
    const newer: RunMark = { ...OLDER, id: '50' }
    const { github: on } = await raceWith(newer)
    expect(on.comments[0]?.body).toBe(bodyFor(newer))
    expect(on.comments[1]?.body).toContain(MARKER)
    const later = makeOptions(makeRun(on.apiUrl, { runId: '51' }))
    expect(await commentOnRun(makeReport(), later.options)).toEqual({ kind: 'updated' })
    expect(on.comments.filter(({ body }) => body.startsWith(MARKER))).toHaveLength(1)
  })

  test('a second look that fails is no failure', async () => {
    const { outcome, told } = await comment({
      on: {
        fault: ({ method }, on) =>
          method === 'GET' && on.comments.length > 0
            ? { status: 403, body: { message: 'no' } }
            : undefined,
      },
    })
    expect(outcome).toEqual({ kind: 'created' })
    expect(told.warnings).toEqual([])
  })
})

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

/** One comment that is found again and kept true, whoever else writes beside it. */
import { describe, expect, test } from '@jest/globals'
import { commentOnRun } from '../../comment/comment-on-run.ts'
import type { RunMark } from '../../comment/marker.ts'
import { makeOptions, makeRun, type Ended } from './support/make-options.ts'
import { brokenReport, COMMIT, makeReport } from './support/make-report.ts'
import {
  BOT,
  bodyFor,
  comment,
  COMMENTS,
  FIRST_PAGE,
  MARKER,
  OLDER,
  writes,
} from './support/on-run.ts'

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

/** Which pull request a saved report is told on: the one that GitHub proves, and no other. */
import { describe, expect, test } from '@jest/globals'
import { changed, comment, expectRefused, OPEN, save, type Case } from './support/from-saved.ts'
import { brokenReport, COMMIT, makeReport } from './support/make-report.ts'

describe('the report of the run', () => {
  test('is shown on the pull request whose head GitHub proves, and says whose code it was', async () => {
    await save(brokenReport())
    const { outcome, github: on, told } = await comment()
    expect(outcome).toEqual({ kind: 'created' })
    expect(told).toEqual({ notices: [], warnings: [] })
    expect(on.requests.slice(0, 2)).toEqual([
      'GET /api/v3/repos/octo-org/ledger/pulls/7',
      'GET /api/v3/repos/octo-org/ledger/issues/7/comments?page=1&per_page=100',
    ])
    const body = on.comments[0]?.body ?? ''
    expect(body).toContain('a run of code of the fork mallory/ledger, and that code could have')
    expect(body).toContain(`<!-- ecs-pipeline:run id=40 attempt=2 commit=${COMMIT} `)
    expect(body).toContain('(https://github.com/octo-org/ledger/actions/runs/40)')
    expect(body).toContain('78 % (78 of 100)')
  })

  test('links to the run and the repository that GitHub names, whatever the report says', async () => {
    await save(
      changed({
        repository: 'evil/evil',
        runUrl: 'https://evil.example/',
        findings: [{ level: 'error', path: 'a.ts', line: 3, title: 't', message: 'm' }],
        findingCount: 1,
      }),
    )
    const { github: on } = await comment()
    expect(on.comments[0]?.body).toContain(
      `](https://github.com/octo-org/ledger/blob/${COMMIT}/a.ts#L3)`,
    )
    expect(on.comments[0]?.body).not.toContain('evil')
  })

  test('of a branch of the same repository is said to be of its own code', async () => {
    await save(makeReport())
    const { outcome, github: on } = await comment({
      on: { pullRequests: [{ ...OPEN, repository: 'octo-org/ledger' }] },
      workflowRun: { headRepository: 'octo-org/ledger' },
    })
    expect(outcome).toEqual({ kind: 'created' })
    expect(on.comments[0]?.body).toContain('a run of the code of this pull request.')
  })

  test.each(['on-failure', 'never'] as const)('that passed makes none with %s', async (mode) => {
    await save(makeReport())
    const { github: on } = await comment({ options: { mode } })
    expect(on.comments).toEqual([])
  })
})

describe('a report that is not of this pull request is refused', () => {
  test('a foreign number', async () => {
    await save(changed({ pullRequest: 8 }))
    await expectRefused(/#8 stands at f{40}, and the run was of c0ffee/)
  })

  test('a foreign number whose pull request stands at the same commit', async () => {
    await save(changed({ pullRequest: 9 }))
    const copy = { ...OPEN, number: 9, repository: 'eve/ledger' }
    await expectRefused(/#9 comes from eve\/ledger, and the run was of mallory\/ledger/, {
      on: { pullRequests: [copy] },
    })
  })

  test('two forks that are gone are not the same', async () => {
    await save(brokenReport())
    await expectRefused(/comes from a repository that is gone/, {
      on: { pullRequests: [{ ...OPEN, repository: undefined }] },
      workflowRun: { headRepository: undefined },
    })
  })

  test('a head that GitHub does not confirm', async () => {
    await save(brokenReport())
    await expectRefused(/something was pushed since/, {
      on: { pullRequests: [{ ...OPEN, sha: 'e'.repeat(40) }] },
    })
  })

  test('a commit that is not that of the run', async () => {
    await save(changed({ commit: 'f'.repeat(40) }))
    await expectRefused(/another commit than the run that it came from/)
  })

  test('a number that there is not is a warning, and no comment', async () => {
    await save(changed({ pullRequest: 99 }))
    const { outcome, told, github: on } = await comment()
    expect(outcome.kind).toBe('failed')
    expect(told.warnings).toEqual([expect.stringContaining('There is none, or the token may not')])
    expect(on.comments).toEqual([])
  })

  test.each<[string, Case, RegExp]>([
    ['another event', { run: { eventName: 'pull_request' } }, /this is one of pull_request/],
    [
      'an event without its payload',
      { run: { workflowRun: undefined } },
      /is for runs of the event/,
    ],
  ])('%s', async (_what, changes, words) => {
    await save(brokenReport())
    await expectRefused(words, changes)
  })
})

describe('no comment, with a notice', () => {
  test('on a pull request that is closed or merged', async () => {
    await save(brokenReport())
    const {
      outcome,
      told,
      github: on,
    } = await comment({
      on: { pullRequests: [{ ...OPEN, state: 'closed' }] },
    })
    expect(outcome.kind).toBe('skipped')
    expect(told.notices).toEqual(['#7 is closed: there is no comment.'])
    expect(on.comments).toEqual([])
  })

  test('after a run of a push', async () => {
    const { outcome, told, github: on } = await comment({ workflowRun: { event: 'push' } })
    expect(outcome.kind).toBe('skipped')
    expect(told.notices).toEqual([expect.stringContaining('of the event push')])
    expect(on.requests).toEqual([])
  })
})

/** Reports of strangers: real files, and a server that answers as api.github.com does. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { RunContext, WorkflowRun } from '@ecs-pipeline/action-kit'
import { marked } from 'marked'
import {
  startGitHub,
  type GitHubOptions,
  type GitHubStandIn,
  type KeptPullRequest,
} from '../../../../test/support/github-api.ts'
import type { CommentOptions, CommentOutcome } from '../../comment/comment-on-run.ts'
import { commentFromSavedReport } from '../../comment/from-saved-report.ts'
import { makeOptions, makeRun, type Told } from './support/make-options.ts'
import { brokenReport, COMMIT, makeCheck, makeGate, makeReport } from './support/make-report.ts'

const FORK = 'mallory/ledger'
const WORKFLOW_RUN: WorkflowRun = {
  id: '40',
  attempt: '2',
  event: 'pull_request',
  headSha: COMMIT,
  headRepository: FORK,
}
const OPEN: KeptPullRequest = { number: 7, state: 'open', sha: COMMIT, repository: FORK }
/** Of somebody else, who stands at another commit. */
const FOREIGN: KeptPullRequest = {
  ...OPEN,
  number: 8,
  sha: 'f'.repeat(40),
  repository: 'eve/ledger',
}

let folder = ''
let path = ''
let github: GitHubStandIn | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saved-report-'))
  path = join(folder, 'report.json')
})
afterEach(async () => {
  await github?.close()
  github = undefined
  await rm(folder, { recursive: true })
})

interface Ended {
  readonly outcome: CommentOutcome
  readonly github: GitHubStandIn
  readonly told: Told
}

interface Case {
  readonly on?: GitHubOptions
  readonly run?: Partial<RunContext>
  readonly workflowRun?: Partial<WorkflowRun>
  readonly options?: Partial<CommentOptions>
}

async function comment({ on, run, workflowRun, options }: Case = {}): Promise<Ended> {
  const running = await startGitHub({ pullRequests: [OPEN, FOREIGN], ...on })
  github = running
  const made = makeOptions(
    makeRun(running.apiUrl, {
      eventName: 'workflow_run',
      pullRequest: undefined,
      workflowRun: { ...WORKFLOW_RUN, ...workflowRun },
      ...run,
    }),
    options,
  )
  const outcome = await commentFromSavedReport(path, made.options)
  return { outcome, github: running, told: made.told }
}

const save = (report: unknown): Promise<void> => writeFile(path, JSON.stringify(report))

/** A report with one member that is not as it should be. */
const changed = (changes: object): object => ({ ...brokenReport(), ...changes })

async function expectRefused(words: RegExp, changes: Case = {}): Promise<void> {
  const { outcome, github: on } = await comment(changes)
  expect(outcome).toEqual({ kind: 'refused', why: expect.stringMatching(words) })
  expect(on.comments).toEqual([])
}

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
    await writeFile(path, content)
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
    await expectRefused(words)
    expect(github?.requests).toEqual([])
  })

  test('100 MB are not read', async () => {
    await writeFile(path, '{')
    await truncate(path, 100_000_000)
    const before = process.memoryUsage().arrayBuffers
    await expectRefused(/it has 100000000 bytes, more than 5000000/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000)
  })

  test('a link to another file of the runner is not followed', async () => {
    const other = join(folder, 'other.json')
    await writeFile(other, JSON.stringify(brokenReport()))
    await symlink(other, path)
    await expectRefused(/it is a link, not a file/)
  })

  test('a pipe does not hold the run up', async () => {
    execFileSync('mkfifo', [path])
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

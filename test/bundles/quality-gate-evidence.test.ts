/** The committed bundle and what it is given to judge by: audits, sizes, and reports that cannot be believed. */
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { partOf, policy } from '../support/gate/policies.ts'
import { ENDLESS, runningOf } from '../support/gate/processes.ts'
import { GateRepository, type EventVariables, type Files } from '../support/gate/repository.ts'
import { ADVISORY, SAVED_AUDIT } from '../support/gate/saved-audit.ts'
import { checkOf, gateOf, GateStage, type GateRun } from '../support/gate/stage.ts'

let stage: GateStage
let repository: GateRepository
let event: EventVariables
let lockLine: number

/** As an installation writes it on the branch of the request: the line of the package is new. */
const LOCK = `{
  "name": "ledger",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "ledger", "devDependencies": { "@babel/traverse": "7.23.0" } },
    "node_modules/@babel/traverse": {
      "version": "7.23.0",
      "dev": true
    }
  }
}
`

beforeAll(async () => {
  stage = await GateStage.open()
  repository = await GateRepository.create({ 'package.json': '{ "name": "ledger" }\n' })
  event = await repository.pullRequest({ 'package-lock.json': LOCK, 'endless.mjs': ENDLESS })
  lockLine = LOCK.split('\n').findIndex((line) => line.includes('node_modules/@babel')) + 1
})

afterAll(async () => {
  await repository.remove()
  await stage.close()
})

/** `files` are there when the step begins, and in no commit. */
async function judge(
  gates: string,
  files: Files = {},
  options: Parameters<GateStage['run']>[2] = {},
): Promise<GateRun> {
  await repository.write({ ...files, 'policy.yml': gates })
  const inputs = { policy: 'policy.yml', baseline: 'none', ...options.inputs }
  return stage.run(repository, event, { ...options, inputs })
}

describe('a critical vulnerability in a saved audit', () => {
  const audit = (exceptions: readonly object[]): Promise<GateRun> =>
    judge(
      partOf(['audit'], {
        checks: [{ id: 'audit', report: { format: 'npm-audit', path: 'reports/audit.json' } }],
        exceptions,
      }),
      { 'reports/audit.json': SAVED_AUDIT },
    )
  const excuse = (expires: string): object => ({
    vulnerability: ADVISORY,
    reason: 'compiles our own code only',
    expires,
  })

  test('is red, and names package, advisory and line of the lock file', async () => {
    const run = await audit([])
    expect(run.exitCode).toBe(1)
    expect(run.outputs).toMatchObject({
      result: 'failed',
      'failed-gates': '["vulnerabilities.critical"]',
      reason: 'vulnerabilities.critical is 1, above the limit of 0.',
    })
    const [place] = run.annotations
    expect(place).toMatchObject({ level: 'error', file: 'package-lock.json', line: lockLine })
    expect(place?.title).toContain('@babel/traverse <7.23.2')
    expect(place?.message).toContain(ADVISORY)
    expect(run.summary).toContain(`package-lock.json:${lockLine}`)
  })

  test('passes with an exception that holds, and is told with its reason', async () => {
    const run = await audit([excuse('2999-12-31')])
    expect(run.outputs).toMatchObject({ result: 'passed', 'failed-gates': '[]' })
    expect(run.gate.exceptions).toMatchObject([{ state: 'used', expires: '2999-12-31' }])
    expect(run.summary).toContain('compiles our own code only')
  })

  test('is red again when the exception is over', async () => {
    const run = await audit([excuse('2020-01-31')])
    expect(run.outputs).toMatchObject({
      result: 'failed',
      'failed-gates': '["vulnerabilities.critical"]',
    })
    expect(run.gate.exceptions).toMatchObject([{ state: 'expired' }])
    expect(run.summary).toMatch(/expired.*2020-01-31/)
  })
})

describe('a report that cannot be believed', () => {
  const WHOLE = '<testsuite name="a" tests="1"><testcase name="x" time="0.1"/></testsuite>'
  const TEXTS: Files = {
    whole: WHOLE,
    empty: '',
    truncated: WHOLE.slice(0, -20),
    old: WHOLE,
  }
  const BAD = ['missing', 'empty', 'truncated', 'old'] as const
  let run: GateRun

  beforeAll(async () => {
    const ids = ['whole', ...BAD]
    const write = (id: string): readonly string[] =>
      id === 'missing' || id === 'old'
        ? ['node', '--version']
        : ['cp', `texts/${id}.xml`, `reports/${id}.xml`]
    const files = Object.entries(TEXTS).map(([id, text]) => [`texts/${id}.xml`, text] as const)
    await repository.write({ 'reports/old.xml': WHOLE })
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(join(repository.folder, 'reports/old.xml'), longAgo, longAgo)
    run = await judge(
      policy({
        checks: ids.map((id) => ({
          id,
          run: write(id),
          report: { format: 'junit', path: `reports/${id}.xml` },
        })),
        gates: ids.map((id) => ({ id: `${id}-gate`, metric: 'tests.failed', check: id, max: 0 })),
      }),
      Object.fromEntries(files),
    )
  })

  test('is no pass: neither of its check nor of its gate', () => {
    expect(run.exitCode).toBe(1)
    expect(run.outputs['result']).toBe('failed')
    expect(checkOf(run, 'whole').status).toBe('passed')
    expect(gateOf(run, 'whole-gate').status).toBe('passed')
    expect(JSON.parse(run.outputs['failed-gates'] ?? '')).toEqual([
      ...BAD,
      ...BAD.map((id) => `${id}-gate`),
    ])
  })

  test.each([
    ['missing', 'the check missing has written no such report'],
    ['empty', 'reports/empty.xml'],
    ['truncated', 'reports/truncated.xml'],
    ['old', 'the report is older than this run of old'],
  ])('%s: what is wrong with it is said', (id, said) => {
    const { status, reason } = checkOf(run, id)
    expect(status).toBe('failed')
    expect(reason).toContain(said)
    expect(gateOf(run, `${id}-gate`).status).toBe('unmeasured')
    expect(run.annotations.some(({ message }) => message.includes(said))).toBe(true)
    expect(run.summary).toContain(said)
  })
})

test('a check that takes too long is ended with all that it started, and is red', async () => {
  // A minute, which is the shortest limit, in two seconds.
  const startedAt = Date.now()
  const run = await judge(
    policy({
      checks: [{ id: 'slow', run: 'node endless.mjs', 'timeout-minutes': 1 }],
    }),
    {},
    { clock: { rate: 30, epoch: startedAt, startedAt } },
  )
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ result: 'failed', 'failed-gates': '["slow"]' })
  expect(checkOf(run, 'slow')).toMatchObject({ status: 'timed-out' })
  expect(run.outputs['reason']).toContain('longer than its 1 minute (timeout-minutes)')
  expect(run.annotations[0]).toMatchObject({ level: 'error', file: 'policy.yml' })
  expect(await runningOf(await repository.read('pids.txt'))).toEqual([])
})

test('a test that passes on the second attempt of its check is flaky, and not red', async () => {
  const script = `import { existsSync, writeFileSync } from 'node:fs'

const isFirst = !existsSync('tried.txt')
writeFileSync('tried.txt', '')
console.log(\`TAP version 13\\n1..2\\n\${isFirst ? 'not ' : ''}ok 1 - transfers money\\nok 2 - opens\`)
process.exitCode = isFirst ? 1 : 0
`
  const run = await judge(
    policy({
      checks: [{ id: 'tests', run: 'node once.mjs', retries: 2, report: { format: 'tap' } }],
      gates: [
        { metric: 'tests.failed', max: 0 },
        { metric: 'tests.flaky', max: 0, level: 'warning' },
      ],
    }),
    { 'once.mjs': script },
  )
  expect(run.outputs).toMatchObject({ result: 'passed', 'warned-gates': '["tests.flaky"]' })
  expect(checkOf(run, 'tests').attempts).toBe(2)
  expect(run.gate.flaky.map(({ name }) => name)).toEqual(['transfers money'])
  expect(run.summary).toContain('transfers money')
})

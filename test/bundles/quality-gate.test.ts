/** The committed bundle judges the finance server with its own tools: a baseline of main, and requests that get worse. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { partOf } from '../support/gate/policies.ts'
import { GateRepository, type Files } from '../support/gate/repository.ts'
import { checkOf, gateOf, GateStage, type GateRun } from '../support/gate/stage.ts'

let stage: GateStage
let main: GateRepository
let recorded: GateRun

beforeAll(async () => {
  stage = await GateStage.open()
  main = await GateRepository.finance()
  recorded = await stage.run(main, await main.push())
}, 120_000)

afterAll(async () => {
  await main.remove()
  await stage.close()
})

/** `checks`: those of its policy that the case needs; all of them, by its own file, when not given. */
async function request(files: Files, checks?: readonly string[]): Promise<GateRun> {
  try {
    const event = await main.pullRequest(files)
    const given = 'coverage/part.yml'
    if (checks) await main.write({ [given]: partOf(checks) })
    return await stage.run(main, event, { inputs: checks ? { policy: given } : {} })
  } finally {
    await main.forgetRequest()
  }
}

const covered = ({ gate }: GateRun): { readonly covered: number; readonly total: number } => {
  const measure = gate.metrics['coverage.lines']
  if (measure?.kind !== 'ratio') throw new Error('coverage.lines was not measured')
  return measure
}

test('a push to main is good, and is the baseline of all others', () => {
  expect(recorded.stderr).toBe('')
  expect(recorded.outputs['result']).toBe('passed')
  expect(recorded.exitCode).toBe(0)
  expect(recorded.gate.checks.map(({ status }) => status)).toEqual(Array(4).fill('passed'))
  expect(stage.registry.sent.some(({ path }) => path.endsWith('/advisories/bulk'))).toBe(true)
  expect(recorded.gate.baseline.recorded).toMatch(/are the new baseline of main/)
  expect(stage.cache.entries.keys()).toHaveLength(1)
  expect(covered(recorded).covered).toBeGreaterThan(0)
})

test('a request that changes nothing for the worse is green, and is held against the baseline', async () => {
  const run = await request({
    'src/rounding.js':
      '/** @param {number} cents */\nexport const isWhole = (cents) => Number.isInteger(cents)\n',
    'test/rounding.test.js': `import { expect, test } from '@jest/globals'

import { isWhole } from '../src/rounding.js'

test('half a cent is no whole one', () => {
  expect([isWhole(1), isWhole(0.5)]).toEqual([true, false])
})
`,
  })
  expect(run.gate.reason).toBe('All 15 checks and gates are good.')
  expect(run.exitCode).toBe(0)
  expect(run.annotations).toEqual([])
  expect(run.gate.baseline.read).toMatch(/^main at [0-9a-f]{7}, recorded /)
  expect(gateOf(run, 'tests.total').reason).toMatch(/^tests\.total is 44, 1 higher than 43 of /)
  // One line that can be run is too little to judge by.
  expect(gateOf(run, 'coverage.lines-new-code').status).toBe('resting')
  expect(run.summary).toContain('finance-server: passed')
  expect(stage.cache.entries.keys()).toHaveLength(1)
})

test('a bug that a test finds is red at the line of the test', async () => {
  const routes = await main.read('src/routes.js')
  const bug = routes.replace(
    "Problem(422, 'invalid', 'from and to",
    "Problem(400, 'invalid', 'from and to",
  )
  const run = await request({ 'src/routes.js': bug }, ['tests'])
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ result: 'failed', 'failed-gates': '["tests.failed"]' })
  expect(run.outputs['reason']).toBe('tests.failed is 1, above the limit of 0.')
  const text = (await main.read('test/requests.test.js')).split('\n')
  const line = text.findIndex((each) => each.includes('expect(response.status).toBe(status)')) + 1
  const [failure] = run.annotations
  expect(failure).toMatchObject({ level: 'error', file: 'test/requests.test.js', line })
  expect(failure?.title).toMatch(/^tests\.failed: .*a transfer to the same account is answered 422/)
  expect(failure?.message).toMatch(/Expected: .*422[^]*Received: .*400/)
  expect(run.summary).toContain(`test/requests.test.js:${line}`)
  // jest ends with 1 then, which is no failure beside the one that the gate tells of.
  expect(checkOf(run, 'tests')).toMatchObject({ status: 'passed', exitCode: 1 })
})

test('coverage that falls is red, and by how much is said', async () => {
  const run = await request({ 'test/requests.test.js': undefined }, ['tests'])
  const [before, now] = [covered(recorded), covered(run)]
  expect(run.outputs['result']).toBe('failed')
  expect(run.gate.failed).toEqual(expect.arrayContaining(['tests.total', 'coverage.lines']))
  const gate = gateOf(run, 'coverage.lines')
  const [, fell, from] = /it fell by ([\d.]+) points from ([\d.]+) %/.exec(gate.reason) ?? []
  const percent = ({ covered, total }: typeof now): number => (100 * covered) / total
  expect(Number(fell)).toBeCloseTo(percent(before) - percent(now), 3)
  expect(Number(from)).toBeCloseTo(percent(before), 1)
  expect(gate.reason).toContain('at most 0.5 points is allowed')
  expect(gateOf(run, 'tests.total').reason).toMatch(
    /^tests\.total is 21, it fell by 22 from 43 of /,
  )
  expect(run.summary).toContain(fell)
})

test('new code without a test is red at its lines', async () => {
  const code = `/** @param {number} cents @param {number} years */
export function withInterest(cents, years) {
  let sum = cents
  for (let year = 0; year < years; year++) {
    const interest = sum / 50
    sum += Math.floor(interest)
  }
  const difference = sum - cents
  return { sum, difference }
}
`
  const run = await request({ 'src/interest.js': code }, ['tests'])
  expect(run.outputs['result']).toBe('failed')
  expect(run.gate.failed).toContain('coverage.lines-new-code')
  expect(gateOf(run, 'coverage.lines-new-code').reason).toBe(
    'coverage.lines (new-code) is 0 % (0 of 6), below the limit of 80 %.',
  )
  const [place] = run.annotations.filter(({ file }) => file === 'src/interest.js')
  expect(place).toMatchObject({ level: 'error', line: 3, endLine: 9 })
  expect(run.summary).toContain('src/interest.js:3-9')
})

test('a test that needs a second attempt by jest is told, and is a warning', async () => {
  const flaky = `import { expect, jest, test } from '@jest/globals'

let attempts = 0
jest.retryTimes(1)

test('comes back', () => {
  expect(++attempts).toBe(2)
})
`
  const run = await request({ 'test/flaky.test.js': flaky }, ['tests'])
  expect(run.outputs).toMatchObject({ result: 'passed', 'warned-gates': '["tests.flaky"]' })
  expect(JSON.parse(run.outputs['tests'] ?? '')).toMatchObject({ failed: 0, flaky: 1, total: 44 })
  const [told] = run.annotations.filter(({ level }) => level === 'warning')
  expect(told).toMatchObject({
    file: 'test/flaky.test.js',
    title: expect.stringContaining('comes back'),
  })
})

describe('what linters find', () => {
  test('a new error is red at its line', async () => {
    const run = await request(
      { 'src/new.js': 'export const isOne = (n) => {\n  return n == 1\n}\n' },
      ['lint'],
    )
    expect(run.outputs).toMatchObject({ result: 'failed', 'failed-gates': '["lint.errors"]' })
    expect(run.gate.reason).toBe('lint.errors is 1, above the limit of 0.')
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: 'src/new.js', line: 2 }),
    )
    expect(run.annotations[0]?.title).toContain('eqeqeq')
  })

  test('a file that is not formatted is red by its name', async () => {
    const run = await request({ 'src/new.js': 'export const one=1' }, ['format'])
    expect(run.outputs).toMatchObject({ result: 'failed', 'failed-gates': '["lint.errors"]' })
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: 'src/new.js' }),
    )
    expect(run.summary).toContain('src/new.js')
  })
})

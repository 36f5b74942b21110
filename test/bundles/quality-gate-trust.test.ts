/** The committed bundle and who may decide: policies that change or are wrong, forks, tokens, and the end of a run. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { listen } from '../support/listening-server.ts'
import { policy } from '../support/gate/policies.ts'
import { ENDLESS, runningOf } from '../support/gate/processes.ts'
import { GateRepository, type Files } from '../support/gate/repository.ts'
import { checkOf, gateOf, GateStage, type GateRun } from '../support/gate/stage.ts'

let stage: GateStage
let main: GateRepository

/** Of the file `data.txt`. */
const sizeBelow = (max: string): string =>
  policy({
    checks: [{ id: 'look', run: 'node --version' }],
    sizes: [{ name: 'data', path: 'data.txt' }],
    gates: [{ metric: 'size.data', max, 'max-rise': 500 }],
  })

beforeAll(async () => {
  stage = await GateStage.open()
  main = await GateRepository.create({
    'quality-gate.yml': sizeBelow('1 kB'),
    'data.txt': 'a'.repeat(600),
  })
  expect((await stage.run(main, await main.push())).outputs['result']).toBe('passed')
})

afterAll(async () => {
  await main.remove()
  await stage.close()
})

type Options = NonNullable<Parameters<GateStage['run']>[2]> & {
  readonly isFork?: boolean
  readonly look?: () => Promise<void>
}

/** `look`: is called after the run, before its files go. */
async function request(files: Files, { isFork, look, ...options }: Options = {}): Promise<GateRun> {
  try {
    const event = await main.pullRequest(files, { isFork: isFork ?? false })
    const run = await stage.run(main, event, options)
    await look?.()
    return run
  } finally {
    await main.forgetRequest()
  }
}

const LARGE: Files = { 'data.txt': 'a'.repeat(1200) }
const LOOSER: Files = { ...LARGE, 'quality-gate.yml': sizeBelow('5 kB') }

test('a size above its limit is red: number, limit, rise, and the line of the policy', async () => {
  const run = await request(LARGE)
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ result: 'failed', 'failed-gates': '["size.data"]' })
  expect(run.outputs['reason']).toMatch(
    /^size\.data is 1200 bytes, above the limit of 1000 bytes, and it rose by 600 bytes from 600 bytes of [0-9a-f]{7}, and at most 500 bytes is allowed\.$/,
  )
  const line = sizeBelow('1 kB').split('\n').indexOf('  - metric: size.data') + 1
  expect(run.annotations[0]).toMatchObject({ level: 'error', file: 'quality-gate.yml', line })
  expect(run.annotations[0]?.message).toContain('The largest file is data.txt (1200 bytes)')
})

describe('a request that loosens its own policy', () => {
  test('is told of, where the policy of the request counts', async () => {
    const files = { 'data.txt': 'a'.repeat(1050), 'quality-gate.yml': sizeBelow('5 kB') }
    const run = await request(files)
    expect(run.outputs['result']).toBe('passed')
    expect(run.gate.policy).toMatchObject({ kind: 'head', isChanged: true })
    expect(run.summary).toContain('**This change touches its own policy:**')
  })

  test('gains nothing, where the policy of the base counts', async () => {
    const run = await request(LOOSER, { inputs: { 'policy-from': 'base' } })
    expect(run.outputs['result']).toBe('failed')
    expect(gateOf(run, 'size.data').reason).toContain('above the limit of 1000 bytes')
    expect(run.gate.policy).toMatchObject({ kind: 'base', isChanged: true })
    expect(run.summary).toContain('counts once it is merged')
  })
})

test('a policy with mistakes is refused by line and word, and nothing is run', async () => {
  const wrong = `version: 1
checks:
  - { id: touch, run: touch ran.txt, timeout: 5 }
gates:
  - { metric: coverage.line, min: 80 }
`
  let wasRun = true
  const run = await request(
    { 'quality-gate.yml': wrong },
    {
      look: async () => {
        wasRun = (await main.git('status', '--porcelain')).includes('ran.txt')
      },
    },
  )
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ result: 'refused', 'report-json': '' })
  expect(run.outputs['reason']).toMatch(/quality-gate\.yml:3:\d+: .*timeout-minutes/)
  expect(run.outputs['reason']).toMatch(/quality-gate\.yml:5:\d+: .*Did you mean "coverage\.lines"/)
  expect(run.summary).toContain('Nothing was run')
  expect(wasRun).toBe(false)
})

test('mode report: as red, told as red, and the step is green', async () => {
  const run = await request(LARGE, { inputs: { mode: 'report' } })
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({ result: 'failed', 'failed-gates': '["size.data"]' })
  expect(run.summary).toContain('**The step is green** because its mode is `report`')
})

describe('a request of a fork', () => {
  const verdictOf = ({ exitCode, gate }: GateRun): object => ({
    exitCode,
    result: gate.result,
    reason: gate.reason,
    failed: gate.failed,
    metrics: gate.metrics,
    gates: gate.gates.map(({ reason }) => reason),
  })

  test('with a token that may only read: the verdict of everybody', async () => {
    const github = await listen(({ method }) =>
      method === 'GET'
        ? { status: 200, body: [] }
        : { status: 403, body: { message: 'Resource not accessible by integration' } },
    )
    try {
      const [ours, theirs] = [
        await request(LARGE),
        await request(LARGE, {
          isFork: true,
          inputs: { comment: 'always', 'github-token': 'ghs_readonlytokenofthejob' },
          env: { GITHUB_API_URL: github.url },
        }),
      ]
      expect(verdictOf(theirs)).toEqual(verdictOf(ours))
      expect(theirs.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('ghs_readonly')
    } finally {
      await github.close()
    }
  })

  test('without any token: red all the same, and that there is no baseline is said', async () => {
    const run = await request(LARGE, { isFork: true, env: { ACTIONS_RUNTIME_TOKEN: '' } })
    expect(run.outputs).toMatchObject({ result: 'failed', 'failed-gates': '["size.data"]' })
    expect(gateOf(run, 'size.data').reason).toContain('1200 bytes, above the limit of 1000 bytes')
    expect(run.gate.baseline.read).toMatch(/^There is no baseline to compare with: /)
  })
})

test('a check sees the run, and no token of the runner', async () => {
  const secrets = {
    ACTIONS_RUNTIME_TOKEN: 'the-token-of-this-job',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-token-for-oidc',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://oidc.example.com/the-address-for-oidc',
    GITHUB_TOKEN: 'the-token-of-github',
  }
  let seen = ''
  await request(
    {
      'quality-gate.yml': policy({
        checks: [
          { id: 'env', run: 'env > seen.txt', shell: 'bash', env: { OWN: 'from the policy' } },
        ],
      }),
    },
    {
      env: secrets,
      inputs: { 'github-token': 'the-token-of-the-input' },
      look: async () => {
        seen = await main.read('seen.txt')
      },
    },
  )
  expect(seen).toMatch(/^OWN=from the policy$/m)
  expect(seen).toMatch(/^GITHUB_EVENT_NAME=pull_request$/m)
  for (const secret of [
    ...Object.values(secrets),
    'the-token-of-the-input',
    stage.cache.environment('v2')['ACTIONS_RESULTS_URL'] ?? '?',
  ]) {
    expect(seen).not.toContain(secret)
  }
  expect(seen).not.toMatch(/^(INPUT_|ACTIONS_|GITHUB_(OUTPUT|ENV|STATE|STEP_SUMMARY)=)/m)
})

test('a cancelled run ends its checks with all that they started, and tells how far it came', async () => {
  let left: readonly string[] = ['not looked at']
  const run = await request(
    {
      'endless.mjs': ENDLESS,
      'quality-gate.yml': policy({
        checks: [
          { id: 'endless', run: 'node endless.mjs' },
          { id: 'after', run: 'node --version', needs: 'endless' },
        ],
      }),
    },
    {
      interrupt: { signal: 'SIGINT', at: 'ready' },
      look: async () => {
        left = await runningOf(await main.read('pids.txt'))
      },
    },
  )
  expect(left).toEqual([])
  expect(run.exitCode).toBe(1)
  // GitHub sends SIGTERM after 7.5 seconds.
  expect(run.millisecondsToEnd).toBeLessThan(7000)
  expect(run.outputs['result']).toBe('cancelled')
  expect(checkOf(run, 'endless').status).toBe('cancelled')
  expect(checkOf(run, 'after').status).not.toBe('passed')
  expect(run.summary).toContain('cancelled')
})

/** The GitHub deployment over real connections, to a server that answers as api.github.com does. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { OUTCOMES, type Outcome } from '@ecs-pipeline/rollout'
import {
  DEPLOYMENT_STATE,
  resumeDeployment,
  startDeployment,
  type DeploymentOptions,
  type DeploymentRecord,
  type DeploymentState,
} from '../../src/github/deployment.ts'
import {
  startServer,
  testClock,
  type Answer,
  type ScriptedServer,
  type Seen,
  type TestClock,
} from '../support/scripted-server.ts'

const TOKEN = 'ghs_hush'
const CREATED: Answer = { status: 201, body: { id: 7, url: 'https://api.github.com/x' } }
const STATUS_SET: Answer = { status: 201, body: { id: 70, state: 'in_progress' } }
const DENIED: Answer = {
  status: 403,
  body: {
    message: 'Resource not accessible by integration',
    documentation_url: 'https://docs.github.com/rest/deployments/deployments#create-a-deployment',
    status: '403',
  },
}

let server: ScriptedServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const isStatus = ({ path }: Seen): boolean => path.endsWith('/statuses')
const bodyOf = (seen: Seen | undefined): unknown => JSON.parse(seen?.body ?? '')

interface Stage {
  readonly deployment: DeploymentRecord
  readonly seen: readonly Seen[]
  readonly caveats: readonly string[]
  readonly clock: TestClock
}

const optionsFor = ({ url }: ScriptedServer, caveats: string[]): DeploymentOptions => ({
  token: TOKEN,
  apiUrl: `${url}/api/v3`,
  repository: 'octo-org/ledger',
  commit: 'c'.repeat(40),
  environment: 'production',
  environmentUrl: 'https://ledger.example',
  runUrl: 'https://github.com/octo-org/ledger/actions/runs/42',
  clock: testClock(),
  caveat: (text) => caveats.push(text),
})

async function start(
  answer: (request: Seen) => Answer = (request) => (isStatus(request) ? STATUS_SET : CREATED),
  changes: Partial<DeploymentOptions> = {},
): Promise<Stage> {
  const running = await startServer(answer)
  server = running
  const caveats: string[] = []
  const clock = testClock()
  const options = { ...optionsFor(running, caveats), clock, ...changes }
  const deployment = await startDeployment(options)
  return { deployment, seen: running.seen, caveats, clock }
}

test('a deployment is created for the commit, on the server of the run, and is in progress', async () => {
  const { deployment, seen, caveats } = await start()
  expect(caveats).toEqual([])
  expect(deployment.id).toBe(7)
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/v3/repos/octo-org/ledger/deployments',
    'POST /api/v3/repos/octo-org/ledger/deployments/7/statuses',
  ])
  expect(seen[0]?.headers['authorization']).toBe(`token ${TOKEN}`)
  expect(bodyOf(seen[0])).toEqual({
    ref: 'c'.repeat(40),
    environment: 'production',
    auto_merge: false,
    required_contexts: [],
  })
  expect(bodyOf(seen[1])).toEqual({
    state: 'in_progress',
    description: 'The deployment is under way.',
    log_url: 'https://github.com/octo-org/ledger/actions/runs/42',
    environment_url: 'https://ledger.example/',
  })
})

test('its number is told before GitHub is asked for anything else, so that it outlives the run', async () => {
  const told: (number | string)[] = []
  await start(
    (request) => {
      told.push(isStatus(request) ? 'state' : 'deployment')
      return isStatus(request) ? STATUS_SET : CREATED
    },
    { created: (id) => told.push(id) },
  )
  expect(told).toEqual(['deployment', 7, 'state'])
})

test('of one that was created before, only the state is set', async () => {
  const running = await startServer(() => STATUS_SET)
  server = running
  const caveats: string[] = []
  const deployment = await resumeDeployment(optionsFor(running, caveats), 7)
  await deployment.set('error', 'nobody knows')
  expect(running.seen.map(({ path }) => path)).toEqual([
    '/api/v3/repos/octo-org/ledger/deployments/7/statuses',
  ])
  expect(bodyOf(running.seen[0])).toMatchObject({ state: 'error', description: 'nobody knows' })
  expect(caveats).toEqual([])
})

test.each<DeploymentState>(['success', 'failure', 'error', 'inactive'])(
  'it ends with %s, and a description that GitHub takes',
  async (state) => {
    const { deployment, seen } = await start()
    await deployment.set(state, `went back\nbecause ${'x'.repeat(10_000)}`)
    const { state: sent, description } = bodyOf(seen[2]) as Record<string, string>
    expect(sent).toBe(state)
    expect(description).toHaveLength(140)
    expect(description).toMatch(/^went back because x+…$/)
  },
)

test('what is no address of the web is not sent as one', async () => {
  const { seen } = await start(undefined, {
    environmentUrl: 'javascript:alert(1)',
    runUrl: undefined,
  })
  expect(bodyOf(seen[1])).toEqual({
    state: 'in_progress',
    description: 'The deployment is under way.',
  })
})

test('every outcome has a state', () => {
  expect(Object.keys(DEPLOYMENT_STATE).sort()).toEqual([...OUTCOMES].sort())
  const byOutcome: Readonly<Record<Outcome, DeploymentState>> = DEPLOYMENT_STATE
  expect(byOutcome['rollback-failed']).toBe('failure')
})

describe('what GitHub does not take is a caveat', () => {
  test.each<[string, Answer]>([
    ['403', DENIED],
    ['404', { status: 404, body: { message: 'Not Found', status: '404' } }],
  ])('%s names the permission; nothing more is sent', async (_status, answer) => {
    const { deployment, seen, caveats } = await start(() => answer)
    await deployment.set('success', 'done')
    expect(deployment.id).toBeUndefined()
    expect(seen).toHaveLength(1)
    expect(caveats).toHaveLength(1)
    expect(caveats[0]).toContain('permissions: deployments: write')
    expect(caveats[0]).toContain('octo-org/ledger to the environment production')
  })

  test('a state that is denied does not stop the run either', async () => {
    const { deployment, caveats } = await start((request) => (isStatus(request) ? DENIED : CREATED))
    await deployment.set('failure', 'went back')
    expect(caveats).toHaveLength(2)
    expect(caveats[1]).toContain('the state failure of the deployment')
  })

  test.each<[string, Answer, RegExp]>([
    ['a bad token', { status: 401, body: { message: 'Bad credentials' } }, /token is not valid/],
    [
      'a rate limit',
      {
        status: 403,
        body: { message: 'API rate limit exceeded for installation' },
        headers: { 'x-ratelimit-remaining': '0' },
      },
      /used too often/,
    ],
    [
      'a secondary rate limit',
      { status: 429, body: { message: 'Slow down' }, headers: { 'retry-after': '60' } },
      /used too often/,
    ],
    [
      'a commit that is not there',
      { status: 422, body: { message: `No ref found for: ${'c'.repeat(40)}\n::error::` } },
      /\(422: No ref found for: c{40} ::error::\)\.$/,
    ],
    ['a merge that was not asked for', { status: 202, body: { message: 'Merged' } }, /Merged/],
    ['an answer that is not JSON', { status: 502, body: '<html>Unicorn</html>' }, /502/],
    ['a lost connection', 'reset', /does not show/],
  ])('%s', async (_what, answer, words) => {
    const { deployment, seen, caveats } = await start(() => answer)
    expect(deployment.id).toBeUndefined()
    expect(seen).toHaveLength(1)
    expect(caveats).toEqual([expect.stringMatching(words)])
    expect(caveats[0]).not.toContain(TOKEN)
  })

  test('a server that does not answer is given up in time', async () => {
    const { deployment, caveats } = await start(() => 'hang', { timeLimit: 100 })
    expect(deployment.id).toBeUndefined()
    expect(caveats).toEqual([
      'GitHub does not show the deployment of octo-org/ledger to the environment production: it did not answer in time.',
    ])
  })
})

test('a state is set again after 5xx and lost connections; a deployment is created once', async () => {
  const answers: Answer[] = ['reset', { status: 503, body: { message: 'no' } }, STATUS_SET]
  const { caveats, seen, clock } = await start((request) =>
    isStatus(request) ? (answers.shift() ?? STATUS_SET) : CREATED,
  )
  expect(caveats).toEqual([])
  expect(seen.filter(isStatus)).toHaveLength(3)
  expect(clock.pauses).toEqual([1_000, 2_000])
})

test('a run that was cancelled has time for one try', async () => {
  const { caveats, seen } = await start(
    (request) => (isStatus(request) ? { status: 500, body: { message: 'Server Error' } } : CREATED),
    { hurry: AbortSignal.abort() },
  )
  expect(seen.filter(isStatus)).toHaveLength(1)
  expect(caveats).toEqual([expect.stringContaining('500: Server Error')])
})

test('and given up after three tries', async () => {
  const { caveats, seen } = await start((request) =>
    isStatus(request) ? { status: 500, body: { message: 'Server Error' } } : CREATED,
  )
  expect(seen.filter(isStatus)).toHaveLength(3)
  expect(caveats).toEqual([expect.stringContaining('500: Server Error')])
})

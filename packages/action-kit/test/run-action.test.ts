/** What runAction does to the process, seen from outside: each case is a process of its own. */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { harmless } from '../src/log.ts'
import { realClock } from '../src/real-clock.ts'
import { reportPath, writeReport } from '../src/report-file.ts'
import { causeChain } from '../src/run-action.ts'
import { readRunContext } from '../src/run-context.ts'

const KIT = fileURLToPath(new URL('../src/index.ts', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'action-kit-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const POST_PART = "after: async () => { log.info('this is the post part'); return { ok: true } }"

interface Ended {
  readonly code: number | null
  readonly stdout: string
}

/** Runs `main` as an action; `{ log, InputError }` and `net` are in scope. */
async function runMain(
  body: string,
  {
    signal,
    refuse = '',
    env = {},
  }: { signal?: NodeJS.Signals; refuse?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  const file = join(folder, `main-${Math.random().toString(36).slice(2)}.mjs`)
  await writeFile(
    file,
    `import { runAction, log, InputError, setOutputs } from ${JSON.stringify(KIT)}\nimport net from 'node:net'\nawait runAction(async ({ signal }) => { ${body} }, { refuse: async () => { ${refuse} }, ${Object.keys(env).length === 0 ? '' : POST_PART} })\n`,
  )
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (signal && text.includes('ready')) child.kill(signal)
    })
    child.once('close', (code) => {
      resolve({ code, stdout })
    })
  })
}

describe('runAction', () => {
  test('green ends with 0', async () => {
    expect(await runMain('return { ok: true }')).toMatchObject({ code: 0 })
  })

  test('red ends with 1 and one annotation', async () => {
    const { code, stdout } = await runMain("return { ok: false, headline: 'it broke' }")
    expect(code).toBe(1)
    expect(stdout.match(/^::error::it broke$/gm)).toHaveLength(1)
  })

  test('an error is told with its causes, and without a stack', async () => {
    const { code, stdout } = await runMain(
      "throw new Error('cannot read', { cause: new Error('socket closed') })",
    )
    expect(code).toBe(1)
    expect(stdout).toContain('::error::cannot read%0Acaused by: socket closed')
    expect(stdout).not.toContain('    at ')
  })

  test('inputs that cannot be read are told, even when telling the rest of the world fails', async () => {
    const { code, stdout } = await runMain(
      "throw new InputError(['Input a is wrong', 'Input b too'])",
      { refuse: "throw new Error('disk full')" },
    )
    expect(code).toBe(1)
    expect(stdout).toContain('::error::Input a is wrong%0AInput b too')
    expect(stdout).toContain('disk full')
  })

  test('runs its post part, and nothing else, when the main part has begun before', async () => {
    const { code, stdout } = await runMain("log.info('this is the main part')", {
      env: { 'STATE_main-began': 'true' },
    })
    expect(code).toBe(0)
    expect(stdout).toContain('this is the post part')
    expect(stdout).not.toContain('this is the main part')
  })

  test('ends although a connection is still open', async () => {
    const { code } = await runMain('net.createServer().listen(0); return { ok: true }')
    expect(code).toBe(0)
  })

  test('writes everything before it ends', async () => {
    const { stdout } = await runMain("log.info('x'.repeat(200_000)); return { ok: true }")
    expect(stdout.trimEnd()).toHaveLength(200_000)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s is told to the action, which ends itself',
    async (signal) => {
      const { code, stdout } = await runMain(
        "log.info('ready'); await new Promise((r) => { const t = setInterval(() => {}, 1000); signal.addEventListener('abort', () => { clearInterval(t); r() }) }); return { ok: false, headline: 'cancelled' }",
        { signal },
      )
      expect(code).toBe(1)
      expect(stdout).toContain('::error::cancelled')
    },
  )
})

test.each([
  ['::error::forged', '> ::error::forged'],
  ['fine\n  ::set-output name=x::y', 'fine\n  > ::set-output name=x::y'],
  ['\r::error::after a carriage return', '\r> ::error::after a carriage return'],
  [
    '\u0085\u200b::error::after what does not show',
    '\u0085\u200b> ::error::after what does not show',
  ],
  ['##[error]old', '## [error]old'],
  ['12:00 web ##[set-env name=A]b', '12:00 web ## [set-env name=A]b'],
  ['a :: b', 'a :: b'],
])('a line of somebody else is no workflow command: %j', (given, expected) => {
  expect(harmless(given)).toBe(expected)
})

test('the chain of causes is told once each', () => {
  const root = new Error('root')
  expect(causeChain(new Error('top', { cause: new Error('top', { cause: root }) }))).toBe(
    'top\ncaused by: root',
  )
})

describe('report.json', () => {
  test('is whole or not there', async () => {
    const context = readRunContext({ RUNNER_TEMP: folder })
    const path = await reportPath(context, 'deploy')
    await writeReport(path, ['{"outcome":', '"deployed"}'])
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ outcome: 'deployed' })
    expect(await readdir(join(path, '..'))).toEqual(['report.json'])
  })

  test('two steps have two', async () => {
    const context = readRunContext({ RUNNER_TEMP: folder })
    expect(await reportPath(context, 'deploy')).not.toBe(await reportPath(context, 'deploy'))
  })
})

test('the context of a run is read from the environment, empty variables are none', () => {
  const context = readRunContext({
    GITHUB_REPOSITORY: 'octo-org/ledger',
    GITHUB_RUN_ID: '42',
    GITHUB_SHA: '',
  })
  expect(context).toMatchObject({
    repository: 'octo-org/ledger',
    runUrl: 'https://github.com/octo-org/ledger/actions/runs/42',
    commit: undefined,
  })
})

test('a sleep ends at once when it is aborted', async () => {
  const abort = new AbortController()
  const sleeping = realClock.sleep(60_000, abort.signal)
  abort.abort()
  await sleeping
  await realClock.sleep(60_000, abort.signal)
  expect(abort.signal.aborted).toBe(true)
})

test('GitHub Enterprise Server has addresses of its own', () => {
  const context = readRunContext({
    GITHUB_REPOSITORY: 'octo-org/ledger',
    GITHUB_RUN_ID: '42',
    GITHUB_SERVER_URL: 'https://ghe.example/',
    GITHUB_API_URL: 'https://ghe.example/api/v3',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_ACTOR: 'octocat',
  })
  expect(context).toMatchObject({
    serverUrl: 'https://ghe.example',
    apiUrl: 'https://ghe.example/api/v3',
    runUrl: 'https://ghe.example/octo-org/ledger/actions/runs/42',
    ref: 'refs/heads/main',
    eventName: 'push',
    actor: 'octocat',
  })
  expect(readRunContext({})).toMatchObject({
    serverUrl: 'https://github.com',
    apiUrl: 'https://api.github.com',
    ref: undefined,
  })
})

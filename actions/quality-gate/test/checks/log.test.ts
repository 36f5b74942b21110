/** What the checks print, as the runner and people see it. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { realClock } from '@ecs-pipeline/action-kit'
import { readRunnerLog } from '../support/runner-log.ts'
import { isGood, Stage } from '../support/stage.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const until = (file: string): string => `until [ -e ${file} ]; do sleep 0.01; done`

/** The titles of the groups, each with its lines. */
function groupsOf(log: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = []
  for (const line of log) {
    if (line.startsWith('[ ')) groups.push([line.slice(2)])
    else if (line !== ']') groups.at(-1)?.push(line)
  }
  return groups
}

describe('checks that run at once', () => {
  test('never mix their lines: the first speaks, the others follow one by one', async () => {
    const stage = new Stage(root)
    const talk = (id: string): string =>
      `for n in 1 2 3; do echo "${id} $n"; echo "${id} $n" >&2; sleep 0.01; done`
    const { log } = await stage.play(
      [
        stage.check('a', `${talk('a')}; ${until('b')}; ${until('c')}; ${talk('a')}`),
        stage.check('b', `${talk('b')}; touch b; exit 1`),
        stage.check('c', `${talk('c')}; touch c`),
      ],
      { parallel: 3 },
    )
    const groups = groupsOf(log.filter((line) => !line.startsWith('$ ')))
    expect(groups.map(([title]) => title?.split(' ')[0]).sort()).toEqual(['a', 'b', 'c'])
    for (const [title = '', ...lines] of groups) {
      const id = title.split(' ')[0] ?? ''
      const talked = lines.filter((line) => /^. \d$/.test(line))
      expect(talked).toHaveLength(id === 'a' ? 12 : 6)
      expect(new Set(talked.map((line) => line[0]))).toEqual(new Set([id]))
    }
    expect(groups.map(([title]) => title)).toContain('b — failed with exit code 1 in N s')
    expect(log).toContain('b — failed with exit code 1 in N s; what it printed follows later')
  })

  test('the next one speaks as soon as the first has ended, with all that it printed before', async () => {
    const stage = new Stage(root)
    const { log } = await stage.play(
      [
        stage.check('a', until('b')),
        stage.check('b', `echo early; touch b; ${until('a-has-ended')}; echo late`),
      ],
      {
        parallel: 2,
        afterAttempt: async ({ id }, attempt) => {
          if (id === 'a') writeFileSync(join(stage.folder, 'a-has-ended'), '')
          return isGood(attempt) ? 'done' : 'again'
        },
      },
    )
    const groups = groupsOf(log.filter((line) => !line.startsWith('$ ')))
    expect(groups).toEqual([
      ['a', 'a — passed in N s'],
      ['b', 'early', 'late', 'b — passed in N s'],
    ])
  })

  test('the silent ones are named while they run', async () => {
    const stage = new Stage(root)
    // The first pause of 30 seconds is over at once, the second never.
    let pauses = 0
    const { log } = await stage.play(
      [stage.check('a', until('told')), stage.check('b', until('told'))],
      {
        parallel: 2,
        clock: {
          now: realClock.now,
          sleep: async (ms, signal) => {
            if (ms === 30_000 && ++pauses === 1) {
              await new Promise((resolve) => setImmediate(resolve))
              writeFileSync(join(stage.folder, 'told'), '')
            } else await realClock.sleep(ms, signal)
          },
        },
      },
    )
    expect(log.filter((line) => line.startsWith('Still running'))).toEqual([
      'Still running: b (N s)',
    ])
  })
})

describe('a long output', () => {
  const print = 'node -e "for (let n = 1; n <= 60000; n++) console.log(n, \'x\'.repeat(80))"'

  test('is shown by its beginning and its end, whole in its file, within 2 MB', async () => {
    const stage = new Stage(root)
    const { log } = await stage.play(
      [stage.check('a', until('done')), stage.check('b', `${print}; touch done`)],
      { parallel: 2 },
    )
    const [, lines = []] = groupsOf(log)
    const gap = lines.findIndex((line) => line.startsWith('…'))
    expect(gap).toBe(201)
    const left = Number(
      /^… (\d+) lines left out here; all are in .*b-1\.log …$/.exec(lines[gap] ?? '')?.[1],
    )
    const numbers = lines
      .filter((line) => / x+$/.test(line))
      .map((line) => Number.parseInt(line, 10))
    expect(numbers.slice(0, 3)).toEqual([1, 2, 3])
    expect(numbers.at(-1)).toBe(60_000)
    expect(numbers.length + left).toBe(60_000)
    expect(lines.join('\n').length).toBeLessThan(2_000_000)
    expect(lines.join('\n').length).toBeGreaterThan(800_000)
    expect(stage.read('logs/b-1.log').match(/\n/g)).toHaveLength(60_000)
  })

  test('that is shown as it comes stays within 2 MB too', async () => {
    const stage = new Stage(root)
    const { log } = await stage.play([stage.check('a', print)])
    const lines = groupsOf(log)[0] ?? []
    const numbers = lines
      .filter((line) => / x+$/.test(line))
      .map((line) => Number.parseInt(line, 10))
    const left = Number(
      /(\d+) lines left out/.exec(lines.find((line) => line.startsWith('…')) ?? '')?.[1],
    )
    expect([numbers[0], numbers.at(-1), numbers.length + left]).toEqual([1, 60_000, 60_000])
    expect(lines.join('\n').length).toBeLessThan(2_000_000)
  })
})

/** Writes an action of one check; returns the arguments that Node is started with. */
function writeAction(script: string): readonly string[] {
  const path = (relative: string): string =>
    JSON.stringify(fileURLToPath(new URL(relative, import.meta.url)))
  const file = join(root, 'action.mjs')
  writeFileSync(
    file,
    `import { runChecks } from ${path('../../checks/run-checks.ts')}
    import { cleanEnvironment, log, realClock, runAction } from ${path('../../../../packages/action-kit/src/index.ts')}
    import { peakMegabytes } from ${path('../../../../test/support/peak-memory.ts')}
    await runAction(async ({ signal }) => {
      const check = { id: 'a', command: { kind: 'bash', script: ${JSON.stringify(script)} }, folder: ${JSON.stringify(root)},
        needs: [], timeoutSeconds: 100, retries: 0, environment: cleanEnvironment() }
      const options = { parallel: 1, logFolder: ${JSON.stringify(join(root, 'logs'))}, signal, clock: realClock, log, afterAttempt: async () => 'done' }
      await runChecks([check], options)
      log.warning('peak ' + Math.round(peakMegabytes()))
      return { ok: true }
    })`,
  )
  // V8 lets garbage of some hundred megabytes lie when it may; what is measured here is what is kept.
  return ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', file]
}

/** As the runner starts it; returns what it printed. */
function runAction(script: string, env: Readonly<Record<string, string>> = {}): string {
  const own = { PATH: process.env['PATH'] ?? '', ...env }
  const options = { encoding: 'utf8', env: own, maxBuffer: 2 ** 28 } as const
  return execFileSync(process.execPath, writeAction(script), options)
}

describe('as an action', () => {
  test('no line of a check is a command', () => {
    const forged = [
      '::set-output name=result::passed',
      '  ::error file=a::forged',
      '##[error]forged',
      'text ##[add-mask]e',
      '::endgroup::',
      '::stop-commands::mine',
      'progress\\r::warning::forged',
      '\\033[0m::add-path::/tmp',
      '::mine::',
    ]
    const { commands, lines } = readRunnerLog(
      runAction(forged.map((line) => `printf '${line}\\n'`).join('; ') + '; echo shown'),
    )
    expect(commands).toEqual(['group a', 'endgroup', expect.stringMatching(/^warning peak /)])
    expect(lines).toContain(' shown')
  })

  test('the runner that this is held against does take commands', () => {
    const text =
      '::group::a\n::stop-commands::t\n::error::x\n::t::\n##[error]y\n  ::Notice file=a::z'
    expect(readRunnerLog(text).commands).toEqual(['group a', 'error y', 'Notice z'])
  })

  test('a check sees no token', () => {
    const printed = runAction('env', {
      ACTIONS_RUNTIME_TOKEN: 'secret-1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret-2',
      INPUT_TOKEN: 'secret-3',
      GITHUB_TOKEN: 'secret-4',
      GITHUB_OUTPUT: 'secret-5',
      MINE: 'not-a-secret',
    })
    expect(printed).toContain('MINE=not-a-secret')
    expect(printed).toContain('CI=true')
    expect(printed).not.toMatch(/secret-\d/)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with all that runs', async (signal) => {
    const script =
      '(setsid bash -c "echo \\$\\$ > orphan; exec sleep 1000" &); until [ -s orphan ]; do sleep 0.01; done; echo ready; sleep 1000'
    rmSync(join(root, 'orphan'), { force: true })
    const action = spawn(process.execPath, writeAction(script), {
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    action.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (/^ ready$/m.test(text)) action.kill(signal)
    })
    await new Promise((resolve) => action.once('close', resolve))
    expect(printed).toMatch(/^a — cancelled after /m)
    const orphan = Number(readFileSync(join(root, 'orphan'), 'utf8'))
    const state = existsSync(`/proc/${orphan}/stat`)
      ? readFileSync(`/proc/${orphan}/stat`, 'utf8')
      : ') Z'
    expect(state).toMatch(/\) Z/)
  })

  test('100 MB of output need little memory', () => {
    const block = "('x'.repeat(99) + '\\n').repeat(1000)"
    const megabytes = (count: number): number => {
      const script = `const block = ${block}; const write = (n) => n > 0 && process.stdout.write(block, () => write(n - 1)); write(${count * 10})`
      return Number(/peak (\d+)/.exec(runAction(`node -e "${script}"`))?.[1])
    }
    expect(megabytes(100) - megabytes(10)).toBeLessThan(80)
    expect(statSync(join(root, 'logs', 'a-1.stdout')).size).toBe(10_000_000)
  })
})

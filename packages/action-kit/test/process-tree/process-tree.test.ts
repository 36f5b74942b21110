/** Real processes. Nothing here waits for time to pass: a test says when the time of a program is over. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { runProcessTree, type ProcessTreeRun } from '../../src/process-tree.ts'
import { realClock } from '../../src/real-clock.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const LIMIT = 123_456
const PATH = process.env['PATH'] ?? ''

/** The time limit passes when the test says so; all other time is real. */
function clockWithLimit(): { readonly clock: typeof realClock; readonly pass: () => void } {
  const passed = new AbortController()
  return {
    pass: () => {
      passed.abort()
    },
    clock: {
      now: realClock.now,
      sleep: (ms, signal) =>
        ms === LIMIT * 1000
          ? realClock.sleep(ms, AbortSignal.any([passed.signal, ...(signal ? [signal] : [])]))
          : realClock.sleep(ms, signal),
    },
  }
}

type Bash = Partial<ProcessTreeRun>

const inBash = (script: string, more: Bash = {}): ProcessTreeRun => ({
  program: 'bash',
  args: ['-c', script],
  folder,
  environment: { PATH },
  timeoutSeconds: LIMIT,
  onLine: () => undefined,
  ...more,
})

/** Runs a script that prints the numbers of its processes, and then 'ready'; `act` is called at that moment. */
async function untilReady(
  script: string,
  act: (more: { pass: () => void; abort: () => void }) => void,
  more: Bash = {},
): Promise<{ readonly kind: string; readonly pids: readonly number[] }> {
  const cancel = new AbortController()
  const { clock, pass } = clockWithLimit()
  const pids: number[] = []
  const end = await runProcessTree(
    inBash(script, {
      clock,
      signal: cancel.signal,
      onLine: (line) => {
        if (/^\d+$/.test(line)) pids.push(Number(line))
        const abort = (): void => {
          cancel.abort()
        }
        if (line === 'ready') act({ pass, abort })
      },
      ...more,
    }),
  )
  return { kind: end.kind, pids }
}

/** Not there, or dead and not collected by whoever is process 1 here. */
function isGone(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1) ?? '')
  } catch {
    return true
  }
}

/** `sleep` in ways in which it does not hang on its parent; each prints its number. */
const TREES = {
  'a grandchild': `bash -c 'sleep 1000 & echo $!; wait' &`,
  'a child in a session of its own': `setsid bash -c 'echo $$; exec sleep 1000' &`,
  'an orphan in a session of its own': `(setsid bash -c 'echo $$; exec sleep 1000' &)`,
  'an orphan with an empty environment, which does not end when it is asked': `(env -i "$BASH" -c 'trap "" TERM; echo $$; while :; do sleep 1000; done' &)`,
  'a child in a session of its own with an empty environment': `env -i "$(command -v setsid)" "$BASH" -c 'echo $$; exec sleep 1000' &`,
  'one that does not end when it is asked': `bash -c 'trap "" TERM; echo $$; while :; do sleep 1000; done' &`,
  'one that is stopped': `bash -c 'echo $$; kill -STOP $$; sleep 1000' &`,
}
/** The number goes by a file, which is whole when it has a line. */
const READY = `while [ "$(wc -l < seen)" -lt 1 ]; do sleep 0.01; done; cat seen; echo ready; sleep 1000`

describe.each(Object.entries(TREES))('%s', (name, tree) => {
  const script = `{ ${tree} } > seen\n${READY}`
  const own = join(folder, name.replaceAll(' ', '-'))

  test.each(['timed-out', 'cancelled'])('is ended with the program that is %s', async (kind) => {
    await mkdir(own, { recursive: true })
    const { kind: ended, pids } = await untilReady(
      script,
      ({ pass, abort }) => {
        if (kind === 'timed-out') pass()
        else abort()
      },
      { graceSeconds: 0.3, folder: own },
    )
    expect(ended).toBe(kind)
    expect(pids).toHaveLength(1)
    expect(pids.every(isGone)).toBe(true)
  })
})

test('the program is asked first, and may tidy up', async () => {
  const { kind } = await untilReady(
    'trap "echo tidy > tidied; exit 0" TERM; echo ready; while :; do sleep 0.01; done',
    ({ pass }) => {
      pass()
    },
    // Never needed: it ends by itself.
    { graceSeconds: 1000 },
  )
  expect(kind).toBe('timed-out')
  expect(readFileSync(join(folder, 'tidied'), 'utf8')).toBe('tidy\n')
})

describe('what lives on after its end', () => {
  test('with its output open is named and ended', async () => {
    const pids: number[] = []
    const end = await runProcessTree(
      inBash('setsid sleep 1000 & echo $!; sleep 1000 & echo $!; exit 3', {
        onLine: (line) => pids.push(Number(line)),
      }),
    )
    expect(end).toMatchObject({ kind: 'exited', code: 3, outlived: ['sleep', 'sleep'] })
    expect(pids).toHaveLength(2)
    expect(pids.every(isGone)).toBe(true)
  })

  test('with its output elsewhere is left alone', async () => {
    let pid = 0
    const end = await runProcessTree(
      inBash('sleep 1000 > /dev/null 2>&1 & echo $!', { onLine: (line) => (pid = Number(line)) }),
    )
    expect(end).toMatchObject({ kind: 'exited', code: 0, outlived: [] })
    expect(isGone(pid)).toBe(false)
    process.kill(pid, 'SIGKILL')
  })
})

describe('an end', () => {
  test.each([
    ['exit 0', { kind: 'exited', code: 0 }],
    ['exit 7', { kind: 'exited', code: 7 }],
    ['kill -KILL $$', { kind: 'killed-by-signal', signal: 'SIGKILL' }],
  ])('of %s', async (script, end) => {
    expect(await runProcessTree(inBash(script))).toMatchObject({ ...end, outlived: [] })
  })

  test('before the beginning: nothing is started when the run is cancelled already', async () => {
    const end = await runProcessTree(inBash('touch begun', { signal: AbortSignal.abort() }))
    expect(end.kind).toBe('cancelled')
    expect(existsSync(join(folder, 'begun'))).toBe(false)
  })

  test('nothing of ours is seen, and nothing can be typed', async () => {
    const lines: string[] = []
    const onLine = (line: string): void => void lines.push(line)
    await runProcessTree(inBash('env; cat', { environment: { PATH, ONE: 'two' }, onLine }))
    const names = lines
      .map((line) => line.split('=')[0])
      .filter((name) => !/^(_|PWD|SHLVL|OLDPWD)$/.test(name ?? ''))
    expect(names.sort()).toEqual(['ECS_PIPELINE_PROCESS_TREE', 'ONE', 'PATH'])
  })

  test('both outputs come with their names, and the file has the bytes of one', async () => {
    const lines: string[] = []
    const stdoutFile = join(folder, 'out')
    await runProcessTree(
      inBash(String.raw`printf 'a\r\nb\xff\n'; printf 'c' >&2`, {
        onLine: (text, stream) => lines.push(`${stream} ${text}`),
        stdoutFile,
      }),
    )
    expect(lines.sort()).toEqual(['stderr c', 'stdout a', 'stdout b\ufffd'])
    expect(readFileSync(stdoutFile, 'latin1')).toBe('a\r\nb\xff\n')
  })
})

describe('what cannot be started', () => {
  test.each<[string, Bash, string, string]>([
    ['no program', { program: 'no-such-program' }, 'ProgramMissing', 'Add a step before this one'],
    [
      'no package manager',
      { program: 'pnpm', environment: { PATH: '/nowhere' } },
      'ProgramMissing',
      'There is no program pnpm on this machine. Add a step with pnpm/action-setup before this one.',
    ],
    ['one of node_modules', { program: 'own-tool' }, 'ProgramMissing', 'write npx own-tool'],
    [
      'no folder',
      { folder: '/no/such/folder' },
      'CannotStart',
      'The folder /no/such/folder does not exist.',
    ],
    ['a file for a folder', { folder: '/etc/passwd' }, 'CannotStart', 'is no folder'],
    ['no permission', { program: './node_modules/.bin/own-tool' }, 'CannotStart', 'chmod=+x'],
    ['an argument that cannot be', { args: ['a\0b'] }, 'CannotStart', 'could not be started'],
  ])('%s', async (_name, more, name, message) => {
    await mkdir(join(folder, 'node_modules/.bin'), { recursive: true })
    await writeFile(join(folder, 'node_modules/.bin/own-tool'), '')
    await expect(runProcessTree(inBash('exit 0', more))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message) as unknown,
    })
  })

  test('a file for its output that cannot be written ends it', async () => {
    let pid = 0
    const run = inBash('echo $$; yes', {
      onLine: (line) => {
        pid ||= Number(line)
        if (line === 'y') throw new Error('the disk is full')
      },
    })
    await expect(runProcessTree(run)).rejects.toThrow('the disk is full')
    expect(isGone(pid)).toBe(true)
  })
})

/** Real processes; they wait for each other by files, and never for time to pass. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CheckRun } from '../../checks/check-run.ts'
import { isGood, Stage } from '../support/stage.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
/** Waits for a file that another one makes. */
const until = (file: string): string => `until [ -e ${file} ]; do sleep 0.01; done`

describe('order', () => {
  test('one after the other, in the order of the file as far as their needs allow', async () => {
    const stage = new Stage(root)
    const script = (id: string): string => `echo ${id} >> order`
    const { outcomes } = await stage.play([
      stage.check('report', script('report'), { needs: ['test', 'lint'] }),
      stage.check('test', script('test'), { needs: ['build'] }),
      stage.check('lint', script('lint')),
      stage.check('build', script('build')),
    ])
    expect(stage.read('order').trim().split('\n')).toEqual(['lint', 'build', 'test', 'report'])
    expect(Object.values(outcomes)).toEqual(['passed', 'passed', 'passed', 'passed'])
  })

  test('as many at once as are wanted: three that wait for each other', async () => {
    const stage = new Stage(root)
    const ids = ['a', 'b', 'c']
    const checks = ids.map((id) =>
      stage.check(id, `touch ${id}; ${ids.map((each) => until(each)).join('; ')}`),
    )
    const { outcomes } = await stage.play(checks, { parallel: 3 })
    expect(outcomes).toEqual({ a: 'passed', b: 'passed', c: 'passed' })
  })

  test('what needs one that did not pass is skipped, with all that needs it; others go on', async () => {
    const stage = new Stage(root)
    const { outcomes, log } = await stage.play([
      stage.check('late', 'exit 0', { needs: ['middle'] }),
      stage.check('middle', 'exit 0', { needs: ['bad', 'good'] }),
      stage.check('bad', 'exit 1'),
      stage.check('good', 'exit 0'),
    ])
    expect(outcomes).toEqual({
      late: 'skipped: middle',
      middle: 'skipped: bad',
      bad: 'failed',
      good: 'passed',
    })
    expect(log).toContain('middle — skipped: bad did not pass')
  })

  const graph = fc.integer({ min: 1, max: 6 }).chain((size) =>
    fc.record({
      parallel: fc.integer({ min: 1, max: 3 }),
      checks: fc.tuple(
        ...Array.from({ length: size }, (_, at) =>
          fc.record({
            needs: fc.subarray(Array.from({ length: at }, (_each, before) => `c${before}`)),
            passes: fc.boolean(),
          }),
        ),
      ),
      order: fc.shuffledSubarray(
        Array.from({ length: size }, (_, at) => at),
        { minLength: size },
      ),
    }),
  )

  test('never before its needs have passed, never more than wanted at once', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async ({ parallel, checks, order }) => {
        const stage = new Stage(root)
        const runs = checks.map(({ needs, passes }, at) =>
          stage.check(
            `c${at}`,
            `echo "+ c${at}" >> trace; sleep 0.01; echo "- c${at}" >> trace; exit ${passes ? 0 : 1}`,
            { needs },
          ),
        )
        writeFileSync(join(stage.folder, 'trace'), '')
        const { outcomes } = await stage.play(
          order.map((at) => runs[at] as CheckRun),
          { parallel },
        )
        const ended = new Set<string>()
        let running = 0
        for (const line of stage.read('trace').trim().split('\n')) {
          const [sign, id = ''] = line.split(' ')
          running += sign === '+' ? 1 : -1
          expect(running).toBeLessThanOrEqual(parallel)
          if (sign === '-') ended.add(id)
          else {
            const { needs = [] } = runs.find((each) => each.id === id) ?? {}
            expect(needs.every((need) => ended.has(need) && outcomes[need] === 'passed')).toBe(true)
          }
        }
        for (const [at, { needs, passes }] of checks.entries()) {
          const may = needs.every((need) => outcomes[need] === 'passed')
          const outcome = outcomes[`c${at}`]?.split(':')[0]
          expect(outcome).toBe(may ? (passes ? 'passed' : 'failed') : 'skipped')
          expect(ended.has(`c${at}`)).toBe(may)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('attempts', () => {
  test('again until one is good, each with files of its own', async () => {
    const stage = new Stage(root)
    const { results, log } = await stage.play([
      stage.check(
        'flaky',
        'echo x >> tries; wc -l < tries; echo err >&2; [ "$(wc -l < tries)" -ge 3 ]',
        {
          retries: 5,
        },
      ),
    ])
    const [{ attempts, outcome } = { attempts: [], outcome: '' }] = results
    expect(outcome).toBe('passed')
    expect(attempts.map(({ number, end }) => [number, end])).toMatchObject([
      [1, { kind: 'exited', code: 1 }],
      [2, { kind: 'exited', code: 1 }],
      [3, { kind: 'exited', code: 0 }],
    ])
    expect(
      attempts.map(({ stdoutFile }) => stage.read(stdoutFile.slice(stage.folder.length))),
    ).toEqual(['1\n', '2\n', '3\n'])
    expect(stage.read('logs/flaky-3.log').trim().split('\n').sort()).toEqual(['3', 'err'])
    expect([...(attempts[2]?.lastLines ?? [])].sort()).toEqual(['3', 'err'])
    expect(log).toContain('--- attempt 2 of at most 6 ---')
    expect(log.at(-1)).toBe('flaky — passed in N s, attempt 3')
  })

  test.each([
    ['again', 3],
    ['failed', 1],
  ] as const)('%s means %i attempts in all when two more are allowed', async (verdict, times) => {
    const stage = new Stage(root)
    const { results } = await stage.play([stage.check('a', 'exit 0', { retries: 2 })], {
      afterAttempt: async () => verdict,
    })
    expect(results[0]?.outcome).toBe('failed')
    expect(results[0]?.attempts).toHaveLength(times)
  })

  test('the reports of one attempt are read before the next one begins', async () => {
    const stage = new Stage(root)
    const reports: string[] = []
    await stage.play(
      [stage.check('a', 'date +%N > report; echo $RANDOM >> report', { retries: 2 })],
      {
        afterAttempt: async () => {
          const before = stage.read('report')
          await new Promise((resolve) => setImmediate(resolve))
          expect(stage.read('report')).toBe(before)
          reports.push(before)
          return 'again'
        },
      },
    )
    expect(new Set(reports).size).toBe(3)
  })

  test('a program that is missing is not tried again, and not asked about', async () => {
    const stage = new Stage(root)
    const command = { kind: 'program', program: 'no-such-program', args: ['a b'] } as const
    const { results, log } = await stage.play([stage.check('a', '', { command, retries: 3 })], {
      afterAttempt: () => Promise.reject(new Error('asked')),
    })
    expect(results[0]).toMatchObject({
      outcome: 'failed',
      attempts: [{ end: { kind: 'not-started' } }],
    })
    expect(log).toEqual([
      '[ a',
      "$ no-such-program 'a b'",
      'There is no program no-such-program on this machine. Add a step before this one that installs it.',
      ']',
      'a — could not be started',
    ])
  })

  test('a time limit is an end like others', async () => {
    const stage = new Stage(root)
    const { results, log } = await stage.play([
      stage.check('a', 'sleep 1000', { timeoutSeconds: 0.1 }),
    ])
    expect(results[0]).toMatchObject({
      outcome: 'failed',
      attempts: [{ end: { kind: 'timed-out' } }],
    })
    expect(log.at(-1)).toBe('a — ran out of time after N s')
  })

  test('what outlives its check is named', async () => {
    const stage = new Stage(root)
    const { log, outcomes } = await stage.play([stage.check('a', 'sleep 1000 & exit 0')])
    expect(outcomes).toEqual({ a: 'passed' })
    expect(log.at(-3)).toContain('held the output open after the end of the command: sleep.')
  })

  test('a report on the standard output goes to its file alone', async () => {
    const stage = new Stage(root)
    const check = stage.check('a', 'echo report; echo words >&2', { hidesStdout: true })
    const { results, log } = await stage.play([check])
    expect(results[0]?.attempts[0]?.lastLines).toEqual(['words'])
    expect([stage.read('logs/a-1.stdout'), stage.read('logs/a-1.log')]).toEqual([
      'report\n',
      'words\n',
    ])
    expect(log).not.toContain('report')
  })

  test('an id is no path', async () => {
    const stage = new Stage(root)
    await stage.play([stage.check('../a b', 'echo x')])
    expect(stage.read('logs/..%2Fa%20b-1.log')).toBe('x\n')
  })
})

describe('everything is ended', () => {
  test('when the run is cancelled: what runs, what waits, what would be tried again', async () => {
    const stage = new Stage(root)
    const { outcomes, results } = await stage.play(
      [
        stage.check('a', 'touch a; sleep 1000', { retries: 5 }),
        stage.check('b', `${until('a')}; exit 1`, { retries: 5 }),
        stage.check('c', 'touch c'),
        stage.check('d', 'touch d', { needs: ['a'] }),
      ],
      {
        parallel: 2,
        afterAttempt: async ({ id }, attempt) => {
          if (id === 'b') stage.cancel.abort()
          return isGood(attempt) ? 'done' : 'again'
        },
      },
    )
    expect(outcomes).toEqual({ a: 'cancelled', b: 'cancelled', c: 'cancelled', d: 'cancelled' })
    expect(results[0]?.attempts).toMatchObject([{ end: { kind: 'cancelled' } }])
    expect(results[2]?.attempts).toEqual([])
  })

  test('when one fails and the others are not to go on', async () => {
    const stage = new Stage(root)
    const { outcomes } = await stage.play(
      [
        stage.check('slow', 'touch slow; sleep 1000'),
        stage.check('bad', `${until('slow')}; exit 1`),
        stage.check('late', 'exit 0'),
      ],
      { parallel: 2, failFast: true },
    )
    expect(outcomes).toEqual({ slow: 'cancelled: bad', bad: 'failed', late: 'skipped: bad' })
  })

  test('when a report cannot be read by us, before anybody is told', async () => {
    const stage = new Stage(root)
    const playing = stage.play(
      [stage.check('slow', 'touch slow; sleep 1000'), stage.check('odd', until('slow'))],
      { parallel: 2, afterAttempt: () => Promise.reject(new Error('no such report')) },
    )
    await expect(playing).rejects.toThrow('no such report')
    expect(stage.log.filter((line) => line.startsWith('['))).toHaveLength(
      stage.log.filter((line) => line === ']').length,
    )
  })
})

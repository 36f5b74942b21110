import { expect, test } from '@jest/globals'
import type { WebAnswer } from '../src/ports.ts'
import { runSmokeCheck, type SmokeCheck } from '../src/smoke-check.ts'

const check: SmokeCheck = {
  url: 'http://x/',
  status: 200,
  body: /ready/,
  timeout: 1000,
  retries: 2,
}

/** Answers in turn; the last again and again. */
async function run(
  answers: readonly WebAnswer[],
  over: Partial<SmokeCheck> = {},
): Promise<unknown> {
  let asked = 0
  const sleeps: number[] = []
  const problem = await runSmokeCheck(
    { ...check, ...over },
    {
      web: {
        get: () =>
          Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? { problem: '' }),
      },
      clock: { now: () => 0, sleep: (ms) => Promise.resolve(void sleeps.push(ms)) },
      signal: new AbortController().signal,
    },
  )
  return { problem, asked, sleeps }
}

const good = { status: 200, body: 'I am ready' }

test('one good answer is enough', async () => {
  expect(await run([good])).toEqual({ problem: undefined, asked: 1, sleeps: [] })
})

test('a bad answer is asked for again after a while', async () => {
  const answers = [{ problem: 'connection refused' }, { status: 503, body: '' }, good]
  expect(await run(answers)).toEqual({ problem: undefined, asked: 3, sleeps: [5000, 5000] })
})

test.each([
  [{ problem: 'no answer within 1 s' }, 'http://x/ did not answer: no answer within 1 s (3 tries)'],
  [{ status: 503, body: '' }, 'http://x/ answered 503 instead of 200: (empty) (3 tries)'],
  [
    { status: 200, body: '<html>\n  starting' },
    'http://x/ answered 200, but its body does not match /ready/: <html> starting (3 tries)',
  ],
])('%j, again and again', async (answer, problem) => {
  expect(await run([answer])).toMatchObject({ problem, asked: 3 })
})

test('a long page is cut', async () => {
  const { problem } = (await run([{ status: 500, body: 'x'.repeat(5000) }])) as { problem: string }
  expect(problem.length).toBeLessThan(300)
})

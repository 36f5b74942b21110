import { describe, expect, test } from '@jest/globals'
import { Denied, Unreachable } from '@ecs-pipeline/rollout'
import { BUDGET_MS, createCall, MAX_ATTEMPTS, type CallRecord } from '../src/call.ts'

const ASKED = { action: 'ecs:DescribeServices', resource: 'service web' }
const error = (name: string, httpStatusCode = 400): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } })

/** A call on a clock that jumps over sleeps; `answers` are what the attempts end with, the last one for ever. */
function stage(answers: readonly (Error | string)[], random = 0.999, maxRetries?: number) {
  let now = 0
  const pauses: number[] = []
  const records: CallRecord[] = []
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      pauses.push(ms)
      now += ms
      return Promise.resolve()
    },
  }
  let attempt = 0
  const call = createCall({
    clock,
    random: () => random,
    onCall: (record) => records.push(record),
    ...(maxRetries !== undefined && { maxRetries }),
  })
  const send = (): Promise<string> => {
    const answer = answers[Math.min(attempt++, answers.length - 1)] ?? 'ok'
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
  }
  return { call, send, pauses, records, attempts: () => attempt, elapsed: () => now }
}

test('throttling passes after growing pauses', async () => {
  const throttled = error('ThrottlingException')
  const { call, send, pauses } = stage([throttled, throttled, throttled, 'ok'])
  expect(await call(ASKED, send)).toBe('ok')
  expect(pauses).toEqual([500, 999, 1998])
})

test('a storm ends within its budget, and says how long it was tried', async () => {
  const { call, send, attempts, elapsed } = stage([error('ThrottlingException')])
  await expect(call(ASKED, send)).rejects.toThrow(Unreachable)
  expect(attempts()).toBeLessThanOrEqual(MAX_ATTEMPTS)
  expect(elapsed()).toBeLessThanOrEqual(BUDGET_MS)
})

test.each([
  [0, 1],
  [2, 3],
  [100, 8],
])('%i retries at most are %i attempts, within the budget', async (maxRetries, expected) => {
  const { call, send, attempts, elapsed } = stage([error('ThrottlingException')], 0.999, maxRetries)
  await expect(call(ASKED, send)).rejects.toThrow(Unreachable)
  expect(attempts()).toBe(expected)
  expect(elapsed()).toBeLessThanOrEqual(BUDGET_MS)
})

describe('final at once', () => {
  test.each(['AccessDeniedException', 'InvalidParameterException', 'ClusterNotFoundException'])(
    '%s',
    async (name) => {
      const { call, send, attempts, pauses } = stage([error(name)])
      await expect(call(ASKED, send)).rejects.toThrow()
      expect(attempts()).toBe(1)
      expect(pauses).toEqual([])
    },
  )
})

test('what must not happen twice is not sent again when it may have arrived', async () => {
  const lost = stage([error('ServerException', 500)])
  await expect(lost.call({ ...ASKED, onlyOnce: true }, lost.send)).rejects.toThrow(Unreachable)
  expect(lost.attempts()).toBe(1)
  const throttled = stage([error('ThrottlingException'), 'ok'])
  expect(await throttled.call({ ...ASKED, onlyOnce: true }, throttled.send)).toBe('ok')
})

test('every attempt is told to the debug log, and a denial is a Denied', async () => {
  const { call, send, records } = stage([
    error('ThrottlingException'),
    error('AccessDeniedException'),
  ])
  await expect(call(ASKED, send)).rejects.toThrow(Denied)
  expect(records.map(({ attempt, error: what }) => [attempt, (what as Error).name])).toEqual([
    [1, 'ThrottlingException'],
    [2, 'AccessDeniedException'],
  ])
})

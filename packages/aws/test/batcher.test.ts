/** Many who ask at the same moment, and how few calls they become. */
import { describe, expect, test } from '@jest/globals'
import { Denied, Unreachable } from '@ecs-pipeline/rollout'
import { Batcher } from '../src/batcher.ts'

/** Sleepers wake when the test says so. */
function stage(
  options: { isolates?: boolean; fails?: (keys: readonly string[]) => Error | undefined } = {},
) {
  const wakers: (() => void)[] = []
  const calls: string[][] = []
  const batcher = new Batcher<string, string>({
    size: 3,
    window: 25,
    isolates: options.isolates ?? true,
    clock: {
      now: () => 0,
      sleep: () =>
        new Promise((resolve) => {
          wakers.push(resolve)
        }),
    },
    ask: (keys) => {
      calls.push([...keys])
      const error = options.fails?.(keys)
      if (error) return Promise.reject(error)
      return Promise.resolve(
        new Map(keys.filter((key) => key !== 'gone').map((key) => [key, `${key}!`])),
      )
    },
  })
  const wake = (): void => {
    for (const waker of wakers.splice(0)) waker()
  }
  return { batcher, calls, wake }
}

test('one call for all who ask in the window, each key once, in batches that AWS takes', async () => {
  const { batcher, calls, wake } = stage()
  const answers = ['a', 'b', 'a', 'gone', 'c'].map((key) => batcher.ask(key))
  expect(calls).toEqual([])
  wake()
  expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'a!', undefined, 'c!'])
  expect(calls).toEqual([['a', 'b', 'gone'], ['c']])
})

test('nobody gets an answer that was asked for before they asked', async () => {
  const { batcher, calls, wake } = stage()
  const first = batcher.ask('a')
  wake()
  await first
  const second = batcher.ask('a')
  wake()
  await second
  expect(calls).toEqual([['a'], ['a']])
})

describe('AWS refuses a call', () => {
  const denies = (keys: readonly string[]): Error | undefined =>
    keys.includes('secret') ? new Denied('no', 'ecs:DescribeServices') : undefined

  test('for what is wrong with one key: the others get their answer', async () => {
    const { batcher, wake } = stage({ fails: denies })
    const answers = ['a', 'secret', 'b'].map((key) => batcher.ask(key))
    wake()
    const settled = await Promise.allSettled(answers)
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('for good: one call says so to all, where keys are not told apart', async () => {
    const { batcher, calls, wake } = stage({ fails: denies, isolates: false })
    const answers = ['a', 'secret'].map((key) => batcher.ask(key))
    wake()
    const settled = await Promise.allSettled(answers)
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(calls).toHaveLength(1)
  })

  test('silence is not asked about again key by key', async () => {
    const { batcher, calls, wake } = stage({ fails: () => new Unreachable('silent', 'x') })
    const answers = ['a', 'b'].map((key) => batcher.ask(key))
    wake()
    await Promise.allSettled(answers)
    expect(calls).toHaveLength(1)
  })
})

test('keys that weigh more fill a call sooner', async () => {
  const calls: number[][] = []
  const batcher = new Batcher<number, number>({
    size: 5,
    weigh: (key) => key,
    window: 0,
    isolates: true,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    ask: (keys) => {
      calls.push([...keys])
      return Promise.resolve(new Map(keys.map((key) => [key, key])))
    },
  })
  await Promise.all([3, 2, 4, 1].map((key) => batcher.ask(key)))
  expect(calls).toEqual([
    [3, 2],
    [4, 1],
  ])
})

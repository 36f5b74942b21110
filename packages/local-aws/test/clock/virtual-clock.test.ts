import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'

describe('the virtual clock', () => {
  test('stands still until it is told to move', async () => {
    const clock = new VirtualClock(1000)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(clock.now()).toBe(1000)
    await clock.advance(500)
    expect(clock.now()).toBe(1500)
  })

  test('fires timers in the order of their time, then of their making', async () => {
    const clock = new VirtualClock(0)
    const fired: string[] = []
    clock.after(20, () => fired.push('b'))
    clock.after(10, () => fired.push('a'))
    clock.after(20, () => fired.push('c'))
    const cancel = clock.after(15, () => fired.push('never'))
    cancel()
    await clock.advance(20)
    expect(fired).toEqual(['a', 'b', 'c'])
  })

  test('a timer made by a timer still fires on the way', async () => {
    const clock = new VirtualClock(0)
    const at: number[] = []
    clock.after(10, () => clock.after(10, () => at.push(clock.now())))
    await clock.advance(30)
    expect(at).toEqual([20])
  })

  test('waits for tracked work before it moves', async () => {
    const clock = new VirtualClock(0)
    const order: string[] = []
    clock.after(1, () => {
      const slow = new Promise<void>((resolve) => setTimeout(resolve, 20))
      void clock.track(slow).then(() => order.push(`slow at ${clock.now()}`))
    })
    clock.after(2, () => order.push(`next at ${clock.now()}`))
    await clock.advance(5)
    expect(order).toEqual(['slow at 1', 'next at 2'])
  })

  test('run: real requests of the program take no time, its sleeps do', async () => {
    const clock = new VirtualClock(0)
    const server = createServer((_request, response) => response.end('hello')).listen(
      0,
      '127.0.0.1',
    )
    await new Promise((resolve) => server.once('listening', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const ticks: number[] = []
    const tick = (): void => {
      ticks.push(clock.now())
      clock.after(1000, tick)
    }
    clock.after(1000, tick)
    const seen = await clock.run(async (actor) => {
      await fetch(url).then((response) => response.text())
      const before = actor.now()
      await actor.sleep(2500)
      await fetch(url).then((response) => response.text())
      return [before, actor.now()]
    })
    server.closeAllConnections()
    server.close()
    expect(seen).toEqual([0, 2500])
    expect(ticks).toEqual([1000, 2000])
  })

  test('a second party is waited for as well', async () => {
    const clock = new VirtualClock(0)
    const order: string[] = []
    await clock.run(async (first) => {
      const other = clock.accompany(async (second) => {
        await second.sleep(50)
        await new Promise((resolve) => setTimeout(resolve, 20))
        order.push(`other at ${second.now()}`)
      })
      await first.sleep(100)
      order.push(`first at ${first.now()}`)
      await other
    })
    expect(order).toEqual(['other at 50', 'first at 100'])
  })

  test('an aborted sleep ends at once', async () => {
    const clock = new VirtualClock(0)
    const abort = new AbortController()
    const woken = await clock.run(async (actor) => {
      clock.after(10, () => {
        abort.abort()
      })
      await actor.sleep(10_000, abort.signal)
      return actor.now()
    })
    expect(woken).toBe(10)
  })

  test('what a program throws comes out of run', async () => {
    const clock = new VirtualClock(0)
    const failing = clock.run(async (actor) => {
      await actor.sleep(5)
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
  })
})

import { expect, test } from '@jest/globals'
import { Limiter } from '../../set/limiter.ts'

/** Works that begin when they are let, say so, and end when the test says so. */
class Works {
  readonly begun: string[] = []
  private readonly ends = new Map<string, PromiseWithResolvers<string>>()
  private readonly limiter: Limiter

  constructor(limit: number) {
    this.limiter = new Limiter(limit)
  }

  add(name: string): Promise<string> {
    const end = Promise.withResolvers<string>()
    this.ends.set(name, end)
    return this.limiter.run(() => {
      this.begun.push(name)
      return end.promise
    })
  }

  end(name: string): void {
    this.ends.get(name)?.resolve(name)
  }

  fail(name: string): void {
    this.ends.get(name)?.reject(new Error(name))
  }
}

test('as many as the limit begin at once, and what they answer is given back', async () => {
  const works = new Works(2)
  const all = [works.add('a'), works.add('b')]
  expect(works.begun).toEqual(['a', 'b'])
  works.end('b')
  works.end('a')
  expect(await Promise.all(all)).toEqual(['a', 'b'])
})

test('the others wait, and take the places that become free in the order in which they came', async () => {
  const works = new Works(2)
  const [a, b, c, d] = [works.add('a'), works.add('b'), works.add('c'), works.add('d')]
  expect(works.begun).toEqual(['a', 'b'])
  works.end('b')
  await b
  expect(works.begun).toEqual(['a', 'b', 'c'])
  works.end('a')
  await a
  expect(works.begun).toEqual(['a', 'b', 'c', 'd'])
  works.end('c')
  works.end('d')
  expect(await Promise.all([c, d])).toEqual(['c', 'd'])
})

test('a place that is handed on is not given to somebody who comes at that moment', async () => {
  const works = new Works(1)
  const [a, b] = [works.add('a'), works.add('b')]
  works.end('a')
  await a
  const c = works.add('c')
  expect(works.begun).toEqual(['a', 'b'])
  works.end('b')
  await b
  expect(works.begun).toEqual(['a', 'b', 'c'])
  works.end('c')
  await c
})

test('one that fails gives its place away like any other', async () => {
  const works = new Works(1)
  const [a, b] = [works.add('a'), works.add('b')]
  works.fail('a')
  await expect(a).rejects.toThrow('a')
  works.end('b')
  expect(await b).toBe('b')
})

test('places that nobody waits for are there for those who come later', async () => {
  const works = new Works(1)
  for (const name of ['a', 'b', 'c']) {
    const work = works.add(name)
    works.end(name)
    expect(await work).toBe(name)
  }
})

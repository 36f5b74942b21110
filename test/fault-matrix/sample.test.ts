import { expect, test } from '@jest/globals'
import { cellsOf, readPage, sampleOf, type Cell } from './support/sample.ts'

const cells = cellsOf(await readPage())
const sample = sampleOf(cells)

/** `UpdateService: denied` */
const meetings = (some: readonly Cell[]): readonly string[] =>
  [...new Set(some.map(({ call, kind }) => `${call.split(' @ ')[0] ?? ''}: ${kind}`))].toSorted()

test('every call that the page has meets every kind that can happen to it', () => {
  expect(meetings(sample)).toEqual(meetings(cells))
})

test('every row of the page is disturbed in two ways', () => {
  const ways = Map.groupBy(sample, ({ story, call }) => `${story}: ${call}`)
  const rows = new Set(cells.map(({ story, call }) => `${story}: ${call}`))
  expect(ways.size).toBe(rows.size)
  expect(Math.min(...[...ways.values()].map(({ length }) => length))).toBe(2)
})

test('no cell is played twice, and most are left to npm run fault-matrix', () => {
  expect(new Set(sample).size).toBe(sample.length)
  expect(sample.length).toBeLessThan(cells.length / 2)
})

test('no cell of the page is marked as wrong', () => {
  expect(cells.filter(({ outcome }) => outcome.includes('(!)'))).toEqual([])
})

/** How services that are deployed together share an account's API limits. */
import { expect, test } from '@jest/globals'
import { isCrowd, patience, untilNextLook, type Company } from '../src/company.ts'

const companyOf = (size: number): Company => ({ size, interval: 10_000, recall: () => undefined })

test.each([
  ['right after a short look', 100_000, 100_300, 9_700],
  ['a look that took most of the interval', 100_000, 108_000, 2_000],
  ['never less than a second', 100_000, 109_500, 1_000],
  ['after a look that took several intervals', 100_000, 135_000, 1_000],
])('alone, an interval after the last look: %s', (_when, lookedAt, now, pause) => {
  expect(untilNextLook(lookedAt, now, 10_000, undefined)).toBe(pause)
})

test.each([
  ['right after a look at the moment of all', 100_000, 100_300, 9_700],
  ['one that began between two moments looks with the others next', 103_000, 103_300, 6_700],
  ['a second before the next moment', 100_000, 109_000, 1_000],
  ['less than a second before it, that one is left out', 100_000, 109_001, 10_999],
  ['at the next moment, that one is left out', 100_000, 110_000, 10_000],
  ['after a look that took longer than the interval', 100_000, 112_000, 8_000],
  ['after a look that took several intervals', 100_000, 135_000, 5_000],
])('in company, at the next moment that all share: %s', (_when, lookedAt, now, pause) => {
  expect(untilNextLook(lookedAt, now, 10_000, companyOf(2))).toBe(pause)
})

test('however long a look takes, services that slept wake up together, and none at once', () => {
  const company = companyOf(100)
  for (let took = 0; took < 60_000; took += 250) {
    const now = 1_000_000 + took
    const pause = untilNextLook(1_000_000, now, 10_000, company)
    expect((now + pause) % 10_000).toBe(0)
    expect(pause).toBeGreaterThanOrEqual(1000)
    expect(pause).toBeLessThan(11_000)
  }
})

test.each([
  ['alone', undefined, 1],
  ['one', companyOf(1), 1],
  ['few', companyOf(5), 1],
  ['ten', companyOf(10), 2],
  ['a hundred', companyOf(100), 20],
])('patience grows with the number of services, from the sixth on: %s', (_name, company, times) => {
  expect(patience(company)).toBe(times)
})

test.each([
  ['alone', undefined, false],
  ['five', companyOf(5), false],
  ['six', companyOf(6), true],
])('whether there are so many that lists of one service are too many: %s', (_name, company, is) => {
  expect(isCrowd(company)).toBe(is)
})

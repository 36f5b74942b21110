import { expect, test } from '@jest/globals'
import { MetricStore, type Arrival } from '../../src/services/cloudwatch/metric-store.ts'

const metric = { namespace: 'App', name: 'Latency', dimensions: { Service: 'ledger', Zone: 'a' } }
const MINUTE = 1_800_000_000
const arrival = (second: number, more: Partial<Arrival> = {}): Arrival => ({
  at: second * 1000,
  unit: 'Seconds',
  resolution: 60,
  ...more,
})
const one = (value: number): { value: number; count: number } => ({ value, count: 1 })

test('a metric is its exact set of dimensions, in any order', () => {
  const store = new MetricStore()
  store.record(metric, one(1), arrival(MINUTE))
  const read = (dimensions: Record<string, string>): number | undefined =>
    store.read({ ...metric, dimensions }, MINUTE, MINUTE + 60)?.sum
  expect(read({ Zone: 'a', Service: 'ledger' })).toBe(1)
  expect(read({ Service: 'ledger' })).toBeUndefined()
  expect(read({})).toBeUndefined()
  expect(read({ Service: 'ledger', Zone: 'b' })).toBeUndefined()
})

test('standard resolution: values lie at the start of their minute', () => {
  const store = new MetricStore()
  store.record(metric, one(7), arrival(MINUTE + 42))
  expect(store.read(metric, MINUTE + 40, MINUTE + 50)).toBeUndefined()
  expect(store.read(metric, MINUTE, MINUTE + 10)?.sum).toBe(7)
  expect(store.read(metric, MINUTE, MINUTE + 60)?.sum).toBe(7)
  expect(store.read(metric, MINUTE + 60, MINUTE + 120)).toBeUndefined()
})

test('high resolution: values lie at their second', () => {
  const store = new MetricStore()
  for (let second = 0; second < 60; second++) {
    store.record(metric, one(second), arrival(MINUTE + second, { resolution: 1 }))
  }
  expect(store.read(metric, MINUTE + 10, MINUTE + 20)?.sum).toBe(145)
  expect(store.read(metric, MINUTE, MINUTE + 60)?.count).toBe(60)
})

test('values of different units are told apart only when a unit is asked for', () => {
  const store = new MetricStore()
  store.record(metric, one(1), arrival(MINUTE))
  store.record(metric, one(10), arrival(MINUTE, { unit: 'Milliseconds' }))
  expect(store.read(metric, MINUTE, MINUTE + 60)?.sum).toBe(11)
  expect(store.read(metric, MINUTE, MINUTE + 60, 'Milliseconds')?.sum).toBe(10)
  expect(store.read(metric, MINUTE, MINUTE + 60, 'Count')).toBeUndefined()
  expect(store.units(metric)).toEqual(['Seconds', 'Milliseconds'])
})

test('values may come late', () => {
  const store = new MetricStore()
  store.record(metric, one(1), arrival(MINUTE))
  store.record(metric, one(2), arrival(MINUTE - 7200))
  expect(store.read(metric, MINUTE - 7200, MINUTE - 7140)?.sum).toBe(2)
  expect(store.read(metric, MINUTE - 7200, MINUTE + 60)?.sum).toBe(3)
})

test('seconds are kept for 3 hours, minutes for 15 days', () => {
  const store = new MetricStore()
  const hours = (count: number): number => MINUTE + count * 3600
  for (let at = MINUTE; at < hours(6); at++) {
    store.record(metric, one(1), arrival(at, { resolution: 1 }))
  }
  expect(store.read(metric, MINUTE + 1, MINUTE + 2)).toBeUndefined()
  expect(store.read(metric, hours(6) - 7200, hours(6) - 7199)?.count).toBe(1)
  expect(store.read(metric, MINUTE, hours(1))?.count).toBe(3600)
  for (let day = 1; day <= 17; day++) {
    for (let at = 0; at < 24 * 3600; at += 60) {
      store.record(metric, one(1), arrival(hours(24 * day) + at))
    }
  }
  expect(store.read(metric, MINUTE, hours(1))).toBeUndefined()
  expect(store.read(metric, hours(24 * 10), hours(24 * 11))?.count).toBe(1440)
})

test('a metric that has been silent for 15 days is forgotten when a new one comes', () => {
  const store = new MetricStore()
  store.record(metric, one(1), arrival(MINUTE))
  store.record({ ...metric, name: 'Other' }, one(1), arrival(MINUTE + 16 * 24 * 3600))
  expect(store.metrics().map((each) => each.metric.name)).toEqual(['Other'])
})

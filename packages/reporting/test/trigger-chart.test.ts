import { expect, test } from '@jest/globals'
import DOMPurify from 'dompurify'
import mermaid from 'mermaid'
import type { TriggerPoint } from '@ecs-pipeline/rollout'
import { makeTrigger } from '../../rollout/test/support/make-trigger.ts'
import { chartOf } from '../src/trigger-chart.ts'

// mermaid cleans labels with it, and without a browser it does not work; the grammar is the same without.
Object.assign(DOMPurify, { addHook: () => undefined, sanitize: (text: string) => text })

const TRIGGER = makeTrigger({ name: 'p95 "latency" [edge]' })

const START = Date.UTC(2026, 10, 20, 10, 0, 0)

const points = (values: readonly (number | undefined)[], seconds = 60): readonly TriggerPoint[] =>
  values.map((value, index) => ({
    at: START + index * seconds * 1000,
    value,
    state: value === undefined ? 'missing' : 'ok',
  }))

test('values are bars, the threshold is a line as long as they are; periods without a value are left out', () => {
  const chart = chartOf(TRIGGER, points([1, undefined, 6.5]))
  expect(chart).toContain(
    'title "p95  latency   edge : bars are values, the line is the threshold"',
  )
  expect(chart).toContain('x-axis ["10:00", "10:02"]')
  expect(chart).toContain('y-axis "s" 0 --> 7.15')
  expect(chart).toContain('bar [1, 6.5]\n  line [5, 5]')
})

test('periods shorter than a minute have labels that differ', () => {
  expect(chartOf(TRIGGER, points([1, 2, 3], 30))).toContain('["10:00", "10:00:30", "10:01"]')
})

test('more periods than labels fit are counted, and a line', () => {
  const chart = chartOf(TRIGGER, points(Array.from({ length: 60 }, () => 1e-9)))
  expect(chart).toContain('x-axis "periods from 10:00 to 10:59 UTC" 1 --> 60')
  expect(chart).toContain('values are blue, the threshold is red')
  expect(chart).not.toContain('bar [')
  expect(chart).not.toMatch(/\de-/)
})

test.each([[[6.5]], [[undefined, 6.5]], [[6.5, Infinity]]])(
  'of %j the only value stands beside the threshold, since a line needs two',
  (values) => {
    const chart = chartOf(TRIGGER, points(values))
    expect(chart).toMatch(/x-axis \["10:0[01]", "threshold"\]\n {2}bar \[6\.5, 5\]/)
    expect(chart).not.toContain('line [')
  },
)

test.each([[[]], [[undefined]], [[Infinity]]])('%j is no chart', (values) => {
  expect(chartOf(TRIGGER, points(values))).toBe('')
})

test.each([[[6.5]], [[0]], [[-3]], [[1, 2]], [Array.from({ length: 20 }, () => 1e-9)]])(
  'GitHub can draw %j',
  async (values) => {
    const [, diagram = ''] = /```mermaid\n([\s\S]*)```/.exec(chartOf(TRIGGER, points(values))) ?? []
    await expect(mermaid.parse(diagram)).resolves.toMatchObject({ diagramType: 'xychart' })
  },
)

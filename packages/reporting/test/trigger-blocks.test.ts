import { expect, test } from '@jest/globals'
import type { TriggerReport } from '@ecs-pipeline/rollout'
import { makeTrigger } from '../../rollout/test/support/make-trigger.ts'
import { triggerBlocks } from '../src/trigger-blocks.ts'

const make = (over: Partial<TriggerReport> = {}): TriggerReport => ({
  trigger: makeTrigger({ evaluationPeriods: 2, datapointsToAlarm: 2 }),
  where: 'targetgroup/web/0123456789abcdef',
  verdict: 'BREACHING',
  arithmetic: '2 of 2 periods above 5 s (limit 2 of 2)',
  points: [
    { at: Date.UTC(2026, 0, 1, 13, 5), value: 6.25, state: 'breaching' },
    { at: Date.UTC(2026, 0, 1, 13, 6), value: undefined, state: 'missing' },
    { at: Date.UTC(2026, 0, 1, 13, 7), value: 7, state: 'breaching' },
  ],
  baseline: 'OK',
  demoted: false,
  ...over,
})

test('without triggers there is nothing', () => {
  expect(triggerBlocks([])).toEqual([])
})

test('the table says verdict, evidence and what it was before', () => {
  const text = triggerBlocks([make()]).join('\n')
  expect(text).toContain('BREACHING')
  expect(text).toContain('2 of 2 periods above 5 s')
  expect(text).toContain('slow')
})

test('every period is listed, also one without a value', () => {
  const text = triggerBlocks([make()]).join('\n')
  expect(text).toMatch(/13:05.*6.25 s.*breach/)
  expect(text).toMatch(/13:06.*–.*no data/)
})

test('a name cannot break the chart', () => {
  const evil = make({ trigger: makeTrigger({ name: 'a"]\n```<script>' }) })
  const text = triggerBlocks([evil]).join('\n')
  expect(text).toMatch(/^ {2}title "[^"]*"$/m)
  expect(text).not.toContain('<script>')
})

test('a demoted trigger and one that only warns say so', () => {
  const warning = make({ trigger: makeTrigger({ action: 'warn' }) })
  expect(triggerBlocks([make({ demoted: true })]).join()).toContain('breached before already')
  expect(triggerBlocks([warning]).join()).toContain('only warns')
})

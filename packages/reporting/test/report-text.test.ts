import { expect, test } from '@jest/globals'
import { setReport, type DeployReport } from '@ecs-pipeline/rollout'
import { reportText } from '../src/report-text.ts'
import type { RunReport } from '../src/run-report.ts'
import { makeReport } from './make-report.ts'

const textOf = (report: RunReport): string => [...reportText(report)].join('')
const asJson = (report: unknown): string => `${JSON.stringify(report, undefined, 2)}\n`

const facts = { phase: 'running', cluster: 'prod', startedAt: 1, finishedAt: 2 } as const
const tricky = '\n  "services": []\n and "quotes"'

test.each<[string, RunReport]>([
  ['of one service', makeReport()],
  ['of a set', setReport([makeReport({ service: 'a' }), makeReport({ service: 'b' })], facts)],
  ['with text that looks like its frame', setReport([makeReport({ reason: tricky })], facts)],
])('the pieces are the JSON of the report: %s', (_what, report) => {
  expect(textOf(report)).toBe(asJson(report))
})

test('a service that has come further is written as it is now', () => {
  const first: DeployReport = makeReport({ service: 'a', phase: 'updating' })
  const second = makeReport({ service: 'b' })
  textOf(setReport([first, second], facts))
  const later = setReport([{ ...first, phase: 'ended' }, second], facts)
  expect(textOf(later)).toBe(asJson(later))
})

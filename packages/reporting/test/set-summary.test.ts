import { describe, expect, test } from '@jest/globals'
import { newsOfSet, setReport, type DeployReport, type SetReport } from '@ecs-pipeline/rollout'
import { outputsOfSet } from '../src/outputs.ts'
import { setHeadline } from '../src/run-report.ts'
import { renderSetSummary } from '../src/set-summary.ts'
import { makeReport } from './make-report.ts'

const of = (services: readonly Partial<DeployReport>[]): SetReport =>
  setReport(
    services.map((over) => makeReport(over)),
    { phase: 'ended', cluster: 'prod', startedAt: 0, finishedAt: 300_000 },
  )

const good = { service: 'api', outcome: 'deployed', passed: true, reasonCode: 'completed' } as const
const bad = {
  service: 'worker',
  outcome: 'rolled-back',
  passed: false,
  reasonCode: 'failed-tasks',
  reason: '3 tasks of the new revision failed (limit 3).',
} as const
const taken = {
  service: 'mailer',
  outcome: 'rollback-failed',
  passed: false,
  reasonCode: 'other-service',
  reason: 'worker, which is deployed together with it, failed.',
} as const
const set = of([good, bad, taken])

test('one line for each service, and the one that failed by itself is told in full', () => {
  const blocks = renderSetSummary(set)
  expect(blocks[0]).toBe('## 🔥 3 services in prod: rollback-failed')
  expect(blocks[1]).toContain('1 of 3 services run what they were to run. It took 5:00.')
  const rows = (blocks[2] ?? '').split('\n').slice(2)
  expect(rows.map((row) => row.split(' | ').slice(0, 2))).toEqual([
    ['| ✅ api', 'deployed'],
    ['| ⏪ worker', 'rolled-back'],
    ['| 🔥 mailer', 'rollback-failed'],
  ])
  expect(blocks.filter((block) => block.startsWith('## '))).toHaveLength(2)
  expect(blocks.find((block) => block.includes('## ⏪ worker'))).toBeDefined()
})

test('the picture has a bar for each service that was changed', () => {
  const timeline = [{ at: 60_000, text: 'updating api to arn:aws:ecs:x:1:task-definition/api:2' }]
  const blocks = renderSetSummary(
    of([
      { ...good, timeline, finishedAt: 120_000 },
      { ...bad, timeline, finishedAt: 180_000 },
      { ...taken, outcome: 'refused', timeline: [] },
    ]),
  )
  const picture = blocks.find((block) => block.includes('gantt')) ?? ''
  expect(picture).toContain('  api deployed :done, 60000, 120000')
  expect(picture).toContain('  worker rolled-back :crit, 60000, 180000')
  expect(picture).not.toContain('mailer')
})

test('the headline names the culprit', () => {
  expect(setHeadline(set)).toMatch(
    /^rollback-failed\. 3 services: 1 deployed, 1 rolled-back, 1 rollback-failed\. worker: .*3 tasks/,
  )
})

test('outputs: of the set, and of each service', () => {
  const outputs = outputsOfSet(set, '/report.json')
  expect(outputs).toMatchObject({
    outcome: 'rollback-failed',
    'reason-code': 'failed-tasks',
    'rolled-back': 'true',
    'task-definition-arn': '',
    'report-json': '/report.json',
  })
  expect(JSON.parse(outputs['services-json'] ?? '')).toMatchObject([
    { service: 'api', passed: true, outcome: 'deployed' },
    { service: 'worker', passed: false, outcome: 'rolled-back' },
    { service: 'mailer', passed: false, outcome: 'rollback-failed' },
  ])
})

describe('news', () => {
  const links = { run: undefined, environment: undefined }

  test('of a set that is red: what users of the red ones get, and what failed', () => {
    const news = newsOfSet(set, links)
    expect(news).toMatchObject({
      title: '3 services in prod: rollback-failed',
      severity: 'critical',
    })
    const [now, story] = news?.facts ?? []
    expect(now?.lines.map((line) => line.split(':')[0])).toEqual([
      'worker (rolled-back)',
      'mailer (rollback-failed)',
    ])
    expect(story?.lines[0]).toContain('worker: ')
  })

  test('no change anywhere is no news', () => {
    expect(newsOfSet(of([{ outcome: 'no-change', passed: true }]), links)).toBeUndefined()
  })

  test('a message does not grow without end', () => {
    const many = of(Array.from({ length: 25 }, (_each, at) => ({ ...good, service: `s${at}` })))
    const [now] = newsOfSet(many, links)?.facts ?? []
    expect(now?.lines).toHaveLength(11)
    expect(now?.lines.at(-1)).toBe('And 15 more services.')
  })
})

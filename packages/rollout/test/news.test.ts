import { describe, expect, test } from '@jest/globals'
import { newsText, type News } from '@ecs-pipeline/action-kit'
import { newsOf, type ReportNews } from '../src/news.ts'
import { OUTCOMES, passes, type Outcome } from '../src/outcome.ts'
import type { DeployReport, FailureReport, TriggerReport } from '../src/report.ts'
import { makeTrigger } from './support/make-trigger.ts'
import { NEW, OLD } from './support/make.ts'

const LINKS = { run: 'https://github.com/octo-org/ledger/actions/runs/42', environment: undefined }
const DIGEST = `sha256:${'ab'.repeat(32)}`

const makeReport = (over: Partial<DeployReport> = {}): DeployReport => ({
  version: 1,
  action: 'deploy',
  phase: 'ended',
  trigger: undefined,
  changes: [],
  outcome: 'rolled-back',
  passed: passes(over.outcome ?? 'rolled-back'),
  rolledBackBy: 'action',
  reasonCode: 'failed-tasks',
  reason: '3 tasks failed (limit 3).',
  cluster: 'arn:aws:ecs:us-east-1:123456789012:cluster/prod',
  service: 'app',
  startedAt: 0,
  finishedAt: 245_000,
  now: {
    running: [
      {
        taskDefinition: OLD,
        tasks: 2,
        images: [{ container: 'app', image: 'app:1', digest: DIGEST }],
      },
    ],
    taskDefinition: OLD,
    runningCount: 2,
    desiredCount: 2,
    targets: { healthy: 2, all: 2 },
  },
  taskDefinition: NEW,
  previousTaskDefinition: OLD,
  serviceDeployment: undefined,
  images: [],
  knownGood: undefined,
  failures: [],
  diagnoses: [],
  rollbackFailures: [],
  rollbackDiagnoses: [],
  shares: [],
  triggers: [],
  unhealthyTargets: [],
  events: [],
  timeline: [],
  caveats: [],
  nextSteps: ['Fix the cause above and deploy again.'],
  ...over,
})

const makeFailure = (over: Partial<FailureReport> = {}): FailureReport => ({
  count: 3,
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  container: 'app',
  exitCode: 1,
  containerReason: undefined,
  taskIds: ['t1'],
  logTail: ['password=hush'],
  ...over,
})

const makeReading = (over: Partial<TriggerReport> = {}): TriggerReport => ({
  trigger: makeTrigger({ name: 'latency' }),
  where: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/app-blue/0123',
  verdict: 'BREACHING',
  arithmetic: '5 of 5 periods above 5 s (limit 5 of 5)',
  points: [],
  baseline: 'OK',
  demoted: false,
  ...over,
})

function told(over: Partial<DeployReport> = {}): ReportNews {
  const news = newsOf(makeReport(over), LINKS)
  if (!news) throw new Error('no news')
  return news
}

const linesOf = (news: ReportNews, name: string): readonly string[] =>
  news.facts.find((fact) => fact.name === name)?.lines ?? []

test('the facts come in the order in which they are needed', () => {
  const news = told({ failures: [makeFailure()] })
  // The value is what packages/action-kit sends: a type of its own there, because neither imports the other.
  const sent: News = news
  expect(newsText(sent)).toBe(
    [
      'app in prod: rolled-back',
      'Users get now: `app:1` with `sha256:abababababab` (2 of 2 tasks running, 2 of 2 targets healthy).',
      'What happened: The new revision failed. The previous revision serves again. 3 tasks failed (limit 3). Rolled back by: action. It took 4:05.',
      'Evidence: 3 failed tasks: Essential container in task exited, container app, exit code 1',
      'Next: Fix the cause above and deploy again.',
      'Run: https://github.com/octo-org/ledger/actions/runs/42',
    ].join('\n\n'),
  )
})

describe('severity', () => {
  const expected: Readonly<Record<Outcome, string | undefined>> = {
    deployed: 'info',
    'deployed-idle': 'info',
    'no-change': undefined,
    registered: undefined,
    unwatched: 'info',
    'rolled-back': 'warning',
    'rollback-failed': 'critical',
    'failed-no-rollback': 'warning',
    superseded: 'warning',
    'timed-out': 'warning',
    'monitoring-lost': 'warning',
    cancelled: 'warning',
    refused: 'warning',
  }
  test.each(OUTCOMES)('of %s', (outcome) => {
    expect(newsOf(makeReport({ outcome }), LINKS)?.severity).toBe(expected[outcome])
  })

  test('a rollback that was asked for is no warning', () => {
    expect(told({ rolledBackBy: 'manual', passed: true }).severity).toBe('info')
  })
})

test.each<[string, Partial<DeployReport>, string]>([
  ['refused', { outcome: 'refused', now: undefined }, 'Nothing was changed.'],
  ['not readable', { now: undefined }, 'Not known'],
  [
    'nothing',
    {
      now: {
        running: [],
        taskDefinition: NEW,
        runningCount: 0,
        desiredCount: 2,
        targets: undefined,
      },
    },
    'nothing: no task runs (0 of 2 tasks running).',
  ],
])('what users get when it is %s', (_what, over, words) => {
  expect(linesOf(told(over), 'Users get now').join()).toContain(words)
})

describe('evidence', () => {
  test('says which triggers breached and which could not judge, and nothing of the others', () => {
    const news = told({
      triggers: [
        makeReading({ verdict: 'OK' }),
        makeReading({ verdict: 'INSUFFICIENT', where: undefined, arithmetic: '0 of 5 periods' }),
        makeReading(),
        makeReading({ demoted: true }),
      ],
    })
    expect(linesOf(news, 'Evidence')).toEqual([
      'Trigger latency (app-blue) breached: 5 of 5 periods above 5 s (limit 5 of 5).',
      'Trigger latency (app-blue) breached: 5 of 5 periods above 5 s (limit 5 of 5). It only warns.',
      'Trigger latency has too little data: 0 of 5 periods.',
    ])
  })

  test('then tasks, targets, causes, and what was not checked', () => {
    const target = { targetGroup: 'tg', id: '10.0.0.1', port: 80, state: 'unhealthy' }
    const news = told({
      failures: [makeFailure({ count: 1, exitCode: undefined, containerReason: 'OutOfMemory' })],
      unhealthyTargets: [{ ...target, reason: 'Target.Timeout', description: undefined }],
      diagnoses: [{ rule: 'memory', cause: 'It ran out of memory.', fix: 'Give it more.' }],
      caveats: ['Logs cannot be read.'],
    })
    expect(linesOf(news, 'Evidence')).toEqual([
      '1 failed task: Essential container in task exited, container app, OutOfMemory',
      'Unhealthy target 10.0.0.1:80 (Target.Timeout)',
      'Likely cause: It ran out of memory. Give it more.',
      'Not checked, or odd: Logs cannot be read.',
    ])
  })

  test('is short, and says how much more there is', () => {
    const news = told({
      failures: Array.from({ length: 5 }, () =>
        makeFailure({ stoppedReason: '🔥'.repeat(10_000) }),
      ),
    })
    const lines = linesOf(news, 'Evidence')
    expect(lines).toHaveLength(4)
    expect(lines[3]).toBe('And 2 more kinds of failed tasks.')
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(400)
    for (const line of lines) expect(line.isWellFormed()).toBe(true)
  })

  test('is left out when there is none', () => {
    expect(told().facts.map(({ name }) => name)).not.toContain('Evidence')
  })
})

test('a rollback that was asked for does not call the revision that was left a failure', () => {
  const news = told({ action: 'rollback', outcome: 'rolled-back', passed: true })
  expect(linesOf(news, 'What happened').join()).toMatch(/^The service is back on an earlier rev/)
})

test('of a rollback that failed it is told first why going back did', () => {
  const news = told({
    outcome: 'rollback-failed',
    failures: [makeFailure()],
    diagnoses: [{ rule: 'crashed', cause: 'It crashed.', fix: 'Mend it.' }],
    rollbackFailures: [makeFailure({ stoppedReason: 'No image', exitCode: undefined })],
    rollbackDiagnoses: [{ rule: 'image-not-found', cause: 'It is gone.', fix: 'Push it.' }],
  })
  expect(linesOf(news, 'Evidence')).toEqual([
    'Going back: 3 failed tasks: No image, container app',
    '3 failed tasks: Essential container in task exited, container app, exit code 1',
    'Likely cause of the failed rollback: It is gone. Push it.',
    'Likely cause: It crashed. Mend it.',
  ])
})

test('what containers wrote is sent to nobody', () => {
  const diagnosis = {
    rule: 'crashed',
    cause: 'It crashed. Its log says: "hush".',
    causeWithoutLog: 'It crashed.',
    fix: 'Mend it.',
  }
  const news = told({
    failures: [makeFailure()],
    diagnoses: [diagnosis],
    rollbackFailures: [makeFailure()],
    rollbackDiagnoses: [diagnosis],
  })
  expect(JSON.stringify(news)).not.toContain('hush')
  expect(linesOf(news, 'Evidence')).toContain('Likely cause: It crashed. Mend it.')
  const inReport = { rule: 'crashed', cause: 'It crashed.', fix: 'Mend it.' }
  expect(news.report).toMatchObject({ diagnoses: [inReport], rollbackDiagnoses: [inReport] })
})

test('a one-off task: what failed, without what its containers printed', () => {
  const containers = [
    { container: 'app', exitCode: 1, reason: 'odd', failed: true, logTail: ['password=hush'] },
    { container: 'agent', exitCode: 143, reason: undefined, failed: false, logTail: ['hush'] },
  ]
  const oneOffTask = { containers } as unknown as DeployReport['oneOffTask']
  const news = told({ outcome: 'refused', oneOffTask })
  expect(linesOf(news, 'Evidence')).toEqual(['One-off task: container app: exit code 1 (odd)'])
  expect(JSON.stringify(news)).not.toContain('hush')
})

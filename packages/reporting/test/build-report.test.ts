import { expect, test } from '@jest/globals'
import {
  Journal,
  Unreachable,
  type Outcome,
  type Ports,
  type RunPhase,
  type ServiceView,
} from '@ecs-pipeline/rollout'
import { buildReport, type RunFacts } from '../src/build-report.ts'
import { interruptedIn } from '../src/teller.ts'

const FACTS: RunFacts = {
  action: 'rollback',
  isAskedToGoBack: false,
  cluster: 'prod',
  service: 'web',
  startedAt: 0,
  before: { taskDefinition: 'web:1' } as ServiceView,
  taskDefinition: undefined,
  identity: undefined,
  last: undefined,
  images: [],
  changes: [],
  knownGood: undefined,
  triggers: undefined,
}

test.each([
  ['no-change', ['What users get now could not be read.']],
  ['deployed', ['What users get now could not be read.']],
  // Nothing was changed, so it is what it was.
  ['refused', []],
] as const)('%s, and the service cannot be read at the end: %j', async (outcome, caveats) => {
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const silence = new Unreachable('No answer.', 'ecs:DescribeServices')
  const ports = { deployments: { service: () => Promise.reject(silence) } } as unknown as Ports
  const verdict = { outcome, rolledBackBy: 'none', code: 'no-breach', reason: '' } as const
  const { signal } = new AbortController()
  const report = await buildReport(FACTS, verdict, { ports, clock, journal, signal })
  expect(report.caveats).toEqual(caveats)
})

test('what users get is read after everything else', async () => {
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const asked: string[] = []
  const service = {
    taskDefinition: 'web:2',
    deployments: [{ id: 'ecs-svc/9', status: 'PRIMARY', taskDefinition: 'web:1' }],
    loadBalancers: [],
    events: [],
  } as unknown as ServiceView
  const answer = <Value>(name: string, value: Value): Promise<Value> => {
    asked.push(name)
    return Promise.resolve(value)
  }
  const ports = {
    deployments: { service: () => answer('service', service) },
    tasks: { running: () => answer('running', []), stopped: () => answer('stopped', []) },
    taskDefinitions: { describe: () => answer('definition', { arn: 'web:1', document: {} }) },
  } as unknown as Ports
  const identity = { deploymentId: 'ecs-svc/2', serviceDeployment: undefined, createdAt: 0 }
  const verdict = { outcome: 'rollback-failed', rolledBackBy: 'action', code: 'trigger' } as const
  const tools = { ports, clock, journal, signal: new AbortController().signal }
  await buildReport({ ...FACTS, identity }, { ...verdict, reason: '' }, tools)
  expect(asked).toEqual(['service', 'stopped', 'definition', 'service', 'running'])
})

test.each<[RunPhase, Outcome]>([
  ['preflight', 'refused'],
  ['registered', 'refused'],
  // From here on UpdateService may have been sent.
  ['updating', 'monitoring-lost'],
  ['rolling-out', 'monitoring-lost'],
  ['rolling-back', 'monitoring-lost'],
])('a run that dies in the phase %s leaves %s', (phase, outcome) => {
  expect(interruptedIn(phase).outcome).toBe(outcome)
})

import { expect, test } from '@jest/globals'
import {
  Denied,
  Journal,
  type Ports,
  type RolloutTools,
  type TaskView,
} from '@ecs-pipeline/rollout'
import { fakePorts } from '../../rollout/test/support/fake-ports.ts'
import {
  makeDeployment,
  makeObservation,
  makeService,
  makeTask,
  OLD,
  OURS,
} from '../../rollout/test/support/make.ts'
import type { RunFacts } from '../src/build-report.ts'
import { explainWayBack, NO_WAY_BACK } from '../src/way-back.ts'

const BACK = 'ecs-svc/1'
const NO_ROOM = 'was unable to place a task. Reason: Capacity is unavailable at this time.'

const event = (
  id: string,
  message: string,
  at = 5000,
): { id: string; at: number; message: string } => ({
  id,
  at,
  message,
})

const facts: RunFacts = {
  action: 'deploy',
  isAskedToGoBack: false,
  cluster: 'production',
  service: 'app',
  startedAt: 500,
  before: makeService({ taskDefinition: OLD }),
  taskDefinition: undefined,
  identity: { deploymentId: OURS, serviceDeployment: undefined, createdAt: 1000 },
  last: makeObservation({ service: makeService({ events: [event('1', NO_ROOM)] }) }),
  images: [],
  changes: [],
  knownGood: undefined,
  triggers: undefined,
}

const FAILED = {
  outcome: 'rollback-failed',
  rolledBackBy: 'action',
  code: 'failed-tasks',
  reason: 'x',
} as const

const goneBack = makeService({
  deployments: [makeDeployment({ id: BACK, taskDefinition: OLD })],
  events: [event('1', NO_ROOM)],
})

const failed = (over: Partial<TaskView>): TaskView => makeTask({ startedBy: BACK, ...over })

const definition = {
  arn: OLD,
  family: 'app',
  revision: 1,
  status: 'ACTIVE',
  document: { containerDefinitions: [{ name: 'app', image: 'app:1' }] },
  tags: {},
}

function toolsWith(given: {
  readonly service?: Ports['deployments']['service']
  readonly stopped?: Ports['tasks']['stopped']
  readonly describe?: Ports['taskDefinitions']['describe']
}): RolloutTools {
  const clock = { now: () => 9000, sleep: () => Promise.resolve() }
  const {
    service = () => Promise.resolve(goneBack),
    stopped = () => Promise.resolve([]),
    describe = () => Promise.resolve(definition),
  } = given
  return {
    ports: fakePorts({
      deployments: { service },
      tasks: { stopped },
      taskDefinitions: { describe },
      logTails: { tail: () => Promise.resolve(['Error: no database']) },
    }),
    clock,
    journal: new Journal(clock, { progress: () => undefined, warning: () => undefined }),
    signal: new AbortController().signal,
  }
}

const denied = (): Promise<never> => Promise.reject(new Denied('No.', 'ecs:ListTasks'))

test('the failed tasks of the way back are explained with its own logs, and no others are', async () => {
  const stopped = [
    failed({ id: 'a' }),
    failed({ id: 'b' }),
    failed({ id: 'release', startedBy: OURS }),
    failed({ id: 'before the release', stoppedAt: 900 }),
    failed({ id: 'stopped by hand', stopCode: 'UserInitiated' }),
  ]
  const found = await explainWayBack(facts, FAILED, toolsWith({ stopped: async () => stopped }))
  expect(found.failures).toMatchObject([{ taskIds: ['a', 'b'], logTail: ['Error: no database'] }])
  expect(found.diagnoses).toMatchObject([
    { rule: 'crashed', cause: expect.stringContaining('no database') },
  ])
})

test('only events of the way back speak of it', async () => {
  const ask = (message: string): Promise<typeof NO_WAY_BACK> => {
    const events = [event('2', message), event('1', NO_ROOM)]
    return explainWayBack(
      facts,
      FAILED,
      toolsWith({ service: async () => ({ ...goneBack, events }) }),
    )
  }
  const reason = 'is unhealthy in (target-group x) due to (reason Request timed out)'
  expect((await ask('has reached a steady state.')).diagnoses).toEqual([])
  expect((await ask(`(service app) (task 1) (port 80) ${reason}`)).diagnoses).toEqual([])
  expect((await ask(NO_ROOM)).diagnoses).toMatchObject([{ rule: 'no-fargate-capacity' }])
})

test.each([
  ['the rollback has not begun', FAILED, { service: async () => makeService() }],
  ['the service cannot be read', FAILED, { service: denied }],
  ['it did not fail', { ...FAILED, outcome: 'rolled-back' } as const, {}],
])('nothing where %s', async (_, verdict, ports) => {
  expect(await explainWayBack(facts, verdict, toolsWith(ports))).toBe(NO_WAY_BACK)
})

test('what may not be read is left out', async () => {
  const blind = toolsWith({ stopped: denied, describe: denied })
  expect(await explainWayBack(facts, FAILED, blind)).toMatchObject({ failures: [], diagnoses: [] })
  const stopped = async (): Promise<readonly TaskView[]> => [failed({})]
  const half = await explainWayBack(facts, FAILED, toolsWith({ stopped, describe: denied }))
  expect(half.failures).toMatchObject([{ count: 1, logTail: undefined }])
})

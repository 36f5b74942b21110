import { describe, expect, test } from '@jest/globals'
import {
  alreadyBack,
  askToGoBack,
  type AskedBack,
  type LeftDeployment,
} from '../src/ask-to-go-back.ts'
import {
  Conflict,
  CredentialsExpired,
  Denied,
  Unanswered,
  Unreachable,
  type PortError,
} from '../src/errors.ts'
import { Journal } from '../src/journal.ts'
import type { HookView, ServiceView, TaskDefinitionView } from '../src/views.ts'
import { fakePorts } from './support/fake-ports.ts'
import { makeDeployment, makeService, makeServiceDeployment, OLD, OURS } from './support/make.ts'

const ours = makeService()
const back = makeService({
  taskDefinition: OLD,
  deployments: [makeDeployment({ id: 'ecs-svc/3', taskDefinition: OLD })],
})
const theirs = makeService({
  taskDefinition: 'app:9',
  deployments: [makeDeployment({ id: 'ecs-svc/9', taskDefinition: 'app:9' })],
})
const STOP = 'ecs:StopServiceDeployment'
const silence = new Unreachable('No answer.', STOP)

interface World {
  /** What StopServiceDeployment throws. */
  readonly stop?: PortError
  /** What UpdateService throws. */
  readonly update?: PortError
  readonly status?: string
  /** What DescribeServices answers, the last one repeated. */
  readonly looks?: readonly (ServiceView | PortError)[]
  readonly left?: Partial<LeftDeployment>
  /** What ContinueServiceDeployment throws. */
  readonly endPause?: PortError
  /** Of the good revision's document. */
  readonly volumes?: readonly object[]
}

interface Asking {
  readonly made: readonly string[]
  readonly caveats: readonly string[]
  readonly asked: AskedBack | undefined
}

async function ask({
  stop,
  update,
  status,
  looks = [ours],
  left,
  endPause,
  volumes = [],
}: World): Promise<Asking> {
  const made: string[] = []
  let look = 0
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const ports = fakePorts({
    taskDefinitions: {
      describe: (arn) =>
        Promise.resolve({ arn, document: { volumes } } as unknown as TaskDefinitionView),
    },
    deployments: {
      rollBack: () => {
        made.push('stop')
        return stop ? Promise.reject(stop) : Promise.resolve()
      },
      serviceDeployment: () =>
        Promise.resolve(status ? makeServiceDeployment({ status }) : undefined),
      service: () => {
        const answer = looks[Math.min(look++, looks.length - 1)] ?? ours
        return 'deployments' in answer ? Promise.resolve(answer) : Promise.reject(answer)
      },
      endPause: (_arn, id, action) => {
        made.push(`end ${id} by ${action}`)
        return endPause ? Promise.reject(endPause) : Promise.resolve()
      },
      update: ({ taskDefinition, forceNewDeployment, ...change }) => {
        const volumes = change.volumeConfigurations?.map(({ name }) => name).join()
        const how = [
          change.deploymentConfiguration?.strategy,
          forceNewDeployment && 'forced',
          volumes === undefined ? undefined : `volumes: [${volumes}]`,
        ]
        const said = how.filter((each) => each !== undefined).map((each) => `, ${each}`)
        made.push(`update to ${taskDefinition ?? ''}${said.join('')}`)
        return update ? Promise.reject(update) : Promise.resolve(back)
      },
    },
  })
  const { signal } = new AbortController()
  const asked = await askToGoBack(
    {
      toStop: { arn: 'sd', pause: undefined },
      isPrimary: ({ deployments }) => deployments[0]?.id === OURS,
      ...left,
    },
    OLD,
    { ports, clock, journal, signal },
  )
  return { made, caveats: journal.caveats, asked }
}

test('StopServiceDeployment is the way, and is asked once', async () => {
  const { made, asked } = await ask({})
  expect(made).toEqual(['stop'])
  expect(asked).toMatchObject({ by: 'action' })
})

test.each<[string, PortError]>([
  ['not allowed', new Denied('No.', STOP)],
  ['too late', new Conflict('It is over.', STOP)],
  ['not answered', silence],
])('where stopping is %s, the good revision is deployed', async (_what, stop) => {
  const { made, asked } = await ask({ stop, status: 'SUCCESSFUL' })
  expect(made).toEqual(['stop', `update to ${OLD}`])
  expect(asked).toMatchObject({ by: 'action' })
})

test('a request without an answer that has arrived is not made up for', async () => {
  const { made, asked } = await ask({ stop: silence, status: 'ROLLBACK_IN_PROGRESS' })
  expect(made).toEqual(['stop'])
  expect(asked).toMatchObject({ by: 'action' })
})

test('nor one that only the service shows', async () => {
  const { made, asked } = await ask({ stop: silence, looks: [back] })
  expect(made).toEqual(['stop'])
  expect(asked).toMatchObject({ by: 'action' })
})

describe('volumes of the service', () => {
  const withVolume = makeService({
    deployments: [makeDeployment({ id: OURS, volumeConfigurations: [{ name: 'data' }] })],
  })
  const left = { toStop: undefined }

  test('that were there before come back', async () => {
    const undo = () => Promise.resolve({ volumeConfigurations: [{ name: 'before' }] })
    const { made } = await ask({ looks: [withVolume], left: { ...left, undo } })
    expect(made).toEqual([`update to ${OLD}, volumes: [before]`])
  })

  test.each([
    ['without them: they are taken away', [], ', volumes: []'],
    ['that has them, too: they stay', [{ name: 'data', configuredAtLaunch: true }], ''],
  ])('for a revision %s', async (_what, volumes, expected) => {
    const { made } = await ask({ looks: [withVolume], left, volumes })
    expect(made).toEqual([`update to ${OLD}${expected}`])
  })
})

test('what somebody else has deployed since is left alone', async () => {
  const { made, asked } = await ask({ left: { toStop: undefined }, looks: [theirs] })
  expect(made).toEqual([])
  expect(asked).toBeUndefined()
})

test('somebody else may have deployed the good revision as well', async () => {
  expect((await ask({ left: { toStop: undefined }, looks: [back] })).asked).toBeUndefined()
  const asked = ask({ left: { toStop: undefined, mayBeAsked: true }, looks: [back] })
  expect((await asked).asked).toMatchObject({ by: 'action' })
})

test('an update without an answer is looked for', async () => {
  const update = new Unreachable('No answer.', 'ecs:UpdateService')
  const left = { toStop: undefined }
  expect((await ask({ left, update, looks: [ours, back] })).asked).toMatchObject({ by: 'action' })
  await expect(ask({ left, update })).rejects.toBe(update)
  const blind = new Denied('No.', 'ecs:DescribeServices')
  await expect(ask({ left, update, looks: [ours, blind] })).rejects.toBeInstanceOf(Unanswered)
})

test('without credentials nothing else is tried', async () => {
  const stop = new CredentialsExpired('They ran out.', STOP)
  await expect(ask({ stop })).rejects.toBe(stop)
})

describe('a deployment that moves traffic', () => {
  const pause = {
    id: 'hook-1',
    status: 'AWAITING_ACTION',
    targetType: 'PAUSE',
  } as unknown as HookView
  const left = { toStop: { arn: 'sd', pause } }
  const shifting = makeService({
    strategy: 'CANARY',
    deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10 } },
  })

  test('goes back by the pause that it waits at', async () => {
    expect((await ask({ left })).made).toEqual(['end hook-1 by ROLLBACK'])
  })

  test('or by stopping it, where that does not work', async () => {
    const endPause = new Denied('No.', 'ecs:ContinueServiceDeployment')
    expect((await ask({ left, endPause })).made).toEqual(['end hook-1 by ROLLBACK', 'stop'])
  })

  test.each<[string, PortError]>([
    ['too late for it', new Conflict('It goes back.', STOP)],
    ['not allowed', new Denied('No.', STOP)],
  ])('an answer to it that got lost was ours where stopping is %s', async (_what, stop) => {
    const endPause = new Unreachable('No answer.', 'ecs:ContinueServiceDeployment')
    const { made, asked } = await ask({ left, endPause, stop, status: 'ROLLBACK_IN_PROGRESS' })
    expect(made).toEqual(['end hook-1 by ROLLBACK', 'stop'])
    expect(asked).toMatchObject({ by: 'action' })
  })

  test('the good revision gets its users back at once', async () => {
    const stop = new Conflict('It is over.', STOP)
    const { made } = await ask({ stop, looks: [shifting] })
    expect(made).toEqual(['stop', `update to ${OLD}, BLUE_GREEN`])
  })
})

test('the same revision again is asked for by force', async () => {
  const same = makeService({ taskDefinition: OLD, deployments: [makeDeployment()] })
  const { made } = await ask({ left: { toStop: undefined }, looks: [same] })
  expect(made).toEqual([`update to ${OLD}, forced`])
})

test.each([
  ['IN_PROGRESS', true, undefined],
  ['ROLLBACK_IN_PROGRESS', false, 'manual'],
  ['ROLLBACK_IN_PROGRESS', true, 'action'],
])('a deployment in %s, perhaps asked by us (%s): by %s', (status, mayBeAsked, by) => {
  expect(alreadyBack(makeServiceDeployment({ status }), mayBeAsked)?.by).toBe(by)
})

test('what did not work is said', async () => {
  const { caveats } = await ask({ stop: new Denied('You may not.', STOP) })
  expect(caveats).toEqual(['StopServiceDeployment did not work: You may not.'])
})

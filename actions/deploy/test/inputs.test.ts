import { describe, expect, test } from '@jest/globals'
import type { InputError } from '@ecs-pipeline/action-kit'
import { NO_EDITS } from '../definition-edits.ts'
import { readDeployInputs } from '../inputs.ts'

const read = (given: Readonly<Record<string, string>>): ReturnType<typeof readDeployInputs> =>
  readDeployInputs((name) => ({ service: 'ledger', ...given })[name] ?? '')

describe('which image goes to which container', () => {
  test.each([
    ['', '', []],
    ['repo/app:1', '', [{ container: undefined, image: 'repo/app:1' }]],
    ['repo/app:1', 'web', [{ container: 'web', image: 'repo/app:1' }]],
    ['web=repo/app:1', '', [{ container: 'web', image: 'repo/app:1' }]],
    [
      'web=repo/app:1\nproxy=envoy@sha256:0',
      '',
      [
        { container: 'web', image: 'repo/app:1' },
        { container: 'proxy', image: 'envoy@sha256:0' },
      ],
    ],
    ['host:5000/app', '', [{ container: undefined, image: 'host:5000/app' }]],
    [
      'repo/app:1',
      'web, worker',
      [
        { container: 'web', image: 'repo/app:1' },
        { container: 'worker', image: 'repo/app:1' },
      ],
    ],
  ])('%j with container-name %j', (image, containerName, expected) => {
    expect(read({ image, 'container-name': containerName }).images).toEqual(expected)
  })

  test.each([
    [{ 'container-name': 'web' }, /'container-name' needs an 'image'/],
    [{ image: 'web=a:1', 'container-name': 'web' }, /Remove one of them/],
    [{ image: 'a:1\nweb=b:1' }, /each has to name its container: NAME=a:1/],
    [{ image: 'web=a:1\nweb=b:1' }, /names the container 'web' twice/],
  ])('%j is refused', (given, expected) => {
    expect(() => read(given)).toThrow(expected)
  })
})

const problemsOf = (given: Readonly<Record<string, string>>): readonly string[] => {
  try {
    read(given)
    return []
  } catch (error) {
    return (error as InputError).problems
  }
}

test('the defaults are safe: it waits, it watches, it rolls back, and it changes nothing that nobody named', () => {
  expect(read({})).toMatchObject({
    cluster: 'default',
    service: 'ledger',
    taskDefinition: undefined,
    taskDefinitionArn: undefined,
    keepNullValueKeys: [],
    images: [],
    edits: NO_EDITS,
    settings: {},
    isWatched: true,
    desiredCount: undefined,
    forceNewDeployment: false,
    waitForMinutes: 30,
    maxRetries: undefined,
    maxFailedTasks: 3,
    onFailure: 'rollback',
    onTimeout: 'rollback',
    onCancel: 'leave',
    onConcurrent: 'wait',
    allowIdle: false,
    triggers: undefined,
    bakeMinutes: undefined,
    attach: false,
    olderRun: 'refuse',
    keepRevisions: undefined,
    runTask: false,
    runTaskContainerOverrides: undefined,
    runTaskSecurityGroups: [],
    runTaskSubnets: [],
    runTaskAssignPublicIP: undefined,
    runTaskLaunchType: 'FARGATE',
    runTaskCapacityProviderStrategy: undefined,
    runTaskStartedBy: 'GitHub-Actions',
    runTaskTags: undefined,
    runTaskManagedEbsVolumeName: undefined,
    runTaskManagedEbsVolume: undefined,
    waitForTaskStopped: true,
    taskVolume: undefined,
    pollSeconds: 10,
    strategy: undefined,
    trafficSteps: undefined,
    stepMinutes: undefined,
    onPause: 'wait',
    testTrafficUrl: undefined,
    smokeUrl: undefined,
    smokeStatus: 200,
    smokeBody: undefined,
    smokeTimeoutSeconds: 10,
    smokeRetries: 3,
    checks: { testTraffic: undefined, smoke: undefined },
    caveats: [],
  })
})

describe('wait-for-service-stability', () => {
  test.each([
    ['', true],
    ['true', true],
    ['TRUE', true],
    ['tRuE', true],
    ['false', false],
    ['False', false],
  ])('%j: watched is %s', (given, isWatched) => {
    expect(read({ 'wait-for-service-stability': given }).isWatched).toBe(isWatched)
  })

  test('a word that the official action takes for no is refused, because it could be a yes', () => {
    expect(problemsOf({ 'wait-for-service-stability': 'yes' })).toEqual([
      "Input 'wait-for-service-stability' has to be true or false, not 'yes'",
    ])
  })

  test.each<readonly [string, string, object]>([
    ['triggers', '- {metric: TargetResponseTime, threshold: 5, duration: 60}', {}],
    ['bake-minutes', '10', {}],
    ['attach', 'true', {}],
    ['keep-revisions', '5', {}],
    ['smoke-url', 'https://ledger.example/', {}],
    ['test-traffic-url', 'https://ledger.example/', { strategy: 'blue-green' }],
    ['traffic-steps', '10, 50, 100', { strategy: 'canary' }],
  ])('false does not go with %s', (name, value, others) => {
    const given = { ...others, [name]: value }
    const problems = problemsOf({ ...given, 'wait-for-service-stability': 'false' })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`Inputs '${name}' and 'wait-for-service-stability: false'`)
    expect(problemsOf(given)).toEqual([])
  })

  test.each(['rolling', 'blue-green', 'canary', 'linear'])(
    'false goes with the strategy %s, whose steps ECS takes alone',
    (strategy) => {
      expect(problemsOf({ 'wait-for-service-stability': 'false', strategy })).toEqual([])
    },
  )

  test('false goes with a bake of 0 minutes: that is none', () => {
    expect(problemsOf({ 'wait-for-service-stability': 'false', 'bake-minutes': '0' })).toEqual([])
  })
})

describe('numbers of the official action', () => {
  test.each([
    ['wait-for-minutes', '500', { waitForMinutes: 360 }],
    ['wait-for-minutes', '360', { waitForMinutes: 360 }],
    ['max-retries', '0', { maxRetries: 0 }],
    ['max-retries', '12', { maxRetries: 12 }],
    ['wait-max-delay-seconds', '120', { pollSeconds: 10 }],
    ['wait-max-delay-seconds', '7', { pollSeconds: 7 }],
    ['wait-max-delay-seconds', '1', { pollSeconds: 5 }],
  ])('%s: %s', (name, value, expected) => {
    expect(read({ [name]: value })).toMatchObject(expected)
  })

  test('wait-max-delay-seconds shortens a longer poll-seconds', () => {
    const given = { 'poll-seconds': '60', 'wait-max-delay-seconds': '15' }
    expect(read(given).pollSeconds).toBe(15)
  })

  test.each(['wait-for-minutes', 'max-retries', 'wait-max-delay-seconds'])(
    '%s that is no number is refused',
    (name) => {
      expect(problemsOf({ [name]: 'long' })[0]).toContain(
        `Input '${name}' has to be a whole number`,
      )
    },
  )
})

describe('which task definition', () => {
  test.each<[Readonly<Record<string, string>>, object]>([
    [{ 'task-definition-family': 'web' }, { taskDefinition: 'web' }],
    [
      { 'task-definition-family': 'web', 'task-definition-revision': '7' },
      { taskDefinition: 'web:7' },
    ],
    [{ 'task-definition-arn': 'web:7' }, { taskDefinitionArn: 'web:7', taskDefinition: undefined }],
    [
      { 'task-definition': 'a.json', 'task-definition-arn': 'web:7' },
      {
        taskDefinition: 'a.json',
        taskDefinitionArn: undefined,
        caveats: ["Input 'task-definition-arn' has no effect, because 'task-definition' is set."],
      },
    ],
    [
      {
        'task-definition-arn': 'web:7',
        'task-definition-family': 'web',
        'task-definition-revision': '8',
      },
      {
        taskDefinitionArn: 'web:7',
        taskDefinition: undefined,
        caveats: [
          "Input 'task-definition-family' has no effect, because 'task-definition-arn' is set.",
          "Input 'task-definition-revision' has no effect, because 'task-definition-arn' is set.",
        ],
      },
    ],
    [{ 'keep-null-value-keys': ' tag, command,' }, { keepNullValueKeys: ['tag', 'command'] }],
  ])('%j', (given, expected) => {
    expect(read(given)).toMatchObject(expected)
  })

  test('a revision number alone is no task definition', () => {
    expect(problemsOf({ 'task-definition-revision': '7' })[0]).toContain(
      "needs 'task-definition-family'",
    )
  })
})

describe('without a service', () => {
  test('there has to be a task definition', () => {
    expect(problemsOf({ service: '' })).toEqual([
      "Input 'service' is not set: set it to deploy to a service, or set 'task-definition' to only register a task definition.",
    ])
    expect(problemsOf({ service: '', 'task-definition': 'a.json' })).toEqual([])
  })

  test.each([
    ['triggers', '- {metric: TargetResponseTime, threshold: 5, duration: 60}', {}],
    ['bake-minutes', '10', {}],
    ['attach', 'true', {}],
    ['keep-revisions', '5', {}],
    ['strategy', 'blue-green', {}],
    ['smoke-url', 'https://ledger.example/', {}],
    ['environment', 'production', { 'github-token': 't' }],
  ])('%s says something of a service, and is refused', (name, value, others) => {
    const given = { service: '', 'task-definition': 'a.json', ...others, [name]: value }
    expect(problemsOf(given)).toEqual([
      `Input '${name}' needs 'service': without one the task definition is registered, and nothing is deployed.`,
    ])
  })

  test('what the official action takes beside it is taken, and said to have no effect', () => {
    const given = {
      service: '',
      'task-definition': 'a.json',
      'desired-count': '2',
      'propagate-tags': 'SERVICE',
      'wait-for-service-stability': 'true',
    }
    expect(read(given).caveats).toEqual([
      "Without 'service' nothing is deployed, so these have no effect: desired-count, propagate-tags.",
    ])
  })
})

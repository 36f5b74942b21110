import { describe, expect, test } from '@jest/globals'
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

test('the defaults are safe: it waits, and it rolls back', () => {
  expect(read({})).toEqual({
    cluster: 'default',
    service: 'ledger',
    taskDefinition: undefined,
    images: [],
    desiredCount: undefined,
    forceNewDeployment: false,
    waitForMinutes: 30,
    maxFailedTasks: 3,
    onFailure: 'rollback',
    onTimeout: 'rollback',
    onCancel: 'leave',
    onConcurrent: 'wait',
    allowIdle: false,
    triggers: undefined,
    bakeMinutes: undefined,
    prometheusToken: undefined,
    attach: false,
    olderRun: 'refuse',
    keepRevisions: undefined,
    environment: undefined,
    environmentUrl: undefined,
    githubToken: undefined,
    slackWebhookUrl: undefined,
    snsTopicArn: undefined,
    webhookUrl: undefined,
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
  })
})

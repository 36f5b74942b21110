/** What the inputs of the official deploy action become on the wire: what local-aws received, against the table. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { DEPLOY_INPUTS } from '../manifest/official.ts'
import { CLUSTER } from '../support/stack.ts'
import { CODE_DEPLOY, network, ROWS, TASK, TIMES } from './support/official-rows.ts'
import { OfficialStage, type Given } from './support/official-stage.ts'

let official: OfficialStage
beforeAll(async () => {
  official = await OfficialStage.open()
})
afterAll(() => official.close())
afterEach(() => official.stage.clear())

/** No test is about it; it keeps a run short. */
const UNWATCHED = { 'wait-for-service-stability': 'false' }

test('every input is in the table, or among those about time or CodeDeploy', () => {
  const proven = [...Object.keys(ROWS), ...TIMES, ...CODE_DEPLOY]
  expect(DEPLOY_INPUTS.filter((name) => !proven.includes(name))).toEqual([])
  expect(Object.keys(ROWS).filter((name) => !DEPLOY_INPUTS.includes(name))).toEqual([])
})

describe.each(Object.entries(ROWS))('%s', (_name, { says, service, given, file, sent }) => {
  test(`${says}: so it goes out`, async () => {
    if (service !== undefined) await official.stage.service({ name: service, desiredCount: 2 })
    await official.deploy({
      'task-definition': await official.file('official', file),
      ...(service === undefined ? {} : { service, ...UNWATCHED }),
      ...given,
    })
    for (const [operation, parameters] of sent) {
      const asked = official.asked(operation)
      const names = Object.keys(parameters)
      expect(Object.fromEntries(names.map((name) => [name, asked[name]]))).toEqual(parameters)
    }
  })
})

test('what is not set is not sent', async () => {
  await official.stage.service({ name: 'bare' })
  const { report } = await official.deploy({
    service: 'bare',
    'task-definition': await official.file('bare'),
    'run-task': 'true',
    'wait-for-task-stopped': 'false',
    ...UNWATCHED,
  })
  expect(official.asked('UpdateService')).toEqual({
    cluster: CLUSTER,
    service: 'bare',
    taskDefinition: report.taskDefinition,
  })
  expect(official.asked('RunTask')).toEqual({
    cluster: CLUSTER,
    clientToken: expect.stringMatching(/^[\x21-\x7e]{1,64}$/),
    taskDefinition: report.taskDefinition,
    startedBy: 'GitHub-Actions',
    launchType: 'FARGATE',
    // Ours: the official action sends no network, and ECS refuses the request.
    ...network({
      subnets: ['subnet-0a1b2c3d4e5f60001'],
      securityGroups: ['sg-0a1b2c3d4e5f60001'],
    }),
  })
})

test.each<readonly [string, Given, object]>([
  ['subnets alone: no public address', {}, { subnets: ['subnet-1'], assignPublicIp: 'DISABLED' }],
  [
    'groups alone: in the subnets of the service',
    { 'run-task-subnets': '', 'run-task-security-groups': 'sg-9' },
    { subnets: ['subnet-0a1b2c3d4e5f60001'], securityGroups: ['sg-9'] },
  ],
  [
    'a public address alone: in the network of the service',
    { 'run-task-subnets': '', 'run-task-assign-public-IP': 'ENABLED' },
    {
      subnets: ['subnet-0a1b2c3d4e5f60001'],
      securityGroups: ['sg-0a1b2c3d4e5f60001'],
      assignPublicIp: 'ENABLED',
    },
  ],
])('the network of the one-off task, %s', async (what, given, expected) => {
  const service = `network-${what.length}`
  await official.stage.service({ name: service })
  await official.deploy({ service, ...UNWATCHED, ...TASK, ...given })
  expect(official.asked('RunTask')).toMatchObject(network(expected))
})

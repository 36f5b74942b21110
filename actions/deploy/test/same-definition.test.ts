import { describe, expect, test } from '@jest/globals'
import { isSameDefinition } from '../same-definition.ts'

const app = {
  name: 'app',
  image: 'repo@sha256:1',
  portMappings: [{ containerPort: 3000 }],
  environment: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
}
const wanted = { family: 'ledger', cpu: '256', containerDefinitions: [app] }
/** As ECS gives it back: with everything filled in. */
const current = {
  family: 'ledger',
  cpu: '256',
  networkMode: 'bridge',
  volumes: [],
  placementConstraints: [],
  containerDefinitions: [
    {
      ...app,
      cpu: 0,
      essential: true,
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: 'tcp' }],
    },
  ],
}
const withApp = (over: object): typeof current => ({
  ...current,
  containerDefinitions: [{ ...current.containerDefinitions[0], ...over }] as never,
})

describe('the same', () => {
  test.each([
    ['what ECS filled in', current],
    [
      'the order of environment variables',
      withApp({ environment: [...app.environment].reverse() }),
    ],
    ['tags', { ...current, tags: [{ key: 'a', value: 'b' }] }],
    ['a number written as text', { ...current, cpu: 256 }],
  ])('%s', (_what, other) => {
    expect(isSameDefinition(wanted, other)).toBe(true)
  })
})

describe('not the same', () => {
  test.each([
    ['another digest', withApp({ image: 'repo@sha256:2' })],
    [
      'another value',
      withApp({
        environment: [
          { name: 'A', value: '9' },
          { name: 'B', value: '2' },
        ],
      }),
    ],
    ['a variable more', withApp({ environment: [...app.environment, { name: 'C', value: '' }] })],
    [
      'a variable set to nothing',
      withApp({
        environment: [
          { name: 'A', value: '' },
          { name: 'B', value: '2' },
        ],
      }),
    ],
    ['another command', withApp({ command: ['serve'] })],
    [
      'a container more',
      {
        ...current,
        containerDefinitions: [...current.containerDefinitions, { name: 'x', image: 'y' }],
      },
    ],
    ['a role', { ...current, taskRoleArn: 'arn:aws:iam::123456789012:role/x' }],
    ['a member that this code does not know', { ...current, newSetting: { on: true } }],
    ['not essential any more', withApp({ essential: false })],
    [
      'another host port',
      withApp({ portMappings: [{ containerPort: 3000, hostPort: 80, protocol: 'tcp' }] }),
    ],
  ])('%s', (_what, other) => {
    expect(isSameDefinition(wanted, other)).toBe(false)
  })
})

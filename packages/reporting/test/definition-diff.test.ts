import { describe, expect, test } from '@jest/globals'
import { diffDefinitions } from '../src/definition-diff.ts'

const container = (over: object): object => ({ name: 'app', image: 'web:1', ...over })
const document = (over: object, of: object = {}): Record<string, unknown> => ({
  family: 'web',
  containerDefinitions: [container(over)],
  ...of,
})

test('nothing changed', () => {
  expect(diffDefinitions(document({}), document({}))).toEqual([])
})

test('a container is known by its name, wherever it stands', () => {
  const before = {
    containerDefinitions: [
      { name: 'a', image: '1' },
      { name: 'b', image: '1' },
    ],
  }
  const after = {
    containerDefinitions: [
      { name: 'b', image: '2' },
      { name: 'a', image: '1' },
    ],
  }
  expect(diffDefinitions(before, after)).toEqual([
    { path: 'containerDefinitions.b.image', before: '1', after: '2' },
  ])
})

describe('values of secrets and variables are never shown', () => {
  test.each([
    ['environment', [{ name: 'KEY', value: 'hunter1' }], [{ name: 'KEY', value: 'hunter2' }]],
    [
      'secrets',
      [{ name: 'KEY', valueFrom: 'arn:hunter1' }],
      [{ name: 'KEY', valueFrom: 'arn:hunter2' }],
    ],
    [
      'repositoryCredentials',
      { credentialsParameter: 'hunter1' },
      { credentialsParameter: 'hunter2' },
    ],
    [
      'logConfiguration',
      { options: { 'splunk-token': 'hunter1' } },
      { options: { 'splunk-token': 'hunter2' } },
    ],
  ])('%s', (member, before, after) => {
    const changes = diffDefinitions(document({ [member]: before }), document({ [member]: after }))
    expect(changes).toHaveLength(1)
    expect(changes[0]?.path).toContain(member)
    expect(JSON.stringify(changes)).not.toContain('hunter')
  })
})

describe('what ECS fills in is no change', () => {
  test.each([
    [
      {
        cpu: 0,
        essential: true,
        mountPoints: [],
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      },
    ],
  ])('%#', (filled) => {
    const plain = { portMappings: [{ containerPort: 80 }] }
    expect(diffDefinitions(document(filled), document(plain))).toEqual([])
  })
})

test('what is added and what is removed has only one side', () => {
  expect(diffDefinitions(document({ user: 'root' }), document({ command: ['run'] }))).toEqual([
    { path: 'containerDefinitions.app.command.0', before: undefined, after: 'run' },
    { path: 'containerDefinitions.app.user', before: 'root', after: undefined },
  ])
})

test('a long value is cut', () => {
  const [change] = diffDefinitions(document({}), document({}, { notes: 'x'.repeat(500) }))
  expect(change?.after).toHaveLength(121)
})

test('tags are not part of the definition', () => {
  expect(diffDefinitions(document({}, { tags: [{ key: 'a', value: 'b' }] }), document({}))).toEqual(
    [],
  )
})

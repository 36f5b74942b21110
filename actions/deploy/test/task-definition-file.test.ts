import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isFileName, readTaskDefinitionFile } from '../task-definition-file.ts'

let workspace: string
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'task-definition-'))
})
afterAll(() => rm(workspace, { recursive: true, force: true }))

const read = async (name: string, content: string): Promise<unknown> => {
  await writeFile(join(workspace, name), content)
  return readTaskDefinitionFile(name, workspace)
}

const CONTAINERS = '"containerDefinitions": [{ "name": "app", "image": "x" }]'

describe('what is kept and what is stripped', () => {
  test('only the read-only members go; members that nobody knows stay', async () => {
    const text = `{ "family": "a", "revision": 7, "status": "ACTIVE", "taskDefinitionArn": "arn", "registeredBy": "me",
      "requiresAttributes": [], "compatibilities": ["EC2"], "registeredAt": 1, "deregisteredAt": 2,
      "newThing": { "on": true }, ${CONTAINERS} }`
    expect(await read('kept.json', text)).toEqual({
      family: 'a',
      newThing: { on: true },
      containerDefinitions: [{ name: 'app', image: 'x' }],
    })
  })

  test('empty values survive', async () => {
    const text = `{ "family": "a", "volumes": [], "containerDefinitions": [{ "name": "app", "image": "x", "environment": [{ "name": "EMPTY", "value": "" }] }] }`
    expect(await read('empty.json', text)).toMatchObject({
      volumes: [],
      containerDefinitions: [{ environment: [{ name: 'EMPTY', value: '' }] }],
    })
  })

  test('the output of describe-task-definition is taken as it is', async () => {
    const text = `{ "taskDefinition": { "family": "a", ${CONTAINERS} }, "tags": [] }`
    expect(await read('wrapped.json', text)).toMatchObject({ family: 'a' })
  })

  test('YAML says the same', async () => {
    const text = 'family: a\ncontainerDefinitions:\n  - name: app\n    image: x\n'
    expect(await read('same.yml', text)).toEqual({
      family: 'a',
      containerDefinitions: [{ name: 'app', image: 'x' }],
    })
  })
})

describe('what is refused, and where it points', () => {
  test.each([
    [
      'broken.json',
      '{\n  "family": "a",\n  "cpu": }',
      /broken\.json: not valid JSON: .*\(line 3 column 10\)/,
    ],
    ['cut.json', '{ "family": "a",', /\(line 1 column 17\)/],
    ['broken.yaml', 'family: "a\nx: 1\n', /broken\.yaml: not valid YAML: .*line \d+ column \d+/],
    ['list.json', '[]', /is an object, this is a list/],
    ['null.json', 'null', /this is empty/],
    ['family.json', `{ ${CONTAINERS} }`, /`family` is missing/],
    ['containers.json', '{ "family": "a", "containerDefinitions": [] }', /at least one container/],
  ])('%s', async (name, content, expected) => {
    await expect(read(name, content)).rejects.toThrow(expected)
  })

  test('a file that is not there, with what may be the reason', async () => {
    await expect(readTaskDefinitionFile('nowhere.json', workspace)).rejects.toThrow(
      /nowhere\.json: There is no such file.*checked out/,
    )
  })
})

test.each([
  ['task.json', true],
  ['deploy/task.yml', true],
  ['task.YAML', true],
  ['ledger', false],
  ['ledger:7', false],
  ['arn:aws:ecs:eu-west-1:123456789012:task-definition/ledger:7', false],
])('%s names a file: %s', (name, expected) => {
  expect(isFileName(name)).toBe(expected)
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  isFileName,
  namesFile,
  readTaskDefinitionFile,
  type FileReading,
} from '../task-definition-file.ts'

let workspace: string
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'task-definition-'))
})
afterAll(() => rm(workspace, { recursive: true, force: true }))

const readAll = async (
  name: string,
  content: string,
  kept: readonly string[] = [],
): Promise<FileReading> => {
  await writeFile(join(workspace, name), content)
  return readTaskDefinitionFile(name, workspace, kept)
}

const read = async (name: string, content: string): Promise<unknown> =>
  (await readAll(name, content)).document

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

  const skeleton = `{ "family": "a", "volumes": [], "ipcMode": null, "containerDefinitions": [{ "name": "app", "image": "x",
    "logConfiguration": { "logDriver": "splunk", "options": { "tag": "" } },
    "environment": [{ "name": "EMPTY", "value": "" }] }] }`

  test('empty members are left out, empty variables stay, and a text that was left out is named', async () => {
    const { document, caveats } = await readAll('empty.json', skeleton)
    expect(document).toEqual({
      family: 'a',
      containerDefinitions: [
        {
          name: 'app',
          image: 'x',
          logConfiguration: { logDriver: 'splunk' },
          environment: [{ name: 'EMPTY', value: '' }],
        },
      ],
    })
    expect(caveats).toEqual([
      'empty.json: left out because they are empty: containerDefinitions.app.logConfiguration.options.tag. `keep-null-value-keys` keeps members by their names.',
    ])
  })

  test('keep-null-value-keys keeps members by their names', async () => {
    const { document, caveats } = await readAll('kept-empty.json', skeleton, ['tag', 'volumes'])
    expect(document).toMatchObject({
      volumes: [],
      containerDefinitions: [{ logConfiguration: { options: { tag: '' } } }],
    })
    expect(caveats).toEqual([])
  })

  test('the output of describe-task-definition is taken with its tags, but for marks of one revision', async () => {
    const tags = `[{ "key": "team", "value": "a" }, { "key": "ecs-pipeline:verdict", "value": "verified" }, { "key": "aws:x", "value": "y" }]`
    const text = `{ "taskDefinition": { "family": "a", ${CONTAINERS} }, "tags": ${tags} }`
    expect(await read('wrapped.json', text)).toMatchObject({
      family: 'a',
      tags: [{ key: 'team', value: 'a' }],
    })
  })

  test('a comma too many in JSON is no YAML error, so the official action takes it; it is said', async () => {
    const { document, caveats } = await readAll('comma.json', `{ "family": "a", ${CONTAINERS}, }`)
    expect(document).toMatchObject({ family: 'a' })
    expect(caveats.join()).toContain('comma.json is not strict JSON')
  })

  test('a file of any other name is read as YAML, which JSON is as well', async () => {
    expect(await read('task-definition.tpl', `{ "family": "a", ${CONTAINERS} }`)).toMatchObject({
      family: 'a',
    })
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
  ['deploy/task-definition', true],
  ['/tmp/task-definition-x', true],
  ['ledger', false],
  ['ledger:7', false],
  ['arn:aws:ecs:eu-west-1:123456789012:task-definition/ledger:7', false],
])('%s names a file: %s', (name, expected) => {
  expect(isFileName(name)).toBe(expected)
})

test('a bare name is a file when there is one, as for the official action', async () => {
  await writeFile(join(workspace, 'ledger-definition'), '')
  expect(await namesFile('ledger-definition', workspace)).toBe(true)
  expect(await namesFile('ledger', workspace)).toBe(false)
  expect(await namesFile('ledger:7', workspace)).toBe(false)
})

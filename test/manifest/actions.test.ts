/** Every action.yml is a contract: with the code that reads it, with the other actions, and with its page. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { InputDescription } from '@ecs-pipeline/action-kit'
import { readFaces, type ActionFile, type DeclaredInput } from '../../tools/action-files.ts'
import { actionNames } from '../../tools/bundle/bundle-actions.ts'
import { fillTables } from '../../tools/docs/tables.ts'
import { ROOT } from '../../tools/root.ts'

/** What https://docs.github.com/actions/creating-actions/metadata-syntax-for-github-actions#branding allows. */
const COLORS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']

/** An input that means the same as in aws-actions/amazon-ecs-deploy-task-definition is called the same. */
const THEIR_NAMES = new Set(['run-task-assign-public-IP'])

const faces = await readFaces()
const title = (face: string): string => (face === '' ? 'the root action' : face)

interface Program {
  readonly inputs: readonly InputDescription[]
  readonly outputs: readonly string[]
}

async function readProgram(name: string): Promise<Program> {
  const folder = join(ROOT, 'actions', name)
  const { schema } = (await import(join(folder, 'inputs.ts'))) as {
    schema: { describe(): readonly InputDescription[] }
  }
  const { outputNames } = (await import(join(folder, 'outputs.ts'))) as {
    outputNames: readonly string[]
  }
  return { inputs: schema.describe(), outputs: outputNames }
}

/** Sentences: from a capital letter to a full stop, in one paragraph. */
const SENTENCES = /^[A-Z][^\n]*[A-Za-z)0-9]\.$/

const descriptionsOf = ({ description, inputs = {}, outputs = {} }: ActionFile): string[][] => [
  ['the action', description ?? ''],
  ...Object.entries({ ...inputs, ...outputs }).map(([name, each]) => [
    name,
    each.description ?? '',
  ]),
]

describe.each(faces.map((each) => [title(each.face), each] as const))('%s', (_title, each) => {
  const { face, action, program } = each

  test('runs on node24, from a bundle that is there', async () => {
    expect(action.runs?.using).toBe('node24')
    const main = join(ROOT, face, action.runs?.main ?? '')
    expect(main).toBe(join(ROOT, 'dist', program, 'index.js'))
    expect((await stat(main)).isFile()).toBe(true)
  })

  test('has a name, an author and branding', () => {
    expect(action.name).toMatch(/\S/)
    expect(action.author).toBe('ecs-pipeline contributors')
    expect(action.branding?.icon).toMatch(/^[a-z-]+$/)
    expect(COLORS).toContain(action.branding?.color)
  })

  test.each(descriptionsOf(action))('describes %s in whole sentences', (_name, description) => {
    expect(description.trim()).toMatch(SENTENCES)
  })

  test('declares the inputs that the code reads, with the same defaults', async () => {
    const declared = Object.entries(action.inputs ?? {}).map(([name, input]) => ({
      name,
      required: input.required ?? false,
      default: input.default,
    }))
    expect(declared).toEqual((await readProgram(program)).inputs)
  })

  test('declares the outputs that the code sets', async () => {
    expect(Object.keys(action.outputs ?? {})).toEqual((await readProgram(program)).outputs)
  })

  test('has names in kebab-case, but for what the official action named otherwise', () => {
    const names = [...Object.keys(action.inputs ?? {}), ...Object.keys(action.outputs ?? {})]
    const others = names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))
    expect(others.filter((name) => !THEIR_NAMES.has(name))).toEqual([])
  })
})

/** The root action is `deploy` under a shorter name. Its page is the README of the repository. */
const [root, ...folders] = faces

test('the root action is deploy, but for its name', () => {
  const deploy = folders.find(({ face }) => face === 'deploy')
  expect(root?.face).toBe('')
  const { name: _own, runs: _runs, ...shared } = root?.action ?? {}
  const { name: _other, runs: _itsRuns, ...expected } = deploy?.action ?? {}
  expect(shared).toEqual(expected)
  expect(root?.program).toBe('deploy')
})

test('every program has a face, and every face a program', async () => {
  expect([...new Set(faces.map(({ program }) => program))].sort()).toEqual(await actionNames())
})

describe.each(folders.map((each) => [each.face, each] as const))('%s/', (face, { action }) => {
  test('holds action.yml and README.md, and nothing else', async () => {
    expect((await readdir(join(ROOT, face))).sort()).toEqual(['README.md', 'action.yml'])
  })

  test('has a page whose tables are what action.yml says (else: npm run docs)', async () => {
    const page = await readFile(join(ROOT, face, 'README.md'), 'utf8')
    expect(page).toContain('<!-- inputs -->')
    expect(page).toContain('<!-- outputs -->')
    expect(fillTables(page, action)).toBe(page)
  })
})

describe('an input of the same name', () => {
  const all = faces.flatMap(({ face, action }) =>
    Object.entries(action.inputs ?? {}).map(([name, input]) => ({ face, name, input })),
  )
  const shared = Map.groupBy(all, ({ name }) => name)

  test.each([...shared])('means the same in every action: %s', (name, uses) => {
    const [first, ...others] = uses.map(({ face, input }) => ({
      face,
      input: name === 'service' ? withoutItsAbsence(input) : input,
    }))
    for (const { face, input } of others)
      expect({ face, input }).toEqual({ face, input: first?.input })
  })

  /** Deploy registers a task definition without one; which service is meant is the same everywhere. */
  function withoutItsAbsence({
    required: _required,
    description = '',
    ...rest
  }: DeclaredInput): DeclaredInput {
    return { ...rest, description: description.replace(/ Without it, .*$/s, '').trim() }
  }
})

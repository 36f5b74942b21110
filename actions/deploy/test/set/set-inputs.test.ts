import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { InputError } from '@ecs-pipeline/action-kit'
import { parse } from 'yaml'
import { readSetInputs, type SetInputs } from '../../set/set-inputs.ts'
import { OWN_INPUTS } from '../../set/services-input.ts'

const ROOT = join(import.meta.dirname, '../../../..')
type Given = Readonly<Record<string, string>>

const read = (given: Given): Promise<SetInputs | undefined> =>
  readSetInputs((name) => given[name] ?? '')

async function problemsOf(given: Given): Promise<readonly string[]> {
  const error: unknown = await read(given).catch((failure: unknown) => failure)
  if (error instanceof InputError) return error.problems
  throw new Error('They were taken.')
}

test('without services there is no set', async () => {
  expect(await read({ service: 'api' })).toBeUndefined()
})

test('each service is read as if it were alone, with the inputs of the step', async () => {
  const set = await read({
    services: '[{service: api, image: app:own, wave: 1}, {service: worker, wave: 2}]',
    order: 'waves',
    'on-failure': 'rollback-all',
    image: 'app:step',
  })
  expect(set).toMatchObject({ order: 'waves', rollsBackAll: true })
  expect(set?.members.map(({ wave }) => wave)).toEqual([1, 2])
  expect(set?.members.map(({ inputs }) => inputs)).toMatchObject([
    { service: 'api', images: [{ image: 'app:own' }], onFailure: 'rollback' },
    { service: 'worker', images: [{ image: 'app:step' }], onFailure: 'rollback' },
  ])
})

describe('refused', () => {
  test.each<[string, Given, string]>([
    [
      'service beside services',
      { service: 'a', services: 'b' },
      `Inputs 'service' and 'services' do not go together. Remove one of them.`,
    ],
    [
      'a wave without an order',
      { services: '- {service: a, wave: 2}' },
      `Input 'services' has waves, but 'order' is 'parallel': set 'order: waves'.`,
    ],
    [
      'an order of waves without them',
      { services: '[{service: a, wave: 1}, b]', order: 'waves' },
      `Input 'order' is 'waves', so each service has to say its \`wave\`: b does not.`,
    ],
    [
      'what is wrong with one service',
      { services: '- {service: a, desired-count: many}' },
      `Service a: Input 'desired-count' has to be a whole number from 0 to 5000, not 'many'`,
    ],
    [
      'a one-off task',
      { services: 'a', 'run-task': 'true' },
      `Input 'run-task' does not go with 'services': run the task in a step of its own before this one, without 'service'.`,
    ],
  ])('%s', async (_name, given, problem) => {
    expect(await problemsOf(given)).toContain(problem)
  })
})

describe('docs/services.md', () => {
  test('lists the inputs that a service may have of its own', async () => {
    const page = await readFile(join(ROOT, 'docs/services.md'), 'utf8')
    const listed = [...page.matchAll(/^- `([\w-]+)`$/gm)].map(([, name]) => name)
    expect(listed).toEqual(OWN_INPUTS)
  })

  test('has examples that can be read', async () => {
    const page = await readFile(join(ROOT, 'docs/services.md'), 'utf8')
    const steps = [...page.matchAll(/```yaml\n(- uses:[\s\S]*?)```/g)].map(
      ([, text]) => (parse(text ?? '') as [{ with: Given }])[0].with,
    )
    const sets = await Promise.all(steps.map(read))
    expect(sets.map((set) => set?.members.length)).toEqual([3, 3])
  })
})

import { describe, expect, test } from '@jest/globals'
import { InputError } from '@ecs-pipeline/action-kit'
import { readServices, type ServiceEntry } from '../../set/services-input.ts'

const step = (name: string): string => (name === 'image' ? 'app:step' : '')
const read = (text: string): Promise<readonly ServiceEntry[]> => readServices(text, step)

async function problemsOf(text: string): Promise<readonly string[]> {
  const error: unknown = await read(text).catch((failure: unknown) => failure)
  if (error instanceof InputError) return error.problems
  throw new Error('It was taken.')
}

describe('names', () => {
  test.each([
    ['one a line', 'api\nworker\nmailer\n'],
    ['with commas', 'api, worker,mailer'],
    ['a list', '- api\n- worker\n- mailer'],
    ['a list on one line', '[api, worker, mailer]'],
  ])('%s', async (_name, text) => {
    const entries = await read(text)
    expect(entries.map(({ service }) => service)).toEqual(['api', 'worker', 'mailer'])
  })

  test('ARNs', async () => {
    const arn = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api'
    expect((await read(`${arn}\nworker`)).map(({ service }) => service)).toEqual([arn, 'worker'])
  })
})

test('a service has its own inputs before those of the step', async () => {
  const [api, worker] = await read(`
- service: api
  wave: 2
  image: app:own
  desired-count: 3
  force-new-deployment: true
- service: worker
  image:
    - app=one
    - log=two
`)
  expect(api).toMatchObject({ service: 'api', wave: 2 })
  expect(api?.source('image')).toBe('app:own')
  expect(api?.source('desired-count')).toBe('3')
  expect(api?.source('force-new-deployment')).toBe('true')
  expect(worker?.wave).toBeUndefined()
  expect(worker?.source('image')).toBe('app=one\nlog=two')
})

test('what a service does not say, the step says', async () => {
  const [api] = await read('- service: api')
  expect(api?.source('image')).toBe('app:step')
})

test.each([
  ['', 'Input services:1:1: there is no service in it.'],
  [
    '- service: api\n  imgae: x',
    'Input services:2:3: a service has no key "imgae". Did you mean `image`?',
  ],
  [
    '- service: api\n  cluster: x',
    'Input services:2:3: `cluster` holds for all services of the step: set it beside `services`.',
  ],
  ['- image: x', 'Input services:1:3: a service needs `service`. Write its name.'],
  [
    '- service: api\n  wave: 0',
    'Input services:2:9: `wave` has to be a whole number from 1 to 500, not 0.',
  ],
  [
    '- service: api\n  image: {a: b}',
    'Input services:2:10: `image` has to be a text, not a map of keys and values.',
  ],
  [
    '- api\n- worker\n- api',
    'Input services:3:3: the service "api" is there twice; the first is in line 1.',
  ],
  ['- a/b', 'Input services:1:3: "a/b" is not the name or ARN of an ECS service.'],
  [
    'api: x',
    'Input services:1:1: it has to be names, one a line, or a list such as `- service: api`, not a map of keys and values.',
  ],
  ['- 7', 'Input services:1:3: a service is a map of keys and values, not 7.'],
])('refused: %j', async (text, problem) => {
  expect(await problemsOf(text)).toEqual([problem])
})

test('everything that is wrong is said at once', async () => {
  expect(await problemsOf('- service: a b\n- servce: c')).toHaveLength(3)
})

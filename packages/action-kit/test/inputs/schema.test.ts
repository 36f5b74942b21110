import { describe, expect, test } from '@jest/globals'
import { choice, flag, integer, lines, nearest, text } from '../../src/inputs/kinds.ts'
import { defineInputs, InputError } from '../../src/inputs/schema.ts'

const schema = defineInputs({
  service: text({ required: true }),
  cluster: text({ default: 'default' }),
  'container-name': text(),
  'on-failure': choice(['rollback', 'leave'], { default: 'rollback' }),
  'allow-idle': flag({ default: 'false' }),
  'wait-for-minutes': integer({ minimum: 1, maximum: 360, default: '30' }),
  'desired-count': integer({ minimum: 0, maximum: 10 }),
  image: lines(),
  token: choice(['a', 'b'], { default: 'a', secret: true }),
})

const read = (given: Readonly<Record<string, string>>): ReturnType<typeof schema.read> =>
  schema.read((name) => given[name] ?? '')

const problemsOf = (given: Readonly<Record<string, string>>): readonly string[] => {
  try {
    read(given)
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
}

test('inputs become one object, by camel case names, with their defaults', () => {
  expect(read({ service: ' web ', image: 'a=1\n\n  b=2 \n' })).toEqual({
    service: 'web',
    cluster: 'default',
    containerName: undefined,
    onFailure: 'rollback',
    allowIdle: false,
    waitForMinutes: 30,
    desiredCount: undefined,
    image: ['a=1', 'b=2'],
    token: 'a',
  })
})

describe('each problem names the input, what was given and what is allowed', () => {
  test.each([
    [{}, "Input 'service' is required. Set it under 'with:'."],
    [
      { service: 'x', 'on-failure': 'rolback' },
      "Input 'on-failure' has to be one of rollback, leave, not 'rolback'. Did you mean 'rollback'?",
    ],
    [
      { service: 'x', 'on-failure': 'explode' },
      "Input 'on-failure' has to be one of rollback, leave, not 'explode'",
    ],
    [
      { service: 'x', 'allow-idle': 'yes' },
      "Input 'allow-idle' has to be true or false, not 'yes'",
    ],
    [
      { service: 'x', 'wait-for-minutes': '0' },
      "Input 'wait-for-minutes' has to be a whole number from 1 to 360, not '0'",
    ],
    [
      { service: 'x', 'wait-for-minutes': '1.5' },
      "Input 'wait-for-minutes' has to be a whole number from 1 to 360, not '1.5'",
    ],
    [
      { service: 'x', 'desired-count': '-1' },
      "Input 'desired-count' has to be a whole number from 0 to 10, not '-1'",
    ],
  ])('%j', (given, expected) => {
    expect(problemsOf(given)).toEqual([expected])
  })

  test('all of them at once', () => {
    expect(problemsOf({ 'allow-idle': 'maybe', 'wait-for-minutes': 'long' })).toHaveLength(3)
  })

  test('but never the value of a secret', () => {
    expect(problemsOf({ service: 'x', token: 'hunter2' })).toEqual([
      "Input 'token' has to be one of a, b",
    ])
  })
})

test.each(['true', 'True', 'TRUE'])('%s is true', (given) => {
  expect(read({ service: 'x', 'allow-idle': given }).allowIdle).toBe(true)
})

test('describe gives what action.yml has to say', () => {
  expect(schema.describe()).toContainEqual({
    name: 'cluster',
    required: false,
    default: 'default',
  })
  expect(schema.describe()).toContainEqual({ name: 'service', required: true, default: undefined })
})

test.each([
  ['rolback', 'rollback'],
  ['Leave', 'leave'],
  ['wiat', 'wait'],
  ['nonsense', undefined],
])('the word probably meant by %s is %s', (given, expected) => {
  expect(nearest(given, ['rollback', 'leave', 'wait'])).toBe(expected)
})

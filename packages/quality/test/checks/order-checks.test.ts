import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { problemsOfNeeds, turnOf, type OrderedCheck } from '../../src/checks/order-checks.ts'

const graph = (needs: Readonly<Record<string, readonly string[]>>): readonly OrderedCheck[] =>
  Object.entries(needs).map(([id, each]) => ({ id, needs: each }))

describe('problems of needs', () => {
  test.each<[string, Record<string, string[]>, string[]]>([
    ['none', { a: [], b: ['a'], c: ['a', 'b'] }, []],
    ['own', { a: ['a'] }, ['the check a needs itself.']],
    [
      'unknown',
      { lint: [], test: ['lin'] },
      ['the check test needs lin, and there is no such check. There are lint, test.'],
    ],
    [
      'a circle, reached from outside',
      { d: ['a'], a: ['b'], b: ['c'], c: ['a'] },
      [
        'the checks need each other in a circle, none can be the first: a needs b needs c needs a. Take one of these `needs` out.',
      ],
    ],
    [
      'a check after a circle is no part of it',
      { a: ['b'], b: ['a'], c: ['b'] },
      [
        'the checks need each other in a circle, none can be the first: a needs b needs a. Take one of these `needs` out.',
      ],
    ],
  ])('%s', (_name, needs, problems) => {
    expect(problemsOfNeeds(graph(needs)).map(({ problem }) => problem)).toEqual(problems)
  })

  test('there is a circle exactly when not all can run', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const needs = fc.record(Object.fromEntries(ids.map((id) => [id, fc.subarray(ids)])))
    fc.assert(
      fc.property(needs, (given) => {
        const checks = graph(given)
        const passed = new Map<string, boolean>()
        for (let before = -1; before !== passed.size;) {
          before = passed.size
          for (const each of checks) {
            if (turnOf(each, passed).kind === 'ready') passed.set(each.id, true)
          }
        }
        expect(problemsOfNeeds(checks).length === 0).toBe(passed.size === checks.length)
      }),
      { numRuns: 2000 },
    )
  })
})

test.each<[string[], [string, boolean][], object]>([
  [[], [], { kind: 'ready' }],
  [['a'], [], { kind: 'waiting' }],
  [['a', 'b'], [['a', true]], { kind: 'waiting' }],
  [['a'], [['a', true]], { kind: 'ready' }],
  [['a', 'b', 'b'], [['b', false]], { kind: 'in-vain', because: ['b'] }],
])('a check that needs %j, after %j', (needs, passed, turn) => {
  expect(turnOf({ id: 'x', needs }, new Map(passed))).toEqual(turn)
})

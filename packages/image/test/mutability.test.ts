import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mayMove } from '../src/mutability.ts'

const immutable = (...exceptTags: readonly string[]) =>
  ({ mutability: 'immutable', exceptTags }) as const

describe('a tag', () => {
  test.each([
    ['latest', [], false],
    ['latest', ['latest'], true],
    ['latest', ['lat*'], true],
    ['latest', ['*est'], true],
    ['latest', ['l*t*t'], true],
    ['latest', ['*'], true],
    ['latest', ['latest-*'], false],
    ['lat', ['lat*at'], false],
    ['aba', ['ab*ba'], false],
    ['1.2', ['1.*', 'x'], true],
    ['1-2', ['1.*'], false],
  ])('%s in an immutable repository except %j: %s', (tag, patterns, moves) => {
    expect(mayMove(immutable(...patterns), tag)).toBe(moves)
    expect(mayMove({ mutability: 'mutable', exceptTags: patterns }, tag)).toBe(!moves)
  })

  test('matches as an expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 })
    fc.assert(
      fc.property(pattern, text, (except, tag) => {
        const expression = `^${except.replaceAll('.', '\\.').replaceAll('*', '.*')}$`
        return mayMove(immutable(except), tag) === new RegExp(expression).test(tag)
      }),
    )
  })
})

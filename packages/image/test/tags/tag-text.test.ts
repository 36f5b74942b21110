import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isTag, LONGEST_TAG, tagText } from '../../src/tags/tag-text.ts'

describe('the tag that a name becomes', () => {
  test.each([
    ['main', 'main'],
    ['feature/login', 'feature-login'],
    ['-.hidden', 'hidden'],
    ['user@host: x', 'user-host-x'],
    ['_private', '_private'],
    ['///', ''],
  ])('%s: %s', (name, tag) => {
    expect(tagText(name)).toBe(tag)
  })

  test('two long names that begin alike stay two tags of the greatest length', () => {
    const [one, other] = [`${'x'.repeat(200)}1`, `${'x'.repeat(200)}2`].map(tagText)
    expect(one).toHaveLength(LONGEST_TAG)
    expect(one).not.toBe(other)
  })

  test('whatever the name, the tag is one, or empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const tag = tagText(name)
        return tag === '' || isTag(tag)
      }),
    )
  })
})

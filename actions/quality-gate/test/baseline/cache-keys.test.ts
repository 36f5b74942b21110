import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cacheKeys, type KeyParts } from '../../baseline/cache-keys.ts'

const RUN: KeyParts = { name: 'ledger', branch: 'main', runId: '42', runAttempt: '1' }

test('people can read whose it is', () => {
  const { own, prefix } = cacheKeys(RUN)
  expect(prefix).toMatch(/^ecsp-qg-v1-[0-9a-f]{16}-ledger-main-$/)
  expect(own).toBe(`${prefix}42-1`)
})

test('every run and every attempt has a key of its own', () => {
  const runs = [RUN, { ...RUN, runId: '43' }, { ...RUN, runAttempt: '2' }].map(cacheKeys)
  expect(new Set(runs.map(({ own }) => own)).size).toBe(3)
  expect(new Set(runs.map(({ prefix }) => prefix)).size).toBe(1)
})

test.each<[string, Partial<KeyParts>]>([
  ['a longer branch', { branch: 'main-2' }],
  ['a branch that differs by what a key cannot have', { branch: 'main/2' }],
  ['a branch in capitals', { branch: 'MAIN' }],
  ['a branch that is named like a key', { branch: cacheKeys(RUN).own }],
  ['another policy', { name: 'ledger-main' }],
  ['no name', { name: '' }],
])('%s never has a key of the branch', (_name, parts) => {
  const other = cacheKeys({ ...RUN, ...parts })
  expect(other.own.startsWith(cacheKeys(RUN).prefix)).toBe(false)
  expect(cacheKeys(RUN).own.startsWith(other.prefix)).toBe(false)
})

test('name and branch are told apart wherever one ends', () => {
  const one = cacheKeys({ ...RUN, name: 'a', branch: 'b-c' })
  expect(one.prefix).not.toBe(cacheKeys({ ...RUN, name: 'a-b', branch: 'c' }).prefix)
})

test('whatever they are called, the cache takes the key', () => {
  const text = fc.string({ unit: 'binary', maxLength: 2_000 })
  fc.assert(
    fc.property(text, text, (name, branch) => {
      expect(cacheKeys({ ...RUN, name, branch }).own).toMatch(/^[a-z0-9._-]{1,200}$/)
    }),
  )
})

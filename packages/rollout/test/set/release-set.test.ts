/** Who begins when in a set of services, and what becomes of the others when one fails. */
import { describe, expect, test } from '@jest/globals'
import type { Cause, Outcome, Verdict } from '../../src/outcome.ts'
import {
  Recall,
  releaseSet,
  wavesOf,
  worstOf,
  type SetMember,
  type SetPolicy,
  type SetVerdicts,
} from '../../src/set/release-set.ts'

const verdict = (outcome: Outcome, code: Verdict['code'] = 'completed'): Verdict => ({
  outcome,
  rolledBackBy: 'none',
  code,
  reason: '',
})

interface Part {
  readonly name: string
  readonly wave?: number
  readonly check?: Verdict
  readonly release?: Verdict
}

/** A set of services that do as they are told, and the order of what happened. */
async function play(
  parts: readonly Part[],
  policy: Partial<SetPolicy> = {},
): Promise<{ verdicts: SetVerdicts; deeds: readonly string[]; recalled: Cause | undefined }> {
  const deeds: string[] = []
  const recall = new Recall()
  const members = parts.map(
    ({ name, wave = 1, check, release = verdict('deployed') }): SetMember => ({
      name,
      wave,
      check: () => {
        deeds.push(`check ${name}`)
        return Promise.resolve(check)
      },
      release: async () => {
        deeds.push(`begin ${name}`)
        await Promise.resolve()
        deeds.push(`end ${name}`)
        return release
      },
      takeBack: () => {
        deeds.push(`take back ${name}`)
        return Promise.resolve(verdict('rolled-back', 'other-service'))
      },
    }),
  )
  const verdicts = await releaseSet(
    members,
    { order: 'parallel', rollsBackAll: false, ...policy },
    { recall, progress: () => undefined },
  )
  return { verdicts, deeds, recalled: recall.cause() }
}

const outcomes = (verdicts: SetVerdicts): Record<string, Outcome> =>
  Object.fromEntries([...verdicts].map(([name, { outcome }]) => [name, outcome]))

const parts = (...names: string[]): Part[] => names.map((name) => ({ name }))

describe('order', () => {
  test('every service is checked before the first one begins', async () => {
    const { deeds } = await play(parts('a', 'b'), { order: 'sequential' })
    expect(deeds).toEqual(['check a', 'check b', 'begin a', 'end a', 'begin b', 'end b'])
  })

  test('parallel: all at once', async () => {
    const { deeds } = await play(parts('a', 'b'))
    expect(deeds.slice(2)).toEqual(['begin a', 'begin b', 'end a', 'end b'])
  })

  test('waves: by their numbers, which may have gaps', () => {
    const members = [
      { name: 'a', wave: 7 },
      { name: 'b', wave: 2 },
      { name: 'c', wave: 7 },
    ]
    const names = wavesOf(members, 'waves').map((wave) => wave.map(({ name }) => name))
    expect(names).toEqual([['b'], ['a', 'c']])
  })
})

test('one that is refused beforehand: nothing is begun', async () => {
  const { verdicts, deeds } = await play([
    { name: 'a' },
    { name: 'b', check: verdict('refused', 'input') },
  ])
  expect(deeds).toEqual(['check a', 'check b'])
  expect(outcomes(verdicts)).toEqual({ a: 'refused', b: 'refused' })
  expect(verdicts.get('a')).toMatchObject({
    code: 'other-service',
    reason: 'It was not begun, because of b.',
  })
})

describe('one that fails', () => {
  const three: Part[] = [
    { name: 'a', wave: 1 },
    { name: 'b', wave: 2, release: verdict('rolled-back', 'failed-tasks') },
    { name: 'c', wave: 2 },
    { name: 'd', wave: 3 },
  ]

  test('stops the waves after it; the others stay as they are', async () => {
    const { verdicts, recalled } = await play(three, { order: 'waves' })
    expect(outcomes(verdicts)).toEqual({
      a: 'deployed',
      b: 'rolled-back',
      c: 'deployed',
      d: 'refused',
    })
    expect(recalled).toBeUndefined()
  })

  test('takes the whole set back where that is asked for', async () => {
    const { verdicts, deeds, recalled } = await play(three, { order: 'waves', rollsBackAll: true })
    expect(outcomes(verdicts)).toEqual({
      a: 'rolled-back',
      b: 'rolled-back',
      c: 'rolled-back',
      d: 'refused',
    })
    expect(deeds.filter((deed) => deed.startsWith('take'))).toEqual(['take back a', 'take back c'])
    expect(recalled).toEqual({
      code: 'other-service',
      text: 'b, which is deployed together with it, failed.',
    })
  })

  test('what was not changed is not taken back', async () => {
    const { deeds } = await play(
      [
        { name: 'a', release: verdict('no-change', 'unchanged') },
        { name: 'b', release: verdict('failed-no-rollback', 'failed-tasks') },
      ],
      { rollsBackAll: true },
    )
    expect(deeds.filter((deed) => deed.startsWith('take'))).toEqual([])
  })

  test('what is good, but for its DNS record, is taken back with the others', async () => {
    const { deeds } = await play(
      [
        { name: 'a', release: verdict('failed-no-rollback', 'dns') },
        { name: 'b', release: verdict('no-change', 'dns') },
        { name: 'c', release: verdict('rolled-back', 'failed-tasks') },
      ],
      { rollsBackAll: true },
    )
    expect(deeds.filter((deed) => deed.startsWith('take'))).toEqual(['take back a', 'take back b'])
  })

  test.each<[Outcome, Verdict['code']]>([
    ['monitoring-lost', 'unreachable'],
    ['cancelled', 'cancelled'],
    ['timed-out', 'time-limit'],
    ['failed-no-rollback', 'insufficient-data'],
    ['failed-no-rollback', 'dns'],
  ])('%s (%s) of one stops the set, and speaks against none', async (outcome, code) => {
    const { verdicts } = await play(
      [{ name: 'a' }, { name: 'b', release: verdict(outcome, code) }, { name: 'c' }],
      { order: 'sequential', rollsBackAll: true },
    )
    expect(outcomes(verdicts)).toEqual({ a: 'deployed', b: outcome, c: 'refused' })
  })
})

test('a set is as good as the worst of its services', () => {
  expect(worstOf(['deployed', 'no-change'])).toBe('deployed')
  expect(worstOf(['deployed', 'rolled-back', 'refused'])).toBe('rolled-back')
  expect(worstOf(['rolled-back', 'rollback-failed', 'monitoring-lost'])).toBe('rollback-failed')
  expect(() => worstOf([])).toThrow(RangeError)
})

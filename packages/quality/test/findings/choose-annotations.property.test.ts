import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { chooseAnnotations } from '../../src/findings/choose-annotations.ts'
import type { Finding } from '../../src/findings/finding.ts'

const finding = (over: Partial<Finding>): Finding => ({
  level: 'error',
  of: 'lint.errors',
  path: 'src/a.ts',
  line: 1,
  endLine: undefined,
  title: 'eslint',
  message: 'no',
  isAdded: false,
  ...over,
})

const findings = fc.array(
  fc.record({
    level: fc.constantFrom('error', 'warning', 'notice'),
    of: fc.constantFrom('lint.errors', 'tests.failed', 'tests', undefined),
    isAdded: fc.boolean(),
    line: fc.nat(99),
  }),
  { maxLength: 60 },
)

describe('annotations', () => {
  test('are at most nine of a level, one of them for what is left out, and none is lost without a word', () => {
    fc.assert(
      fc.property(findings, (parts) => {
        const all = parts.map((part) => finding(part as Partial<Finding>))
        const { chosen, left } = chooseAnnotations(all)
        for (const level of ['error', 'warning', 'notice'] as const) {
          const count = chosen.filter((each) => each.level === level).length
          expect(count + Number(left[level] > 0)).toBeLessThanOrEqual(9)
          expect(count + left[level]).toBe(all.filter((each) => each.level === level).length)
        }
        expect(new Set(chosen).size).toBe(chosen.length)
      }),
      { seed: 1 },
    )
  })

  test('let each gate speak, so that forty lint errors do not hide the one test that failed', () => {
    const lint = Array.from({ length: 40 }, (_each, line) => finding({ line }))
    const { chosen, left } = chooseAnnotations([...lint, finding({ of: 'tests.failed' })])
    expect(chosen.map(({ of }) => of)).toContain('tests.failed')
    expect(left.error).toBe(33)
  })

  test('begin with what the change has touched', () => {
    const { chosen } = chooseAnnotations([
      finding({ line: 1 }),
      finding({ line: 2, isAdded: true }),
    ])
    expect(chosen.map(({ line }) => line)).toEqual([2, 1])
  })
})

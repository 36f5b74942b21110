/** Limits are compared as people have written them; a double would take 80.1 for a neighbour of it. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compare, decimal, fraction, minus, show } from '../../src/gates/decimal.ts'

describe('a number as it was written', () => {
  test.each([
    [0, '0'],
    [80.1, '80.1'],
    [0.1, '0.1'],
    [1e-7, '0.0000001'],
    [1e21, '1000000000000000000000'],
    [2.5e-10, '0.00000000025'],
    [-3.25, '-3.25'],
  ])('%d is %s', (value, text) => {
    expect(show(fraction(decimal(value)), 12)).toBe(text)
  })

  test('is cut and not rounded, so that nothing is shown as the limit that it has missed', () => {
    expect(show({ above: 79_999n, below: 1000n }, 2)).toBe('79.99')
    expect(show({ above: 2n, below: 3n }, 2)).toBe('0.66')
  })

  test('takes part in sums that a double gets wrong', () => {
    const difference = minus(fraction(decimal(0.3)), fraction(decimal(0.1)))
    expect(compare(difference, fraction(decimal(0.2)))).toBe(0)
    expect(0.3 - 0.1).not.toBe(0.2)
  })

  test('is the double that it came from, for any of them', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const { units, scale } = decimal(value)
        expect(Number(`${units}e-${scale}`)).toBe(value === 0 ? 0 : value)
      }),
      { seed: 1 },
    )
  })
})

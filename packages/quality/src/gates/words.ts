/** Numbers as people read them. What is shown is cut, never rounded up to a limit that it has not reached. */
import type { Unit } from '../metrics/catalogue.ts'
import type { Measure } from '../metrics/measure.ts'
import { decimal, fraction, show, times, type Fraction } from './decimal.ts'

/** Of a ratio its percentage. `total` is above zero. */
export const valueOf = (measure: Measure): Fraction =>
  measure.kind === 'number'
    ? fraction(decimal(measure.value))
    : times(
        fraction(decimal(measure.covered)),
        times({ above: 100n, below: 1n }, { above: 1n, below: BigInt(measure.total) }),
      )

/** `78.33 % (47 of 60)`, `3`, `12.5 s`, `1.2 MB (1234567 bytes)` */
export function measureText(measure: Measure, unit: Unit): string {
  if (measure.kind === 'ratio') {
    const { covered, total } = measure
    if (total === 0) return 'nothing (0 of 0)'
    return `${show(valueOf(measure), 2)} % (${covered} of ${total})`
  }
  return numberText(valueOf(measure), unit)
}

/** `points`: the limit of a difference. */
export const limitText = (limit: number, unit: Unit, of: 'value' | 'points' = 'value'): string =>
  of === 'points'
    ? pointsText(fraction(decimal(limit)), unit)
    : numberText(fraction(decimal(limit)), unit)

/** A difference: `1.2 points` of a percentage. */
export const pointsText = (by: Fraction, unit: Unit): string =>
  unit === 'percent' ? `${show(by, 4)} points` : numberText(by, unit)

function numberText(value: Fraction, unit: Unit): string {
  switch (unit) {
    case 'percent':
      return `${show(value, 4)} %`
    case 'seconds':
      return `${show(value, 3)} s`
    case 'bytes':
      return bytesText(value)
    case 'count':
      return show(value, 3)
  }
}

const KILO = { above: 1n, below: 1000n }

function bytesText(value: Fraction): string {
  const exact = `${show(value, 0)} bytes`
  if (value.above < 10_000n * value.below) return exact
  const kilo = times(value, KILO)
  return value.above < 1_000_000n * value.below
    ? `${show(kilo, 1)} kB (${exact})`
    : `${show(times(kilo, KILO), 2)} MB (${exact})`
}

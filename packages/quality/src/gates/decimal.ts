/** Numbers as people write them, so that 80.1 is 80.1 and no neighbour of it that a double can hold. */

/** `units / 10 ** scale` */
export interface Decimal {
  readonly units: bigint
  readonly scale: number
}

/** The shortest way to write the number is what was meant by it. `value` is finite. */
export function decimal(value: number): Decimal {
  const [, mantissa = '0', exponent = '0'] = /^([^e]+)(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  const [whole = '0', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const units = BigInt(whole + fraction)
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 }
}

/** A fraction of whole numbers; `below` is above zero. */
export interface Fraction {
  readonly above: bigint
  readonly below: bigint
}

export const fraction = ({ units, scale }: Decimal): Fraction => ({
  above: units,
  below: 10n ** BigInt(scale),
})

export const compare = (a: Fraction, b: Fraction): number => {
  const difference = a.above * b.below - b.above * a.below
  return difference < 0n ? -1 : Number(difference > 0n)
}

export const minus = (a: Fraction, b: Fraction): Fraction => ({
  above: a.above * b.below - b.above * a.below,
  below: a.below * b.below,
})

export const times = (a: Fraction, b: Fraction): Fraction => ({
  above: a.above * b.above,
  below: a.below * b.below,
})

/**
 * With at most `digits` behind the point, cut and not rounded: what is below a limit is never shown as the limit. Zeros
 * at the end are left away.
 */
export function show({ above, below }: Fraction, digits: number): string {
  const scaled = (above * 10n ** BigInt(digits)) / below
  const sign = scaled < 0n ? '-' : ''
  const text = String(scaled < 0n ? -scaled : scaled).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  const rest = text.slice(text.length - digits).replace(/0+$/, '')
  return `${sign}${whole}${rest === '' ? '' : `.${rest}`}`
}

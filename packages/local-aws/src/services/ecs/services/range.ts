import { invalidParameter } from '../api.ts'

/** The words are unproven. */
export function checkRange(
  name: string,
  value: number | undefined,
  least: number,
  most: number,
  step = 1,
): void {
  if (value === undefined) return
  const isMultiple = Math.abs(value / step - Math.round(value / step)) < 1e-9
  if (value >= least && value <= most && isMultiple) return
  const multiples = step === 1 ? '' : `, a multiple of ${step}`
  throw invalidParameter(
    `Invalid value ${value} for ${name}. It must be between ${least} and ${most}${multiples}.`,
  )
}

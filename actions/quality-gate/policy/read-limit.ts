import type { Fields } from '@ecs-pipeline/action-kit'
import type { Unit } from '@ecs-pipeline/quality'

const BYTES = new Map([
  ['b', 1],
  ['kb', 1000],
  ['mb', 1000 ** 2],
  ['gb', 1000 ** 3],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
])

/** A number in the unit of the metric; a size also as `250 kB`. `undefined` when it is not there or wrong. */
export function readLimit(fields: Fields, key: string, unit: Unit): number | undefined {
  const value = fields.value(key)
  if (unit === 'bytes' && value?.kind === 'text') {
    const [, amount, word = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(value.text.trim()) ?? []
    const factor = BYTES.get(word.toLowerCase())
    if (amount !== undefined && factor !== undefined) return Number(amount) * factor
    fields.report(
      key,
      `\`${key}\` is a number of bytes, or a text such as 250 kB or 1.5 MiB, not ${value.text}.`,
    )
    return undefined
  }
  const limit = fields.number(key)
  if (limit === undefined) return undefined
  if (limit < 0 || (unit === 'percent' && limit > 100)) {
    fields.report(
      key,
      `\`${key}\` has to be ${unit === 'percent' ? 'a percentage from 0 to 100' : 'zero or more'}, not ${limit}.`,
    )
    return undefined
  }
  // Other tools write 0.8 for 80 %; taken as it stands, such a gate would let nearly everything pass.
  if (unit === 'percent' && (key === 'min' || key === 'max') && limit > 0 && limit < 1) {
    const meant = Number((limit * 100).toFixed(6))
    fields.report(key, `\`${key}\` is a percentage: ${limit} is less than 1 %. Write ${meant}.`)
    return undefined
  }
  return limit
}

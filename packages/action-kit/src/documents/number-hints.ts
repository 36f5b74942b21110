/** What a person probably meant by a text that stands where a number belongs. Each begins with a blank, or is empty. */

const SECONDS_OF = new Map([
  ['s', 1],
  ['sec', 1],
  ['second', 1],
  ['m', 60],
  ['min', 60],
  ['minute', 60],
  ['h', 3600],
  ['hour', 3600],
])

/** `5m`, where seconds are counted, was meant as 300. */
export function durationHint(text: string, unit: 'seconds' | 'minutes'): string | undefined {
  const [, amount, word] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*$/i.exec(text) ?? []
  const length = SECONDS_OF.get(word?.toLowerCase() ?? '')
  if (amount === undefined || length === undefined) return undefined
  const seconds = Number(amount) * length
  const meant = unit === 'seconds' ? seconds : seconds / 60
  return Number.isInteger(meant) ? ` Write ${meant}.` : undefined
}

/** `"5"`, `5 %`, `1_000` and `0,5`. */
export function numberHint(text: string): string {
  const plain = text.trim()
  if (/^[-+]?\d+(\.\d+)?$/.test(plain)) return ' Remove the quotes.'
  if (/^[-+]?\d+,\d{1,2}$/.test(plain)) return ` Write ${plain.replace(',', '.')}.`
  const [, number] = /^([-+]?\d[\d_,' ]*(?:\.\d+)?)\s*[a-z%]*$/i.exec(plain) ?? []
  return number === undefined ? '' : ` Write ${number.replace(/[_,' ]/g, '')}.`
}

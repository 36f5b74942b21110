/** Text from AWS and from containers, made short and harmless enough to stand in a sentence. */

/** Characters of a message that the rules look at. ECS gives 1,024 at most; a log line can be of any length. */
const LONGEST_MESSAGE = 2000

/** One line without control characters; anything that is not a string is an empty one. */
export function oneLine(value: unknown): string {
  if (typeof value !== 'string') return ''
  return value
    .slice(0, LONGEST_MESSAGE)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
}

/** A piece of a message, at most `length` characters of it. */
export function quote(value: unknown, length = 160): string {
  const line = oneLine(value)
  // Never half of a character that takes two places.
  return line.length <= length
    ? line
    : `${line.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A quoted name with the space before it, or nothing where there is no name. */
export function spaced(value: unknown): string {
  const name = quote(value)
  return name === '' ? '' : ` ${name}`
}

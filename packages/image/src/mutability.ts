import type { Repository } from './registry-port.ts'

/** Whether the repository lets this tag name another image later. `*` in a pattern of exceptions is any text. */
export function mayMove(
  { mutability, exceptTags }: Pick<Repository, 'mutability' | 'exceptTags'>,
  tag: string,
): boolean {
  const isExcepted = exceptTags.some((pattern) => matches(pattern, tag))
  return (mutability === 'mutable') !== isExcepted
}

/** Without a regular expression of somebody's text: the parts have to follow each other. */
function matches(pattern: string, tag: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === tag
  const end = tag.length - last.length
  if (!tag.startsWith(first) || !tag.endsWith(last) || end < first.length) return false
  let at = first.length
  for (const part of rest) {
    const found = tag.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

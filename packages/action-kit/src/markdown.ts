/** Markdown for job summaries, safe for text that comes from containers, images and AWS. */

/** Plain text: nothing in it makes a link, an image, a tag or a mention. */
export const text = (value: string): string =>
  value
    .replace(/[\\`*_[\]<>#|~&@$]/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`)
    .replace(/:(?=\/\/)|\b(?<=www)\./gi, (sign) => `&#${sign.codePointAt(0) ?? 0};`)
    .replaceAll(/\s*\n\s*/g, ' ')

/**
 * Plain text for a comment: it notifies nobody and refers to nothing. GitHub looks for `@name`, `#1` and `GH-1` in the
 * text that was rendered, where a sign written as an entity is itself again; a space of no width behind it is what
 * keeps them apart.
 */
export const commentText = (value: string): string =>
  text(value)
    .replace(/&#(?:64|35);/g, '$&&#8203;')
    .replace(/\bgh-(?=\d)/gi, '$&&#8203;')

/** Inline code, whatever backticks it contains. */
export function code(value: string): string {
  const line = value.replaceAll(/\s*\n\s*/g, ' ')
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((match) => match[0].length))
  if (longest === 0) return `\`${line}\``
  const fence = '`'.repeat(longest + 1)
  return `${fence} ${line} ${fence}`
}

/** Plain text in which what stands in backticks is code. */
export const withCode = (value: string): string =>
  value
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : text(part)))
    .join('')

/** A fenced block that its content cannot end. */
export function codeBlock(value: string, language = ''): string {
  const longest = Math.max(2, ...[...value.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${value}\n${fence}`
}

/** Cells are plain text. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(header.map(text)),
    line(header.map(() => '---')),
    ...rows.map((row) => line(row.map(text))),
  ].join('\n')
}

export const bulletList = (items: readonly string[]): string =>
  items.map((item) => `- ${text(item)}`).join('\n')

/** `body` is Markdown; `title` is plain text. */
export const details = (title: string, body: string, isOpen = false): string =>
  `<details${isOpen ? ' open' : ''}><summary>${text(title)}</summary>\n\n${body}\n\n</details>`

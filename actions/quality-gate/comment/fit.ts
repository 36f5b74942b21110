/** Keeps a comment below the limit of GitHub by leaving out whole rows, and says how many. */

export interface Section {
  readonly before: string
  readonly rows: readonly string[]
  /** Closes what `before` has opened. */
  readonly after: string
  /** At most so many rows, and so many characters. */
  readonly mostRows: number
  readonly most: number
  /** How many there are that no row was made for. */
  readonly unlisted?: number
  /** Says that `count` are left out. */
  readonly leftOut: (count: number) => string
}

/** What of it fits in `room` characters; empty when there is nothing to say, or not even room for that. */
export function fitSection(section: Section, room: number): string {
  const { before, rows, after, mostRows, unlisted = 0, leftOut } = section
  const all = rows.length + unlisted
  if (all === 0) return ''
  const most = Math.min(room, section.most)
  const kept: string[] = []
  let length = before.length + after.length + noteOf(leftOut(all)).length
  for (const row of rows.slice(0, mostRows)) {
    length += row.length + 1
    if (length > most) break
    kept.push(row)
  }
  const left = all - kept.length
  if (kept.length === 0) {
    const note = leftOut(left)
    return note.length <= room ? note : ''
  }
  return `${before}\n${kept.join('\n')}${left === 0 ? '' : noteOf(leftOut(left))}${after}`
}

const noteOf = (text: string): string => `\n\n${text}`

/** The sections in turn, each with the room that those before it have left. An empty line stands between them. */
export function fitSections(sections: readonly Section[], room: number): readonly string[] {
  let left = room
  return sections.flatMap((section) => {
    const text = fitSection(section, left - SEPARATOR.length)
    if (text === '') return []
    left -= text.length + SEPARATOR.length
    return [text]
  })
}

export const SEPARATOR = '\n\n'

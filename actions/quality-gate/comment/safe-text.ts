/** Text of reports, fit for a comment: short, on one line, and nothing but text. */
import { stripVTControlCharacters } from 'node:util'
import { code, commentText, cut, oneLine } from '@ecs-pipeline/action-kit'

/** Colours of terminals are taken away before anything is cut, so that no half of one is left. */
const plain = (value: string, most: number): string =>
  cut(oneLine(stripVTControlCharacters(value)), most)

/** At most `most` characters of `value`; escaped they may take more room. */
export const safe = (value: string, most: number): string => commentText(plain(value, most))

export interface CommitPlace {
  /** Without a slash at its end. */
  readonly serverUrl: string
  /** `owner/name` */
  readonly repository: string | undefined
  readonly commit: string | undefined
}

interface Lines {
  readonly path: string | undefined
  readonly line: number | undefined
  readonly endLine?: number | undefined
}

const LONGEST_PATH = 300

/** The path with its line, as a link where the repository has such a file; empty when there is no path. */
export function fileLink({ path, line, endLine }: Lines, place: CommitPlace): string {
  const shown = plain(path ?? '', LONGEST_PATH)
  if (path === undefined || shown === '') return ''
  const first = isLine(line) ? line : undefined
  const named = first === undefined ? shown : `${shown}:${first}`
  const label = isUsualPath(shown) ? code(named) : commentText(named)
  const address = fileAddress(path, place)
  if (address === undefined) return label
  const last = first !== undefined && isLine(endLine) && endLine > first ? `-L${endLine}` : ''
  return `[${label}](${address}${first === undefined ? '' : `#L${first}${last}`})`
}

/** One that is read best as code. Of others no sign is left as it is, so that even the raw text holds no tag. */
const isUsualPath = (path: string): boolean => /^[\p{L}\p{N} @.,+=_/()[\]-]+$/u.test(path)

const isLine = (line: number | undefined): line is number =>
  line !== undefined && Number.isSafeInteger(line) && line > 0

/** Only of a path that stays in the tree of the commit: `..` would lead to any page of the server. */
function fileAddress(
  path: string,
  { serverUrl, repository, commit }: CommitPlace,
): string | undefined {
  if (repository === undefined || !/^[0-9a-f]{40,64}$/.test(commit ?? '')) return undefined
  const parts = path.toWellFormed().split('/')
  const leavesTree = parts.some((part) => part === '' || part === '.' || part === '..')
  if (leavesTree || path.length > LONGEST_PATH || /[\\\p{Cc}]/u.test(path)) return undefined
  const encoded = parts.map((part) => encodeURIComponent(part).replace(/[()]/g, percent)).join('/')
  return `${serverUrl}/${repository}/blob/${commit ?? ''}/${encoded}`
}

/** Parentheses would end the address in Markdown. */
const percent = (sign: string): string => (sign === '(' ? '%28' : '%29')

export function commitLink({ serverUrl, repository, commit }: CommitPlace): string {
  if (commit === undefined || !/^[0-9a-f]{7,64}$/.test(commit)) return ''
  const label = code(commit.slice(0, 7))
  return repository === undefined
    ? label
    : `[${label}](${serverUrl}/${repository}/commit/${commit})`
}

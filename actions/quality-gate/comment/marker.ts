/** The two hidden lines that a comment begins with: whose it is, and which run it tells of. */
import { createHash } from 'node:crypto'

/** The run behind a comment. */
export interface RunMark {
  /** Digits; later runs of a repository have greater ones. */
  readonly id: string
  /** Digits, from 1. */
  readonly attempt: string
  readonly commit: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** A key is a name; what is longer is told apart by its hash. */
const LONGEST_KEY = 200

/** The first line. Nothing in a key can end the comment: `>` is always escaped, and no two `-` stand together. */
export function markerOf(key: string): string {
  const escaped = encodeURIComponent(key.toWellFormed()).replace(/-(?=-)/g, '%2D')
  const name =
    escaped.length <= LONGEST_KEY
      ? escaped
      : `sha256-${createHash('sha256').update(key).digest('hex')}`
  return `<!-- ecs-pipeline:quality-gate:${name} -->`
}

/** The second line. */
export const runLineOf = ({ id, attempt, commit, startedAt }: RunMark): string =>
  `<!-- ecs-pipeline:run id=${digits(id)} attempt=${digits(attempt)} commit=${/^[0-9a-f]{1,64}$/.test(commit) ? commit : '0'} started=${Math.trunc(startedAt)} -->`

const digits = (text: string): string => (/^\d{1,20}$/.test(text) ? text : '0')

const RUN_LINE =
  /^<!-- ecs-pipeline:run id=(\d{1,20}) attempt=(\d{1,20}) commit=([0-9a-f]{1,64}) started=(\d{1,16}) -->$/

const linesOf = (body: string): readonly string[] => body.split(/\r?\n/, 2)

export const hasMarker = (body: string, marker: string): boolean => linesOf(body)[0] === marker

/** `undefined` when somebody has edited it away. */
export function runOf(body: string): RunMark | undefined {
  const [, id, attempt, commit, startedAt] = RUN_LINE.exec(linesOf(body)[1] ?? '') ?? []
  if (id === undefined || attempt === undefined || commit === undefined) return undefined
  return { id, attempt, commit, startedAt: Number(startedAt) }
}

/**
 * Whether `a` knows better than `b`. Runs of one commit are told apart by when they started, because an old one may
 * have been started again; those of different commits by their number, because the newer commit was pushed later.
 */
export function isNewer(a: RunMark, b: RunMark): boolean {
  if (a.id === b.id) return BigInt(a.attempt) > BigInt(b.attempt)
  if (a.commit === b.commit) return a.startedAt > b.startedAt
  return BigInt(a.id) > BigInt(b.id)
}

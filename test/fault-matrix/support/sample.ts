/** Which cells `npm test` plays: the page holds them all, and playing them all takes minutes. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../../support/run-bundle.ts'
import { BURST } from './harms.ts'
import { COLUMNS, HEAD, headingOf } from './table.ts'

/** One cell of the page. */
export interface Cell {
  readonly story: string
  /** `UpdateService @ rolling back` */
  readonly call: string
  readonly kind: string
  readonly outcome: string
}

/** With how many kinds each row is played. */
const PER_ROW = 2

/** Neighbours are as unlike as can be, so that those few are. */
const ORDER = [
  ...[BURST, 'denied', 'throttled', 'reset', 'expired', '500', 'done, reset', 'time-out'],
  ...['done, garbage', 'garbage', 'done, time-out'],
]

export const readPage = (): Promise<string> => readFile(join(ROOT, 'docs/fault-matrix.md'), 'utf8')

/** The cells of the page's tables, row by row; those that cannot happen are left out. */
export function cellsOf(page: string): readonly Cell[] {
  let story = ''
  return page.split('\n').flatMap((line) => {
    if (line.startsWith('## ')) story = line.slice(3)
    const [, call = '', ...outcomes] = line.split('|').map((each) => each.trim())
    if (!call.includes(' @ ') || call === HEAD) return []
    return COLUMNS.flatMap((kind, at) => {
      const outcome = outcomes[at] ?? '-'
      return outcome === '-' ? [] : [{ story, call, kind, outcome }]
    })
  })
}

/** Some of each row, so that every operation meets every kind that can happen to it. The same in every run. */
export function sampleOf(cells: readonly Cell[]): readonly Cell[] {
  const operations = Map.groupBy(cells, ({ call }) => call.split(' @ ')[0])
  return [...operations.values()].flatMap((ofOperation) => {
    const rows = Map.groupBy(ofOperation, ({ story, call }) => `${story}: ${call}`)
    const chosen = [...rows.values()].flatMap((row, number) => {
      const all = row.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
      const first = number * PER_ROW
      return all.map((_, at) => all[(first + at) % all.length] as Cell).slice(0, PER_ROW)
    })
    const met = new Set(chosen.map(({ kind }) => kind))
    return [...chosen, ...ofOperation.filter(({ kind }) => isNew(met, kind))]
  })
}

/** Whether it was not there before; from now on it is. */
const isNew = (known: Set<string>, kind: string): boolean =>
  !known.has(kind) && known.add(kind).has(kind)

/** Whether a cell of a story is among these. */
export function chooser(
  cells: readonly Cell[],
): (story: string, call: string, kind: string) => boolean {
  const keys = new Set(cells.map(({ story, call, kind }) => [story, call, kind].join('|')))
  return (story, call, kind) => keys.has([headingOf(story), call, kind].join('|'))
}

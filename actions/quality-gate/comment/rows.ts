/** Checks and gates as rows of one table, the worst first. */
import {
  limitText,
  measureText,
  minus,
  pointsText,
  valueOf,
  type Measure,
  type Unit,
} from '@ecs-pipeline/quality'
import {
  STANDING_MARK,
  standingOfCheck,
  standingOfGate,
  STANDINGS,
  type Standing,
} from '../standing.ts'
import { safe } from './safe-text.ts'
import type { Told, ToldCheck, ToldGate } from './told.ts'

export const MARK: Readonly<Record<Standing | 'cancelled', string>> = {
  ...STANDING_MARK,
  cancelled: '🚫',
}

export interface Row {
  readonly standing: Standing
  readonly text: string
}

const HEADER = ['', 'Gate or check', 'Is', 'Limit', 'Before', 'Moved', 'Why']

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

export const TABLE_HEAD = `${line(HEADER)}\n${line(HEADER.map(() => '---'))}`

const LONGEST_NAME = 100
const LONGEST_NUMBER = 100
const LONGEST_REASON = 500

export function rowsOf({ checks, gates }: Pick<Told, 'checks' | 'gates'>): readonly Row[] {
  const rows = [...checks.map(rowOfCheck), ...gates.map(rowOfGate)]
  return STANDINGS.flatMap((standing) => rows.filter((row) => row.standing === standing))
}

function rowOfCheck(result: ToldCheck): Row {
  const { check, status, seconds, attempts, reason } = result
  const took = `${Math.round(seconds * 10) / 10} s`
  return rowOf(standingOfCheck(result), {
    word: status,
    name: `check ${check.id}`,
    numbers: [attempts > 1 ? `${took}, ${attempts} tries` : took, '', '', ''],
    why: reason,
  })
}

function rowOfGate(result: ToldGate): Row {
  const { gate, status, measure, before, reason, notices, exception } = result
  const isGood = status === 'passed' || status === 'resting'
  const excused = exception ? `Excepted until ${exception.expires}: ${exception.reason}` : undefined
  const { unit } = gate.metric
  return rowOf(standingOfGate(result), {
    word: status,
    name: gate.id,
    numbers: [
      measure ? measureText(measure, unit) : '',
      limitsOf(gate),
      before ? measureText(before, unit) : '',
      movedBy(measure, before, unit),
    ],
    // Its row shows the arithmetic of a gate that passed already.
    why: [...(status === 'passed' ? [] : [reason]), ...(isGood ? [] : [excused ?? '']), ...notices]
      .filter((part) => part !== '')
      .join(' '),
  })
}

interface Cells {
  readonly word: string
  readonly name: string
  readonly numbers: readonly [is: string, limit: string, before: string, moved: string]
  readonly why: string
}

const rowOf = (standing: Standing, { word, name, numbers, why }: Cells): Row => ({
  standing,
  text: line([
    `${MARK[standing]} ${safe(word, LONGEST_NAME)}`,
    safe(name, LONGEST_NAME),
    ...numbers.map((number) => safe(number, LONGEST_NUMBER)),
    safe(why, LONGEST_REASON),
  ]),
})

function limitsOf({ min, max, maxDrop, maxRise, metric: { unit } }: ToldGate['gate']): string {
  const moves = [
    maxDrop === undefined ? undefined : `down by ≤ ${limitText(maxDrop, unit, 'points')}`,
    maxRise === undefined ? undefined : `up by ≤ ${limitText(maxRise, unit, 'points')}`,
  ]
  return [
    min === undefined ? undefined : `≥ ${limitText(min, unit)}`,
    max === undefined ? undefined : `≤ ${limitText(max, unit)}`,
    ...moves,
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}

const isCounted = (measure: Measure): boolean => measure.kind === 'number' || measure.total > 0

function movedBy(is: Measure | undefined, was: Measure | undefined, unit: Unit): string {
  if (!is || is.kind !== was?.kind || !isCounted(is) || !isCounted(was)) return ''
  const by = minus(valueOf(is), valueOf(was))
  if (by.above === 0n) return '±0'
  return by.above > 0n
    ? `+${pointsText(by, unit)}`
    : `−${pointsText({ ...by, above: -by.above }, unit)}`
}

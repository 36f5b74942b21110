import { endOfDay, Fields, type DocumentValue } from '@ecs-pipeline/action-kit'
import type { PolicyException } from '@ecs-pipeline/quality'
import { EXCEPTION_KEYS } from './keys.ts'
import { remember, whereOf, type Reading } from './policy-reading.ts'

const EXAMPLE = '{vulnerability: GHSA-aaaa-bbbb-cccc, reason: "not reachable", expires: 2027-01-31}'

/** `undefined` when it is wrong; what is wrong is in the problems. */
export function readException(item: DocumentValue, reading: Reading): PolicyException | undefined {
  const what = {
    what: 'an exception',
    keys: EXCEPTION_KEYS,
    otherNames: { id: 'vulnerability', until: 'expires' },
  }
  const fields = Fields.of(item, what, reading.problems)
  if (!fields) return undefined
  fields.need('reason', 'Whoever reads it in a year wants to know why.')
  fields.need('expires', 'The last day on which it holds, for example 2027-01-31.')
  const [gate, vulnerability] = [fields.text('gate'), fields.text('vulnerability')]
  if (fields.has('gate') === fields.has('vulnerability')) {
    fields.report('gate', `an exception is of one \`gate\` or one \`vulnerability\`: ${EXAMPLE}`)
    return undefined
  }
  const [reason, expires] = [fields.text('reason'), fields.text('expires')]
  const until = expires === undefined ? undefined : endOfDay(expires)
  if (expires !== undefined && until === undefined) {
    fields.report('expires', `\`expires\` is a day such as 2027-01-31, not ${expires}.`)
  }
  if (reason === undefined || expires === undefined || until === undefined) return undefined
  const where = whereOf(reading, fields.place)
  const of = gate === undefined ? vulnerability && { vulnerability } : { gate }
  if (!of) return undefined
  return remember({ of, reason, expires, until, where }, fields, reading)
}

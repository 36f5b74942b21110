/** The file of findings that may pass for a while: who knows of it writes down why, and until when. */
import {
  describeValue,
  endOfDay,
  Fields,
  InputError,
  parseDocument,
  Problems,
  readTextFile,
  type DocumentValue,
} from '@ecs-pipeline/action-kit'
import type { Exception } from '@ecs-pipeline/image'
import { refused } from './ending.ts'
import type { PushInputs } from './inputs.ts'

const KEYS = ['id', 'reason', 'expires', 'package']
const EXAMPLE = '- {id: CVE-2026-1234, reason: "not reachable", expires: 2027-01-31}'

/** Throws an InputError with every problem of the file, each with line and column. */
export async function readIgnoreFile(
  name: string | undefined,
  workspace: string,
): Promise<readonly Exception[]> {
  if (name === undefined) return []
  const file = await readTextFile(name, workspace)
  if ('problem' in file) throw new InputError([`scan-ignore: ${name}: ${file.problem}`])
  const problems = new Problems(name)
  const value = await parseDocument(file.text, problems)
  const exceptions = value ? exceptionsIn(value, name, problems) : []
  if (!problems.none) throw new InputError(problems.lines)
  return exceptions
}

function exceptionsIn(
  value: DocumentValue,
  name: string,
  problems: Problems,
): readonly Exception[] {
  // A file of comments only: nothing is ignored.
  if (value.kind === 'nothing') return []
  if (value.kind !== 'list') {
    problems.add(
      value.place,
      `this has to be a list of exceptions such as ${EXAMPLE}, not ${describeValue(value)}.`,
    )
    return []
  }
  const exceptions = value.items.flatMap((item) => exceptionIn(item, name, problems) ?? [])
  return exceptions
}

function exceptionIn(item: DocumentValue, name: string, problems: Problems): Exception | undefined {
  const fields = Fields.of(item, { what: 'an exception', keys: KEYS }, problems)
  if (!fields) return undefined
  fields.need('id', `Write it so: ${EXAMPLE}`)
  fields.need('reason', 'Whoever reads it in a year wants to know why.')
  fields.need('expires', 'The last day on which it holds, for example 2027-01-31.')
  const [id, reason, expires] = [fields.text('id'), fields.text('reason'), fields.text('expires')]
  const until = expires === undefined ? undefined : endOfDay(expires)
  if (expires !== undefined && until === undefined) {
    fields.report('expires', `\`expires\` is a day such as 2027-01-31, not ${expires}.`)
  }
  const inPackage = fields.text('package')
  if (id === undefined || reason === undefined || expires === undefined || until === undefined)
    return undefined
  const where = `${name}:${fields.place.line}`
  return { id, package: inPackage, reason, until, expires, where }
}

/** Told before anything is built: somebody promised to look at it by that day. */
export function checkExpired(
  { failOn }: PushInputs,
  exceptions: readonly Exception[],
  now: number,
): void {
  const expired = failOn === 'never' ? [] : exceptions.filter(({ until }) => now >= until)
  if (expired.length === 0) return
  const lines = expired.map(
    ({ id, expires, where }) => `The exception for ${id} expired on ${expires} (${where}).`,
  )
  throw refused(
    lines.join(' '),
    'Look at it again: mend the finding, or give the exception a new day and a reason.',
  )
}

/** The policy file: what is run, what is read, and what is asked of it. */
import {
  describeValue,
  Fields,
  InputError,
  likelyWord,
  parseDocument,
  Problems,
  quoted,
  type DocumentValue,
} from '@ecs-pipeline/action-kit'
import {
  KIND_OF,
  problemsOfNeeds,
  SIZE,
  type CheckSpec,
  type Gate,
  type Policy,
  type PolicyException,
  type SizeSpec,
} from '@ecs-pipeline/quality'
import { FILE_KEYS, SIZE_KEYS } from './keys.ts'
import { readId, repeated, textList, whereOf, type Reading } from './policy-reading.ts'
import { readCheck } from './read-check.ts'
import { readException } from './read-exception.ts'
import { readGate } from './read-gate.ts'

/** Far above what a person writes. */
const MOST = 200

/** Reads the whole file or throws one InputError that lists everything that is wrong with it. `name` is its path. */
export async function readPolicy(text: string, name: string): Promise<Policy> {
  const problems = new Problems(name)
  const document = await parseDocument(text, problems)
  const policy = document && readParts(document, { problems })
  if (!policy || !problems.none) throw new InputError(problems.lines)
  return policy
}

function readParts(document: DocumentValue, reading: Reading): Policy | undefined {
  const { problems } = reading
  if (document.kind === 'nothing') {
    problems.add(
      document.place,
      'the file is empty. Write `checks` and `gates`, or remove it: then usual ones are used.',
    )
    return undefined
  }
  const what = {
    what: 'a policy',
    keys: FILE_KEYS,
    otherNames: { conditions: 'gates', jobs: 'checks', steps: 'checks', ignore: 'exceptions' },
  }
  const file = Fields.of(document, what, problems)
  if (!file) return undefined
  const version = file.integer('version', { minimum: 1, maximum: 1 })
  if (version === undefined) file.need('version', 'Write `version: 1`.')
  const checks = readList(file, 'checks', reading, readCheck)
  const sizes = readList(file, 'sizes', reading, readSize)
  const gates = readList(file, 'gates', reading, readGate)
  const exceptions = readList(file, 'exceptions', reading, readException)
  if (!file.has('checks') && !file.has('sizes')) file.need('checks', 'Write a list of checks.')
  const policy = { name: readId(file, 'name') ?? 'quality-gate', checks, sizes, gates, exceptions }
  crossCheck(policy, file, reading)
  return policy
}

function readList<Part>(
  file: Fields,
  key: string,
  reading: Reading,
  read: (item: DocumentValue, reading: Reading) => Part | undefined,
): readonly Part[] {
  const list = file.value(key)
  if (!list || list.kind === 'nothing') return []
  if (list.kind !== 'list') {
    const hint = list.kind === 'map' ? ' Begin each with "- ".' : ''
    file.report(key, `\`${key}\` is a list, not ${describeValue(list)}.${hint}`)
    return []
  }
  if (list.items.length > MOST) {
    file.report(key, `\`${key}\` has at most ${MOST} entries, not ${list.items.length}.`)
    return []
  }
  return list.items.flatMap((item) => read(item, reading) ?? [])
}

function readSize(item: DocumentValue, reading: Reading): SizeSpec | undefined {
  const fields = Fields.of(
    item,
    { what: 'a size', keys: SIZE_KEYS, otherNames: { paths: 'path', id: 'name' } },
    reading.problems,
  )
  if (!fields) return undefined
  fields.need('name', 'Its metric is size.NAME.')
  fields.need('path', 'A file or a glob, counted from the root.')
  const [name, paths] = [readId(fields, 'name'), textList(fields, 'path')]
  const gzip = fields.value('gzip')
  if (gzip && gzip.kind !== 'truth')
    fields.report('gzip', `\`gzip\` is true or false, not ${describeValue(gzip)}.`)
  if (name === undefined || !paths) return undefined
  return {
    name,
    paths,
    gzip: gzip?.kind === 'truth' && gzip.value,
    where: whereOf(reading, fields.place),
  }
}

type Parts = Pick<Policy, 'checks' | 'sizes' | 'gates' | 'exceptions'>

/** What only the whole file can tell. */
function crossCheck(
  { checks, sizes, gates, exceptions }: Parts,
  file: Fields,
  { problems }: Reading,
): void {
  // The line is in `where`; the column of a whole entry says nothing.
  const report = (where: string, message: string): void =>
    problems.add({ line: Number(where.split(':').at(-1)), column: 1 }, message)
  for (const { id, where } of repeated(checks, (each) => each.id)) {
    report(where, `there are two checks with the id ${id}.`)
  }
  for (const { id, where } of repeated(gates, (each) => each.id)) {
    report(where, `there are two gates with the id ${id}. Give one of them another \`id\`.`)
  }
  for (const { name, where } of repeated(sizes, (each) => each.name)) {
    report(where, `there are two sizes with the name ${name}.`)
  }
  for (const problem of problemsOfNeeds(checks)) file.report('checks', problem)
  for (const { needs, where } of checks) {
    for (const need of needs.filter((id) =>
      checks.some((each) => each.id === id && !each.command),
    )) {
      report(
        where,
        `the check ${need} has no \`run\`: an earlier step has run it, and there is nothing to wait for.`,
      )
    }
  }
  for (const { id, needs, command, where } of checks) {
    if (!command && needs.length > 0)
      report(where, `the check ${id} has no \`run\`, so it needs nothing.`)
  }
  for (const gate of gates)
    for (const problem of gateProblems(gate, checks, sizes)) report(gate.where, problem)
  for (const exception of exceptions) {
    const problem = exceptionProblem(exception, gates)
    if (problem !== undefined) report(exception.where, problem)
  }
  if (checks.length === 0 && sizes.length === 0 && problems.none) {
    file.report('checks', 'there is no check: nothing would be looked at.')
  }
}

function gateProblems(
  { metric, checks: wanted }: Gate,
  checks: readonly CheckSpec[],
  sizes: readonly SizeSpec[],
): readonly string[] {
  const ids = checks.map(({ id }) => id)
  const unknown = wanted.filter((id) => !ids.includes(id))
  if (unknown.length > 0) {
    return unknown.map((id) => `there is no check ${quoted(id)}. ${guess(id, ids)}`)
  }
  if (metric.from === 'sizes') {
    const names = sizes.map(({ name }) => name)
    const name = metric.name.slice(SIZE.length)
    return names.includes(name) ? [] : [`there is no size ${quoted(name)}. ${guess(name, names)}`]
  }
  const formats = Object.entries(KIND_OF).filter(([, kind]) => kind === metric.from)
  const hasReport = checks
    .filter(({ id }) => wanted.length === 0 || wanted.includes(id))
    .some(({ reports }) => reports.some(({ format }) => KIND_OF[format] === metric.from))
  return hasReport
    ? []
    : [
        `no check${wanted.length === 0 ? '' : ` of ${wanted.join(', ')}`} has a report to count ${metric.name} from. Its formats are ${formats.map(([format]) => format).join(', ')}.`,
      ]
}

function exceptionProblem({ of }: PolicyException, gates: readonly Gate[]): string | undefined {
  if ('vulnerability' in of) return undefined
  const ids = gates.map(({ id }) => id)
  return ids.includes(of.gate)
    ? undefined
    : `there is no gate ${quoted(of.gate)}. ${guess(of.gate, ids)}`
}

function guess(given: string, names: readonly string[]): string {
  const near = likelyWord(given, names)
  if (near !== undefined) return `Did you mean ${near}?`
  return names.length === 0 ? 'There are none.' : `There are ${names.join(', ')}.`
}

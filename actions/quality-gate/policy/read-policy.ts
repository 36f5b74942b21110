/** The policy file: what is run, what is read, and what is asked of it. */
import {
  describeValue,
  Fields,
  InputError,
  parseDocument,
  Problems,
  type DocumentValue,
} from '@ecs-pipeline/action-kit'
import type { Policy, SizeSpec } from '@ecs-pipeline/quality'
import { crossCheck } from './cross-check.ts'
import { FILE_KEYS, SIZE_KEYS } from './keys.ts'
import { readId, readPaths, remember, whereOf, type Reading } from './policy-reading.ts'
import { readCheck } from './read-check.ts'
import { readException } from './read-exception.ts'
import { readGate } from './read-gate.ts'

/** Far above what a person writes. */
const MOST = 200

/** Reads the whole file or throws one InputError that lists everything that is wrong with it. `name` is its path. */
export async function readPolicy(text: string, name: string): Promise<Policy> {
  const problems = new Problems(name)
  const document = await parseDocument(text, problems)
  const policy = document && readParts(document, { problems, fieldsOf: new Map() })
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
  if (document.kind === 'list') {
    problems.add(
      document.place,
      'the file is a list. Write `version: 1` before it, and `checks:` or `gates:` above each list.',
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
  file.need('version', 'Write `version: 1`.')
  const version = file.value('version')
  if (version && !(version.kind === 'number' && version.value === 1)) {
    file.report('version', `\`version\` is 1, there is no other; not ${describeValue(version)}.`)
  }
  const told = (): number => problems.lines.length
  const before = told()
  const checks = readList(file, 'checks', reading, readCheck)
  const sizes = readList(file, 'sizes', reading, readSize)
  const afterChecks = told()
  const gates = readList(file, 'gates', reading, readGate)
  const isWhole = { checks: afterChecks === before, gates: told() === afterChecks }
  const exceptions = readList(file, 'exceptions', reading, readException)
  if (!file.has('checks') && !file.has('sizes')) file.need('checks', 'Write a list of checks.')
  const policy = { name: readId(file, 'name') ?? 'quality-gate', checks, sizes, gates, exceptions }
  crossCheck(policy, isWhole, reading)
  if (checks.length === 0 && sizes.length === 0 && problems.none) {
    file.report('checks', 'there is no check: nothing would be looked at.')
  }
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
  const [name, paths] = [readId(fields, 'name'), readPaths(fields, 'path')]
  const gzip = fields.value('gzip')
  if (gzip && gzip.kind !== 'truth')
    fields.report('gzip', `\`gzip\` is true or false, not ${describeValue(gzip)}.`)
  if (name === undefined || !paths) return undefined
  const isZipped = gzip?.kind === 'truth' && gzip.value
  const where = whereOf(reading, fields.place)
  return remember({ name, paths, gzip: isZipped, where }, fields, reading)
}

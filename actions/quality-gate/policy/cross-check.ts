/** What only the whole policy can tell: names that stand twice, and names that nothing has. */
import { likelyWord, quoted } from '@ecs-pipeline/action-kit'
import {
  KIND_OF,
  problemsOfNeeds,
  SIZE,
  type CheckSpec,
  type Gate,
  type Policy,
} from '@ecs-pipeline/quality'
import { repeated, type Reading } from './policy-reading.ts'

/** Whether none was left out because of something else that is wrong with it. */
export interface Whole {
  /** With the sizes. */
  readonly checks: boolean
  readonly gates: boolean
}

/** A name that is missing because its owner could not be read is not told of a second time. */
export function crossCheck(policy: Policy, isWhole: Whole, reading: Reading): void {
  const { checks, sizes, gates, exceptions } = policy
  const report = (part: object, key: string, message: string): void =>
    reading.fieldsOf.get(part)?.report(key, message)
  for (const check of repeated(checks, ({ id }) => id)) {
    report(check, 'id', `there are two checks with the id ${check.id}. Give this one another.`)
  }
  for (const gate of repeated(gates, ({ id }) => id)) {
    const advice = 'Give this one another `id`, or put their limits into one gate.'
    report(gate, 'id', `there are two gates with the id ${gate.id}. ${advice}`)
  }
  for (const size of repeated(sizes, ({ name }) => name)) {
    report(size, 'name', `there are two sizes with the name ${size.name}. Give this one another.`)
  }
  if (isWhole.checks) {
    for (const { check, problem } of problemsOfNeeds(checks)) {
      report(checks.find(({ id }) => id === check) ?? {}, 'needs', problem)
    }
    for (const check of checks) {
      const problem = needlessNeed(check, checks)
      if (problem !== undefined) report(check, 'needs', problem)
    }
    for (const gate of gates) {
      const found = gateProblem(gate, policy)
      if (found) report(gate, found.key, found.problem)
    }
  }
  if (!isWhole.gates) return
  const ids = gates.map(({ id }) => id)
  for (const exception of exceptions) {
    if (!('gate' in exception.of) || ids.includes(exception.of.gate)) continue
    const { gate } = exception.of
    report(exception, 'gate', `there is no gate ${quoted(gate)}. ${guess(gate, ids)}`)
  }
}

/** What an earlier step has run waits for nothing, and nothing waits for it. */
function needlessNeed(
  { id, command, needs }: CheckSpec,
  checks: readonly CheckSpec[],
): string | undefined {
  if (!command && needs.length > 0) return `the check ${id} has no \`run\`, so it needs nothing.`
  const read = needs.find((need) => checks.some((each) => each.id === need && !each.command))
  return read === undefined
    ? undefined
    : `the check ${read} has no \`run\`: an earlier step has run it, and there is nothing to wait for.`
}

interface GateProblem {
  readonly key: string
  readonly problem: string
}

function gateProblem(
  { metric, checks: wanted }: Gate,
  { checks, sizes }: Policy,
): GateProblem | undefined {
  const ids = checks.map(({ id }) => id)
  const unknown = wanted.find((id) => !ids.includes(id))
  if (unknown !== undefined) {
    const problem = `there is no check ${quoted(unknown)}. ${guess(unknown, ids)}`
    return { key: 'check', problem }
  }
  if (metric.from === 'sizes') {
    const names = sizes.map(({ name }) => name)
    const name = metric.name.slice(SIZE.length)
    if (names.includes(name)) return undefined
    const advice =
      names.length === 0 ? `Write \`sizes: [{name: ${name}, path: …}]\`.` : guess(name, names)
    return { key: 'metric', problem: `there is no size ${quoted(name)}. ${advice}` }
  }
  const hasReport = checks
    .filter(({ id }) => wanted.length === 0 || wanted.includes(id))
    .some(({ reports }) => reports.some(({ format }) => KIND_OF[format] === metric.from))
  if (hasReport) return undefined
  const formats = Object.entries(KIND_OF).filter(([, kind]) => kind === metric.from)
  const of = wanted.length === 0 ? '' : ` of ${wanted.join(', ')}`
  const advice = `Give a check a \`report\` with one of the formats ${formats.map(([format]) => format).join(', ')}.`
  return {
    key: 'metric',
    problem: `no check${of} has a report to count ${metric.name} from. ${advice}`,
  }
}

function guess(given: string, names: readonly string[]): string {
  const near = likelyWord(given, names)
  if (near !== undefined) return `Did you mean ${near}?`
  return names.length === 0 ? 'There are none.' : `There are ${names.join(', ')}.`
}

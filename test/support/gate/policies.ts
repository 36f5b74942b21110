/** Policies of tests: parts of the finance server's own one, so that a run costs only what it proves. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { ROOT } from '../run-bundle.ts'

interface PolicyFile {
  readonly name: string
  readonly checks: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[]
  readonly sizes: readonly object[]
  readonly gates: readonly (object & { readonly metric: string })[]
}

const POLICY = parse(
  await readFile(join(ROOT, 'packages/finance-app/server/quality-gate.yml'), 'utf8'),
) as PolicyFile

/** Which of its checks a metric is counted from. */
const CHECK_OF: Readonly<Record<string, readonly string[]>> = {
  tests: ['tests'],
  coverage: ['tests'],
  lint: ['lint', 'format'],
  vulnerabilities: ['audit'],
}

/** Its checks of these ids, as they stand there, with the gates over their reports. */
export function partOf(ids: readonly string[], more: object = {}): string {
  return policy({
    checks: POLICY.checks.filter(({ id }) => ids.includes(id)),
    gates: POLICY.gates.filter(({ metric }) =>
      CHECK_OF[metric.split('.')[0] ?? '']?.some((id) => ids.includes(id)),
    ),
    ...more,
  })
}

/** Its sizes, with the gates over them. */
export const sizesOf = (): string =>
  policy({
    sizes: POLICY.sizes,
    gates: POLICY.gates.filter(({ metric }) => metric.startsWith('size.')),
  })

/** Under its name, so that they have one baseline. */
export const policy = (parts: object): string =>
  stringify({ version: 1, name: POLICY.name, ...parts })

/** Writes a policy file as a person would. */
import type { ReportFormat } from '@ecs-pipeline/quality'

/** A tool that has found something exits with 1: whether that may be is asked by the gates. */
export const FOUND: readonly number[] = [0, 1]

export interface PresetCheck {
  readonly id: string
  readonly run: readonly string[]
  readonly exitCodes?: readonly number[]
  readonly env?: Readonly<Record<string, string>>
  readonly reports: readonly { readonly format: ReportFormat; readonly path?: string }[]
}

/** Keys as in the file. */
export type PresetGate = Readonly<Record<string, string | number>>

export function policyText(checks: readonly PresetCheck[], gates: readonly PresetGate[]): string {
  return [
    'version: 1',
    'checks:',
    ...checks.flatMap(checkLines),
    ...(gates.length === 0 ? [] : ['gates:']),
    ...gates.map((gate) => `  - ${flow(gate)}`),
    '',
  ].join('\n')
}

function checkLines({ id, run, exitCodes, env, reports }: PresetCheck): readonly string[] {
  const [only] = reports
  return [
    `  - id: ${id}`,
    `    run: ${commandText(run)}`,
    ...(exitCodes ? [`    exit-codes: [${exitCodes.join(', ')}]`] : []),
    ...(env ? [`    env: ${flow(env)}`] : []),
    ...(only && reports.length === 1 ? [`    report: ${flow(only)}`] : []),
    ...(reports.length > 1
      ? ['    report:', ...reports.map((each) => `      - ${flow(each)}`)]
      : []),
  ]
}

/** In one line where no word needs quotes: that is what a formatter of YAML leaves as it is. */
const commandText = (run: readonly string[]): string =>
  run.every((word) => /^[\w./=:,@-]+$/.test(word) && !word.endsWith(':'))
    ? run.join(' ')
    : `[${run.map(scalar).join(', ')}]`

const flow = (map: Readonly<Record<string, string | number>>): string =>
  `{ ${Object.entries(map)
    .map(([key, value]) => `${key}: ${typeof value === 'number' ? String(value) : scalar(value)}`)
    .join(', ')} }`

/** In quotes where YAML would read something else. JSON's strings are YAML's. */
const scalar = (text: string): string =>
  /^(--?)?[A-Za-z/.][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text)

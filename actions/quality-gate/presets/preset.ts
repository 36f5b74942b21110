/** What is run and asked when there is no policy file: the text of the file that would say the same. */
import type { ReportFormat } from '@ecs-pipeline/quality'
import type { PresetCheck, PresetGate } from './policy-text.ts'
import { policyText } from './policy-text.ts'
import { nodeChecks, readNodeProject } from './node-project.ts'
import { pythonChecks, readPythonProject } from './python-project.ts'

export interface Preset {
  /** `Node`, `Python`: what the project was taken for, and by what. */
  readonly because: string
  /** A policy file, to be copied. */
  readonly text: string
}

/** `undefined` when the folder holds no project that is known. */
export async function findPreset(folder: string): Promise<Preset | undefined> {
  const node = await readNodeProject(folder)
  if (node) {
    const checks = nodeChecks(node)
    if (checks.length > 0) return preset(node.because, checks)
  }
  const python = await readPythonProject(folder)
  return python && preset(python.because, pythonChecks(python))
}

const preset = (because: string, checks: readonly PresetCheck[]): Preset => ({
  because,
  text: policyText(checks, gatesFor(checks)),
})

/** Sensible ones for what the checks report: nothing that was good may get worse, and nothing new may be bad. */
export function gatesFor(checks: readonly PresetCheck[]): readonly PresetGate[] {
  const formats = new Set(checks.flatMap(({ reports }) => reports.map(({ format }) => format)))
  const has = (...wanted: readonly ReportFormat[]): boolean =>
    wanted.some((format) => formats.has(format))
  return [
    ...(has('jest-json', 'junit', 'tap')
      ? [
          { metric: 'tests.failed', max: 0 },
          { metric: 'tests.total', min: 1 },
          { metric: 'tests.flaky', max: 0, level: 'warning' },
        ]
      : []),
    ...(has('lcov', 'cobertura')
      ? [
          { metric: 'coverage.lines', 'max-drop': 0 },
          { metric: 'coverage.lines', scope: 'new-code', min: 80 },
        ]
      : []),
    ...(has('eslint-json', 'tsc', 'prettier', 'sarif')
      ? [
          { metric: 'lint.errors', max: 0 },
          { metric: 'lint.warnings', 'max-rise': 0 },
        ]
      : []),
    ...(has('npm-audit')
      ? [
          { metric: 'vulnerabilities.critical', max: 0 },
          { metric: 'vulnerabilities.high', scope: 'production', max: 0 },
        ]
      : []),
  ]
}

/** Policies that would be right but for the lines given. */
export { read, seen, type BadDocument } from '../../../../../test/support/bad-document.ts'

const block = (...lines: readonly string[]): string => `${lines.join('\n')}\n`

/** Line 3 is the id; the lines given begin with line 4, indented by four. */
export const check = (...lines: readonly string[]): string =>
  block('version: 1', 'checks:', '  - id: unit', ...lines.map((line) => `    ${line}`))

/** Two checks, unit and lint, with reports of tests and issues; line 6 is the gate, at column 5 after its `- `. */
export const gate = (...lines: readonly string[]): string =>
  block(
    'version: 1',
    'checks:',
    '  - {id: unit, run: npx jest --json, report: {format: jest-json}}',
    '  - {id: lint, run: npx eslint . --format json, report: {format: eslint-json}}',
    'gates:',
    ...lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`),
  )

/** Line 5 is the exception. */
export const exception = (text: string): string =>
  block(
    'version: 1',
    'checks: [{id: unit, run: npx jest --json, report: {format: jest-json}}]',
    'gates: [{metric: tests.failed, max: 0}]',
    'exceptions:',
    `  - ${text}`,
  )

/** Line 3 is the size. */
export const size = (text: string, ...more: readonly string[]): string =>
  block('version: 1', 'sizes:', `  - ${text}`, ...more)

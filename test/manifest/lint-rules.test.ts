/** Each rule of our own, and the ones that the design counts on, can fail: a text that breaks it is reported. */
import { execFile } from 'node:child_process'
import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from '@jest/globals'
import { ROOT } from '../support/run-bundle.ts'

interface Case {
  readonly file: string
  readonly text: string
  /** The rule that has to report the text; `undefined` when all of ours have to be content. */
  readonly rule: string | undefined
}

const ROLLOUT = 'packages/rollout/src/errors.ts'
const AWS = 'packages/aws/src/index.ts'
const KIT = 'packages/action-kit/src/index.ts'
const ACTION = 'actions/deploy/outputs.ts'
const TOOL = 'tools/build.ts'
const TEST = 'test/tools/build.test.ts'

const breaks = (rule: string, file: string, text: string): Case => ({ file, text, rule })
const allows = (file: string, text: string): Case => ({ file, text, rule: undefined })

const CASES: readonly Case[] = [
  breaks('ours/import-rule', ROLLOUT, `import '@aws-sdk/client-ecs'`),
  breaks('ours/import-rule', ROLLOUT, `import '@ecs-pipeline/aws'`),
  breaks('ours/import-rule', ROLLOUT, `import 'node:fs'`),
  breaks('ours/import-rule', ROLLOUT, `export * from '../../aws/src/index.ts'`),
  breaks('ours/import-rule', AWS, `import '@actions/core'`),
  breaks('ours/import-rule', AWS, `import '@ecs-pipeline/action-kit'`),
  breaks('ours/import-rule', AWS, `import type {} from '@ecs-pipeline/local-aws'`),
  breaks('ours/import-rule', KIT, `import '@ecs-pipeline/rollout'`),
  breaks('ours/import-rule', KIT, `import '@aws-sdk/client-ecs'`),
  breaks('ours/import-rule', ACTION, `import '@ecs-pipeline/local-aws'`),
  breaks('ours/import-rule', ACTION, `import '@actions/core'`),
  breaks('ours/import-rule', ACTION, `void import('@aws-sdk/client-ecs')`),
  breaks('ours/import-rule', ACTION, `import '../rollback/main.ts'`),
  breaks('ours/import-rule', ACTION, `import '../../test/support/traffic.ts'`),
  breaks('ours/import-rule', ACTION, `import '../../packages/aws/src/index.ts'`),
  allows(
    ACTION,
    `import '@ecs-pipeline/rollout'\nimport '@ecs-pipeline/aws'\nimport './refusal.ts'`,
  ),
  allows(AWS, `import '@ecs-pipeline/rollout'\nimport '@aws-sdk/client-ecs'\nimport 'node:fs'`),
  breaks('ours/only-owner-environment', ACTION, `void process.env['HOME']`),
  breaks('ours/only-owner-environment', AWS, `void process.env.HOME`),
  allows(KIT, `void process.env['HOME']`),
  breaks('ours/only-owner-sdk-clients', ACTION, `void new ECSClient({})`),
  allows(AWS, `void new ECSClient({})`),
  breaks('ours/only-owner-set-failed', KIT, `setFailed('no')`),
  breaks('ours/only-owner-set-failed', ACTION, `process.exitCode = 1`),
  breaks('ours/only-owner-real-time', ACTION, `void Date.now()`),
  breaks('ours/only-owner-real-time', ROLLOUT, `void new Date()`),
  breaks('ours/only-owner-real-time', ROLLOUT, `setTimeout(() => undefined, 1)`),
  breaks('ours/only-owner-real-time', AWS, `globalThis.setInterval(() => undefined, 1)`),
  breaks('ours/only-owner-real-time', KIT, `import 'node:timers/promises'`),
  allows(ACTION, `void new Date(0).toISOString()`),
  breaks('ours/only-owner-wire-limits', ROLLOUT, `AbortSignal.timeout(1)`),
  breaks(
    'ours/only-owner-wire-limits',
    'packages/reporting/src/summary.ts',
    `AbortSignal.timeout(1)`,
  ),
  allows('packages/aws/src/metrics/prometheus.ts', `AbortSignal.timeout(1)`),
  breaks('ours/file-name', 'tools/snake_case.js', ''),
  breaks('ours/each-parameters', TEST, `test.each([['a', 1], ['b']])('%s', (name, count) => {})`),
  breaks('ours/each-parameters', TEST, `test.each(['a', 'b'])('%s', async (name, done) => {})`),
  breaks(
    'ours/each-parameters',
    TEST,
    `const ROWS = [['a', 1]] as const\ndescribe('x', () => {\n  test.only.each(ROWS)('%s', (a, b, c) => {}, 5)\n})`,
  ),
  allows(TEST, `test.each([['a', 1], ['b', 2]] as const)('%s', (name, count) => {})`),
  allows(TEST, `test.each([['a'], ['b', 2]])('%s', (name, count = 1, ...rest) => {})`),
  allows(
    TEST,
    `test.each([[...ROW], row])('%s', (name, count) => {})\ntest.each([])('%s', (a) => {})`,
  ),
  breaks('import-x/no-default-export', TOOL, `export default 1`),
  breaks('import-x/no-cycle', ROLLOUT, `import './index.ts'`),
  breaks('max-lines', TOOL, 'void 0\n'.repeat(301)),
  breaks('@typescript-eslint/no-floating-promises', TOOL, `Promise.resolve()`),
  breaks('@typescript-eslint/no-explicit-any', TOOL, `export const a = 1 as any`),
  breaks(
    '@typescript-eslint/explicit-module-boundary-types',
    TOOL,
    `export function f() {\n  return 1\n}`,
  ),
]

/** In a process of its own: ESLint loads its configuration and plugins itself, which jest's module registry is not made for. */
const LINT = `
  import { ESLint } from 'eslint'
  import { readFileSync } from 'node:fs'
  const cases = JSON.parse(readFileSync(process.argv[1], 'utf8'))
  const eslint = new ESLint()
  const reported = []
  for (const { file, text } of cases) {
    const [result] = await eslint.lintText(text, { filePath: file })
    reported.push(result.messages.map((message) => message.ruleId ?? message.message))
  }
  console.log(JSON.stringify(reported))
`

let reported: readonly (readonly string[])[]

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ecs-pipeline-lint-'))
  try {
    const file = join(folder, 'cases.json')
    await writeFile(file, JSON.stringify(CASES))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', LINT, file],
      { cwd: ROOT },
    )
    reported = JSON.parse(stdout) as readonly (readonly string[])[]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)

const title = ({ rule, file, text }: Case): string =>
  `${rule === undefined ? 'allowed' : `refused by ${rule}`}: ${file}: ${text.slice(0, 80).trim().replace(/\s+/g, ' ')}`

test.each(CASES.map((each, index) => [title(each), each, index] as const))(
  '%s',
  (_, each, index) => {
    const rules = reported[index] ?? []
    if (each.rule !== undefined) expect(rules).toContain(each.rule)
    else expect(rules.filter((rule) => !rule.startsWith('@typescript-eslint/'))).toEqual([])
  },
)

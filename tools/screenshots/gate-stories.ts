/** Runs of quality-gate whose job summaries are shown on its pages. */
import { GateProject, type Files } from './gate-project.ts'

export interface GateStory {
  readonly kind: string
  /** The first line of its summary; a run that ends otherwise is not the one that the page tells of. */
  readonly headline: string
  /** What the change does to the project. `undefined`: there is no change, only the project. */
  readonly change: Files | undefined
}

const POLICY = `version: 1
checks:
  - id: types
    run: tsc --noEmit --pretty false
    exit-codes: [0, 1, 2]
    report: { format: tsc }
  - id: lint
    run: eslint src --format json
    exit-codes: [0, 1]
    report: { format: eslint-json }
  - id: unit
    needs: types
    run: >-
      node --test --experimental-test-coverage --test-coverage-exclude='test/**'
      --test-reporter junit --test-reporter-destination reports/junit.xml
      --test-reporter lcov --test-reporter-destination reports/lcov.info
    exit-codes: [0, 1]
    report:
      - { format: junit, path: reports/junit.xml }
      - { format: lcov, path: reports/lcov.info }
sizes:
  - { name: source, path: src/*.ts, gzip: true }
gates:
  - { metric: tests.failed, max: 0 }
  - { metric: coverage.lines, max-drop: 0.5 }
  - { metric: coverage.lines, scope: new-code, min: 80, min-lines: 5 }
  - { metric: lint.errors, max: 0 }
  - { metric: lint.warnings, max-rise: 0 }
  - { metric: size.source, max: 2 kB }
`

const MONEY = `export function round(amount: number): number {
  return Math.round(amount * 100) / 100
}

export function share(amount: number, of: number): number {
  if (of === 0) {
    return 0
  }
  return round(amount / of)
}
`

const TEST = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { round, share } from '../src/money.ts'

test('amounts have two decimals', () => {
  assert.equal(round(1.234), 1.23)
})
test('a share of ten by four', () => {
  assert.equal(share(10, 4), 2.5)
})
`

const INTEREST = `import { round } from './money.ts'

export function interest(amount: number, days: number): number {
  if (days < 0) {
    throw new RangeError('no negative days')
  }
  return round((amount * 0.05 * days) / 365)
}
`

const INTEREST_TEST = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interest } from '../src/interest.ts'

test('a year has five percent', () => {
  assert.equal(interest(100, 365), 5)
})
test('days are not negative', () => {
  assert.throws(() => interest(1, -1))
})
`

const PROJECT: Files = {
  'quality-gate.yml': POLICY,
  'package.json': '{ "name": "ledger", "type": "module", "scripts": { "test": "node --test" } }\n',
  'tsconfig.json': `{ "compilerOptions": { "strict": true, "types": [], "module": "nodenext", "target": "es2024",
  "allowImportingTsExtensions": true, "noEmit": true }, "include": ["src"] }
`,
  'eslint.config.js': `export default [{ files: ['src/*.js'], rules: { eqeqeq: 'error', 'no-console': 'warn' } }]\n`,
  'src/legacy.js': 'export const legacy = 1\n',
  'src/money.ts': MONEY,
  'test/money.test.ts': TEST,
  'reports/.gitignore': '*\n!.gitignore\n',
}

export const GATE_STORIES: readonly GateStory[] = [
  {
    kind: 'gate-passed',
    headline: '## ✅ quality-gate: passed',
    change: { 'src/interest.ts': INTEREST, 'test/interest.test.ts': INTEREST_TEST },
  },
  {
    kind: 'gate-failed',
    headline: '## ❌ quality-gate: failed',
    change: {
      'src/legacy.js': `export const legacy = (a) => {\n  console.log(a)\n  return a == 1\n}\n`,
      'src/money.ts': MONEY.replace('* 100) / 100', '* 10) / 10'),
    },
  },
  {
    kind: 'gate-unmeasured',
    headline: '## ❓ quality-gate: unmeasured',
    change: {
      'quality-gate.yml': POLICY.replace('run: eslint', 'run: eslint_d').replace(
        'path: src/*.ts',
        'path: dist/*.js',
      ),
    },
  },
  { kind: 'gate-preset', headline: '## ✅ quality-gate: passed', change: undefined },
]

const INPUTS: Files = { baseline: 'file:quality-baseline.json', 'max-parallel': '2' }

export async function gateSummaryOf(story: GateStory): Promise<string> {
  const { 'quality-gate.yml': policy = '', ...others } = PROJECT
  const hasPolicy = story.change !== undefined
  const project = await GateProject.open(
    hasPolicy ? { ...others, 'quality-gate.yml': policy } : others,
  )
  try {
    const summary = await runs(project, story.change)
    if (!summary.startsWith(story.headline)) {
      throw new Error(`The run of ${story.kind} ended otherwise: ${summary.slice(0, 2000)}`)
    }
    return summary
  } finally {
    await project.close()
  }
}

const MAIN = { repository: { default_branch: 'main' } }

async function runs(project: GateProject, change: Files | undefined): Promise<string> {
  if (!change) return project.run('schedule', MAIN, { baseline: 'none' })
  // The base branch records what it has, and that is committed.
  await project.run('push', MAIN, INPUTS)
  const base = await project.commit({})
  project.git('checkout', '--quiet', '-b', 'work')
  const head = await project.commit(change)
  const repo = { full_name: 'acme/ledger' }
  const pullRequest = {
    number: 7,
    head: { sha: head, ref: 'work', repo },
    base: { sha: base, ref: 'main', repo },
  }
  return project.run('pull_request', { ...MAIN, pull_request: pullRequest }, INPUTS)
}

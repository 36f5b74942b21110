/** What the quality-gate bundle takes longer than the commands of its checks do when they are run by hand. */
import { loadavg } from 'node:os'
import { run } from '../support/command.ts'
import { policy } from '../support/gate/policies.ts'
import { GateRepository, type EventVariables, type Files } from '../support/gate/repository.ts'
import { GateStage } from '../support/gate/stage.ts'
import { NODE_24 } from '../support/run-bundle.ts'

const ROUNDS = 5
/** Seconds; more would be felt. */
const WANTED = 1

/** Reports of four kinds, each written by a check of its own. */
const REPORTS = {
  junit: '<testsuite name="a" tests="1"><testcase name="x" time="0.1"/></testsuite>',
  lcov: 'SF:app.js\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n',
  'eslint-json': '[{"filePath":"app.js","messages":[]}]',
  'npm-audit': '{"auditReportVersion":2,"vulnerabilities":{}}',
} as const

const FORMATS = Object.keys(REPORTS) as readonly (keyof typeof REPORTS)[]

const argsOf = (format: string): readonly string[] => ['write.mjs', format]

const FILES: Files = {
  'app.js': 'export const one = 1\n',
  '.gitignore': 'reports/\n',
  'write.mjs': `import { mkdirSync, writeFileSync } from 'node:fs'

const reports = ${JSON.stringify(REPORTS)}
const [format] = process.argv.slice(2)
mkdirSync('reports', { recursive: true })
writeFileSync(\`reports/\${format}\`, reports[format])
`,
  'quality-gate.yml': policy({
    checks: FORMATS.map((format) => ({
      id: format,
      run: ['node', ...argsOf(format)],
      report: { format, path: `reports/${format}` },
    })),
    gates: [
      { metric: 'tests.failed', max: 0 },
      { metric: 'coverage.lines', min: 10, 'max-drop': 0 },
      { metric: 'lint.errors', max: 0 },
      { metric: 'vulnerabilities.critical', max: 0 },
    ],
  }),
}

/** One table, with a pull request that is held against the baseline in the cache. */
export async function measureGateOverhead(): Promise<string> {
  const stage = await GateStage.open()
  const repository = await GateRepository.create(FILES)
  try {
    await stage.run(repository, await repository.push())
    const event = await repository.pullRequest({ 'app.js': 'export const one = 1 + 0\n' })
    const lines = ['checks at once   by hand s   quality-gate s   overhead s']
    for (const atOnce of [1, FORMATS.length]) {
      lines.push(await row(stage, repository, event, atOnce))
    }
    const load = loadavg().map((each) => each.toFixed(1))
    return `${lines.join('\n')}\nwanted: below ${WANTED} s; load average at the end: ${load.join(', ')}`
  } finally {
    await repository.remove()
    await stage.close()
  }
}

async function row(
  stage: GateStage,
  repository: GateRepository,
  event: EventVariables,
  atOnce: number,
): Promise<string> {
  const [byHand, byGate, overhead]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < ROUNDS; round++) {
    const hand = await secondsByHand(repository.folder, atOnce)
    const inputs = { 'max-parallel': String(atOnce) }
    const { milliseconds, gate } = await stage.run(repository, event, { inputs })
    if (gate.result !== 'passed') throw new Error(`The gate is ${gate.result}: ${gate.reason}`)
    byHand.push(hand)
    byGate.push(milliseconds / 1000)
    overhead.push(milliseconds / 1000 - hand)
  }
  const cells = [byHand, byGate, overhead].map((each) => median(each).toFixed(2))
  const [hand = '', gate = '', more = ''] = cells
  return [String(atOnce).padEnd(16), hand.padEnd(11), gate.padEnd(16), more].join(' ')
}

async function secondsByHand(folder: string, atOnce: number): Promise<number> {
  const began = performance.now()
  const left = [...FORMATS]
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { exitCode } = await run(NODE_24, argsOf(next), { folder })
      if (exitCode !== 0) throw new Error(`The check ${next} ended with ${exitCode}.`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return (performance.now() - began) / 1000
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0

/** A trigger file that is wrong ends the run before AWS is asked anything, with every place and every hint. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Journal, type Ports } from '@ecs-pipeline/rollout'
import { run } from '../../actions/deploy/run.ts'
import { BAD_FILES } from '../../packages/trigger-file/test/bad-files.ts'
import { makeInputs } from '../scenarios/support/make-inputs.ts'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { runBundle } from '../support/run-bundle.ts'
import { awsEnvironment } from '../support/stack.ts'

let workspace: string
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'ecs-pipeline-workspace-'))
})
afterAll(() => rm(workspace, { recursive: true, force: true }))

/** Ports that are not there: whoever asks AWS anything at all is written down, and fails. */
function noPorts(asked: string[]): Ports {
  const verb = (port: string, name: string) => (): never => {
    asked.push(`${port}.${name}`)
    throw new Error('There is no AWS here.')
  }
  const portNamed = (port: string): object =>
    new Proxy({}, { get: (_port, name) => verb(port, String(name)) })
  return new Proxy({}, { get: (_ports, port) => portNamed(String(port)) }) as Ports
}

const clock = { now: () => 0, sleep: () => Promise.resolve() }

describe('through the action', () => {
  test.each(BAD_FILES.map((each, index) => ({ ...each, index })))(
    '$wrong',
    async ({ text, problems, index }) => {
      const file = `triggers-${index}.yml`
      await writeFile(join(workspace, file), text)
      const asked: string[] = []
      const phases: string[] = []
      const report = await run(makeInputs({ triggers: file }), {
        ports: noPorts(asked),
        clock,
        journal: new Journal(clock, { progress: () => undefined, warning: () => undefined }),
        signal: new AbortController().signal,
        workspace,
        origin: {},
        checkpoint: (_facts, phase) => {
          phases.push(phase)
          return Promise.resolve()
        },
      })
      expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'input', passed: false })
      for (const { line, column, says } of problems) {
        expect(report.reason).toContain(`${file}:${line}:${column}: `)
        expect(report.reason).toContain(says)
      }
      expect({ asked, phases }).toEqual({ asked: [], phases: [] })
    },
  )
})

describe('through the bundle', () => {
  let aws: LocalAwsProcess
  beforeAll(async () => {
    aws = await startLocalAwsProcess([])
  })
  afterAll(async () => {
    expect(await aws.stop()).toBe(0)
  })

  const SAMPLE = [
    'tabs for indentation',
    'a key that is written wrongly',
    'a trigger at the top',
    'a bare > at the end of a line',
    'triggers without a value',
  ]
  test.each(BAD_FILES.filter(({ wrong }) => SAMPLE.includes(wrong)))(
    '$wrong',
    async ({ text, problems }) => {
      await writeFile(join(workspace, 'triggers.yml'), text)
      const { exitCode, outputs, stdout, stderr, summary } = await runBundle('deploy', {
        inputs: { service: 'ledger', triggers: 'triggers.yml' },
        env: awsEnvironment(aws),
        workspace,
      })
      expect(exitCode).toBe(1)
      expect(outputs).toMatchObject({ outcome: 'refused', 'reason-code': 'input' })
      expect(stdout.match(/^::error/gm)).toHaveLength(1)
      for (const { line, column, says } of problems) {
        expect(outputs['reason']).toContain(`triggers.yml:${line}:${column}: `)
        expect(outputs['reason']).toContain(says)
        expect(stdout).toContain(`triggers.yml:${line}:${column}: `)
        expect(summary).toContain(`triggers.yml:${line}:${column}: `)
      }
      expect(stderr).toBe('')
      expect(await aws.takeCalls()).toEqual([])
    },
  )

  test('there are five in the sample', () => {
    expect(BAD_FILES.filter(({ wrong }) => SAMPLE.includes(wrong))).toHaveLength(SAMPLE.length)
  })
})

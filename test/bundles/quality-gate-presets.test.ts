/** The committed bundle without a policy file: usual checks, told as the file that says the same. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { GateRepository } from '../support/gate/repository.ts'
import { GateStage, type GateRun } from '../support/gate/stage.ts'

let stage: GateStage

beforeAll(async () => {
  stage = await GateStage.open()
})

afterAll(async () => {
  await stage.close()
})

const PYTHON = {
  'pyproject.toml': '[project]\nname = "ledger"\n[dependency-groups]\ndev = ["pytest"]\n',
  'ledger.py': 'def total(cents):\n    return sum(cents)\n',
  'test_ledger.py':
    'from ledger import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n\ndef test_wrong():\n    assert total([]) == 1\n',
  '.gitignore': '__pycache__/\n.quality-gate/\n.pytest_cache/\n',
}

describe.each([
  {
    project: 'the finance server',
    make: () => GateRepository.finance({ 'quality-gate.yml': undefined }),
    checks: ['lint', 'format', 'tests', 'audit'],
    expected: { result: 'passed', 'failed-gates': '[]' },
    total: 43,
  },
  {
    project: 'a Python project with a failing test',
    make: () => GateRepository.create(PYTHON),
    checks: ['tests'],
    expected: { result: 'failed', 'failed-gates': '["tests.failed"]' },
    total: 2,
  },
])('$project', ({ make, checks, expected, total }) => {
  let preset: GateRun
  let written: GateRun

  beforeAll(async () => {
    const repository = await make()
    try {
      const options = { inputs: { baseline: 'none' } }
      preset = await stage.run(repository, await repository.push(), options)
      // Linters look at it as well.
      await repository.commit({ 'quality-gate.yml': preset.gate.policy.text }, 'A policy')
      written = await stage.run(repository, await repository.push(), options)
    } finally {
      await repository.remove()
    }
  }, 120_000)

  test('has its usual checks, really run', () => {
    expect(preset.gate.checks.map(({ check }) => check.id)).toEqual(checks)
    expect(preset.gate.policy.kind).toBe('preset')
    expect(preset.outputs).toMatchObject(expected)
    expect(JSON.parse(preset.outputs['tests'] ?? '')).toMatchObject({ total })
    expect(preset.summary).toContain('The quality-gate.yml that says the same')
  })

  test('the file that is printed comes to the same', () => {
    const { seconds: _first, ...before } = preset.gate.tests ?? { seconds: 0 }
    const { seconds: _second, ...after } = written.gate.tests ?? { seconds: 0 }
    expect(after).toEqual(before)
    expect(written.gate.policy).toMatchObject({ kind: 'head', name: 'quality-gate.yml' })
    expect(written.gate.gates.map(({ gate, status, reason }) => [gate.id, status, reason])).toEqual(
      preset.gate.gates.map(({ gate, status, reason }) => [gate.id, status, reason]),
    )
    expect(written.outputs).toMatchObject(expected)
  })
})

test('the line of the failing Python test is shown', async () => {
  const repository = await GateRepository.create(PYTHON)
  try {
    const run = await stage.run(repository, await repository.push())
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: 'test_ledger.py', line: 9 }),
    )
  } finally {
    await repository.remove()
  }
})

test('a folder of no known project is refused: nothing would be looked at', async () => {
  const repository = await GateRepository.create({ 'notes.txt': 'x\n' })
  try {
    const run = await stage.run(repository, await repository.push())
    expect(run.exitCode).toBe(1)
    expect(run.outputs['result']).toBe('refused')
    expect(run.outputs['reason']).toContain('There is no policy')
  } finally {
    await repository.remove()
  }
})

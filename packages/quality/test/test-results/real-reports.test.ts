/** Reports that the real programs write now, of tests whose ends are known; nothing here was copied from elsewhere. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readJunit } from '../../src/test-results/junit.ts'
import { readTap } from '../../src/test-results/tap.ts'
import type { OnTest, TestResult } from '../../src/test-results/test-result.ts'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { hasPytest, runNode, runProgram } from '../support/real-program.ts'
import { reportFolder, told } from '../support/text-reports.ts'

const folder = reportFolder()

/** One of each end that Node's runner knows. */
const NODE_TESTS = `import { before, describe, test } from 'node:test'
import assert from 'node:assert'
describe('outer', () => {
  test('adds', () => {})
  test('fails # hard', () => assert.equal(1, 2))
  test.skip('later', () => {})
  test.todo('some day')
  describe('inner', () => test('deep', () => console.log('not ok 1 - printed')))
})
describe('hook', () => {
  before(() => { throw new Error('no database') })
  test('never', () => {})
})
test('to do', { todo: true }, () => assert.ok(false))
`
/** Its own failure stands beside a subtest that passes. */
const FAILING_PARENT = `import { test } from 'node:test'
test('parent', async (t) => {
  await t.test('child', () => {})
  throw new Error('after its child')
})
`

const PYTHON_TESTS = `import pytest
def test_good(): pass
def test_bad():
    assert 1 == 2, "\\x1b[31mred\\x1b[0m"
@pytest.mark.skip(reason="no")
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert False
@pytest.fixture
def torn():
    yield 1
    raise ValueError("teardown")
def test_torn(torn): pass
def test_bad_and_torn(torn): assert False
class TestClass:
    @pytest.mark.parametrize("n", [1, 2])
    def test_each(self, n): assert n < 2
`

type Reader = (file: ReportFile, onTest: OnTest) => Promise<void>

const read = (reader: Reader, file: ReportFile): Promise<readonly TestResult[]> =>
  told((on) => reader(file, on))

const ends = (tests: readonly TestResult[]): readonly string[] =>
  tests.map(({ suite, name, status }) => `${suite} | ${name}: ${status}`)

describe('node --test', () => {
  beforeAll(async () => {
    for (const [name, text] of [
      ['all', NODE_TESTS],
      ['parent', FAILING_PARENT],
    ] as const) {
      writeFileSync(join(folder.path, `${name}.test.mjs`), text)
      for (const reporter of ['junit', 'tap']) {
        const to = [
          '--test-reporter',
          reporter,
          '--test-reporter-destination',
          `${name}.${reporter}`,
        ]
        const { exitCode } = await runNode(folder.path, '--test', ...to, `${name}.test.mjs`)
        expect(exitCode).toBe(1)
      }
    }
  })

  test('as JUnit', async () => {
    const tests = await read(readJunit, folder.at('all.junit'))
    expect(ends(tests)).toEqual([
      'outer | adds: passed',
      'outer | fails # hard: failed',
      'outer | later: skipped',
      'outer | some day: skipped',
      'outer.inner | deep: passed',
      'hook | never: failed',
      ' | to do: skipped',
    ])
    expect(tests[1]).toMatchObject({ file: join(folder.path, 'all.test.mjs'), line: 5 })
    expect(tests[1]?.message).toContain('1 == 2')
  })

  test('as TAP', async () => {
    const tests = await read(readTap, folder.at('all.tap'))
    expect(ends(tests)).toEqual([
      'outer | adds: passed',
      'outer | fails # hard: failed',
      'outer | later: skipped',
      'outer | some day: skipped',
      'outer > inner | deep: passed',
      'hook | never: failed',
      ' | hook: failed',
      ' | to do: skipped',
    ])
    expect(tests[1]).toMatchObject({ file: join(folder.path, 'all.test.mjs'), line: 5 })
    expect(tests[6]?.message).toContain('no database')
  })

  test('as JUnit leaves a failed parent out, so that the report is refused', async () => {
    await expect(read(readJunit, folder.at('parent.junit'))).rejects.toThrow(
      "counts 1 as failed and lists 0: Node's reporter 'junit' leaves out a test",
    )
  })

  test('as TAP tells of a failed parent', async () => {
    expect(ends(await read(readTap, folder.at('parent.tap')))).toEqual([
      'parent | child: passed',
      ' | parent: failed',
    ])
  })
})

// Not skipped in silence: where pytest is missing, the name of the describe says so and its test fails in CI.
if (hasPytest()) {
  describe('pytest', () => {
    beforeAll(async () => {
      mkdirSync(join(folder.path, 'broken'))
      writeFileSync(join(folder.path, 'test_all.py'), PYTHON_TESTS)
      writeFileSync(join(folder.path, 'broken/test_broken.py'), 'import no_such_module\n')
      const pytest = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider']
      await runProgram(folder.path, 'python3', ...pytest, '--junitxml=pytest.xml', 'test_all.py')
      await runProgram(folder.path, 'python3', ...pytest, '--junitxml=broken.xml', 'broken')
    })

    test('as JUnit', async () => {
      const tests = await read(readJunit, folder.at('pytest.xml'))
      expect(ends(tests)).toEqual([
        'test_all | test_good: passed',
        'test_all | test_bad: failed',
        'test_all | test_skipped: skipped',
        'test_all | test_expected: skipped',
        'test_all | test_torn: failed',
        'test_all | test_bad_and_torn: failed',
        'test_all | test_bad_and_torn: failed',
        'test_all.TestClass | test_each[1]: passed',
        'test_all.TestClass | test_each[2]: failed',
      ])
      expect(tests[1]).toMatchObject({ file: 'test_all.py', line: 4 })
      expect(tests[1]?.message).toMatch(/^AssertionError: red\n/)
    })

    test('that could not import a test has failed', async () => {
      const tests = await read(readJunit, folder.at('broken.xml'))
      expect(ends(tests)).toEqual(['pytest | broken.test_broken: failed'])
      expect(tests[0]).toMatchObject({ file: 'broken/test_broken.py', line: 1 })
    })
  })
} else {
  describe('pytest: NOT TESTED, python3 has no module pytest on this machine', () => {
    test('CI has it', () => {
      expect(process.env['CI']).toBeUndefined()
    })
  })
}

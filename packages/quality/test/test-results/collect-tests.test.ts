import { describe, expect, test } from '@jest/globals'
import {
  collectTests,
  MOST_FAILED,
  MOST_FLAKY,
  testKey,
} from '../../src/test-results/collect-tests.ts'
import type { TestResult, TestStatus } from '../../src/test-results/test-result.ts'

const result = (name: string, status: TestStatus, seconds = 1): TestResult => ({
  suite: 's',
  name,
  status,
  seconds,
  file: 'a.test.js',
  line: undefined,
  message: undefined,
})

describe('tests that are collected', () => {
  test('are counted, and their time is added up', () => {
    const { onTest, collected } = collectTests()
    onTest(result('a', 'passed', 0.25))
    onTest(result('b', 'failed', 2))
    onTest(result('c', 'skipped', 0))
    onTest(result('d', 'flaky', 1))
    expect(collected()).toMatchObject({
      counts: { passed: 1, failed: 1, skipped: 1, flaky: 1 },
      total: 4,
      seconds: 3.25,
    })
    expect(collected().slowest.map(({ name }) => name)).toEqual(['b', 'd', 'a'])
    expect([...collected().files]).toEqual(['a.test.js'])
    expect([...collected().failures]).toEqual(['s\0b'])
  })

  test('are flaky when they pass now and failed in an earlier attempt', () => {
    const first = collectTests()
    for (const name of ['a', 'b', 'c']) first.onTest(result(name, 'failed'))
    const { onTest, collected } = collectTests(first.collected().failures)
    onTest(result('a', 'passed'))
    onTest(result('b', 'failed'))
    onTest(result('c', 'skipped'))
    onTest(result('d', 'passed'))
    onTest({ ...result('a', 'passed'), suite: 'other' })
    const { counts, flaky, failed } = collected()
    expect(counts).toEqual({ passed: 2, failed: 1, skipped: 1, flaky: 1 })
    expect(flaky).toEqual([result('a', 'flaky')])
    expect(failed).toEqual([result('b', 'failed')])
  })

  test('are not kept without an end', () => {
    const { onTest, collected } = collectTests()
    for (let index = 0; index < MOST_FAILED + 5; index++) {
      onTest(result(`f${index}`, 'failed', index))
      onTest(result(`k${index}`, 'flaky'))
    }
    const { counts, failed, flaky, slowest } = collected()
    expect(counts).toMatchObject({ failed: MOST_FAILED + 5, flaky: MOST_FAILED + 5 })
    expect(failed).toHaveLength(MOST_FAILED)
    expect(flaky).toHaveLength(MOST_FLAKY)
    expect(slowest).toHaveLength(10)
    expect(slowest[0]?.name).toBe(`f${MOST_FAILED + 4}`)
  })

  test('are known again by their suite and name', () => {
    expect(testKey({ suite: 'a', name: 'b c' })).not.toBe(testKey({ suite: 'a b', name: 'c' }))
  })
})

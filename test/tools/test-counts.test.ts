import { expect, test } from '@jest/globals'
import { countsOfStep } from '../../tools/test-counts.ts'

test.each([
  ['a command without tests that succeeds is one', true, '', { passed: 1, failed: 0 }],
  ['a command without tests that fails is one', false, '', { passed: 0, failed: 1 }],
  ['the counts of several runs are summed', true, '3 0\n4 0\n', { passed: 7, failed: 0 }],
  ['failed tests are counted, not the step', false, '3 2\n', { passed: 3, failed: 2 }],
  ['a failure that no test explains is counted', false, '3 0\n', { passed: 3, failed: 1 }],
  [
    'a failed test counts even when the command says all is well',
    true,
    '3 1\n',
    { passed: 3, failed: 1 },
  ],
])('%s', (_rule, succeeded, written, counts) => {
  expect(countsOfStep(succeeded, written)).toEqual(counts)
})

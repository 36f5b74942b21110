import { expect, test } from '@jest/globals'
import { readDeployInputs } from '../inputs.ts'

const read = (given: Readonly<Record<string, string>>): ReturnType<typeof readDeployInputs> =>
  readDeployInputs((name) => ({ service: 'ledger', ...given })[name] ?? '')

test('without a strategy the service keeps what it has', () => {
  expect(read({})).toMatchObject({ strategy: undefined, onPause: 'wait' })
})

test.each([
  [{ strategy: 'rolling' }, { name: 'rolling', steps: [100] }],
  [{ strategy: 'blue-green' }, { name: 'blue-green', steps: [100] }],
  [{ strategy: 'canary' }, { name: 'canary', steps: [5, 100] }],
  [
    { strategy: 'canary', 'traffic-steps': '10, 50, 100' },
    { name: 'canary', steps: [10, 50, 100] },
  ],
  [
    { strategy: 'canary', 'traffic-steps': '10,50' },
    { name: 'canary', steps: [10, 50, 100] },
  ],
  [
    { strategy: 'canary', 'traffic-steps': '0.5' },
    { name: 'canary', steps: [0.5, 100] },
  ],
  [
    { strategy: 'linear', 'traffic-steps': '30' },
    { name: 'linear', steps: [30, 60, 90, 100] },
  ],
  [
    { strategy: 'canary', 'step-minutes': '7' },
    { name: 'canary', steps: [5, 100], stepMinutes: 7 },
  ],
])('%j', (given, expected) => {
  expect(read(given).strategy).toMatchObject(expected)
})

test.each([
  [{ strategy: 'cannary' }, `Did you mean 'canary'?`],
  [{ 'traffic-steps': '10' }, `'traffic-steps' is for the strategies canary and linear`],
  [{ strategy: 'blue-green', 'step-minutes': '3' }, `'step-minutes' is for the strategies`],
  [{ strategy: 'canary', 'traffic-steps': '50, 10' }, 'write rising percentages'],
  [{ strategy: 'canary', 'traffic-steps': '10%' }, 'write rising percentages'],
  [{ strategy: 'canary', 'traffic-steps': '10, 101' }, 'write rising percentages'],
  [{ strategy: 'canary', 'traffic-steps': '1, 2, 100' }, 'equal steps of at least 3 %'],
  [{ strategy: 'canary', 'traffic-steps': '0.5, 10, 100' }, 'equal steps of at least 3 %'],
  [{ strategy: 'linear', 'traffic-steps': '2' }, 'one number from 3 to 100'],
  [{ strategy: 'linear', 'traffic-steps': '10, 50' }, 'use the strategy canary'],
  [{ 'test-traffic-url': 'http://x/' }, `set 'strategy' to blue-green`],
  [{ 'smoke-url': 'ledger.example' }, 'begins with https:// or http://'],
  [{ 'smoke-url': 'http://x/', 'smoke-body': '(' }, 'not a regular expression'],
  [{ 'smoke-body': 'ok' }, `needs a 'smoke-url'`],
])('%j is refused', (given, text) => {
  expect(() => read(given)).toThrow(text)
})

test('a smoke check has its defaults', () => {
  expect(read({ 'smoke-url': 'http://10.0.0.1/ready', 'smoke-body': 'ok' }).checks).toEqual({
    testTraffic: undefined,
    smoke: { url: 'http://10.0.0.1/ready', status: 200, body: /ok/, timeout: 10_000, retries: 3 },
  })
})

import { expect, test } from '@jest/globals'
import type { InputError } from '@ecs-pipeline/action-kit'
import type { DnsOrder } from '@ecs-pipeline/rollout'
import { readDeployInputs } from '../inputs.ts'
import { readSetInputs } from '../set/set-inputs.ts'

type Given = Readonly<Record<string, string>>
const BOTH = { 'dns-zone-id': 'Z0123456789ABCDEFGHIJ', 'dns-record': 'api.example.com' }

const read = (given: Given): DnsOrder | undefined => {
  const inputs: Given = { service: 'ledger', image: 'nginx', ...given }
  return readDeployInputs((name) => inputs[name] ?? '').dns
}

function problemsOf(given: Given): readonly string[] {
  try {
    read(given)
    return []
  } catch (error) {
    return (error as InputError).problems
  }
}

test('without them there is no record', () => {
  expect(read({})).toBeUndefined()
})

test.each<readonly [string, Given, DnsOrder]>([
  [
    'a simple record',
    BOTH,
    { zone: 'Z0123456789ABCDEFGHIJ', name: 'api.example.com', weight: undefined },
  ],
  [
    'a zone as the API gives it, a name with its dot',
    { 'dns-zone-id': '/hostedzone/Z1', 'dns-record': '*.API.example.com.' },
    { zone: 'Z1', name: '*.api.example.com', weight: undefined },
  ],
  [
    'a weight of nothing',
    { ...BOTH, 'dns-weight': '0' },
    { zone: 'Z0123456789ABCDEFGHIJ', name: 'api.example.com', weight: 0 },
  ],
])('reads %s', (_what, given, order) => {
  expect(read(given)).toEqual(order)
})

test.each<readonly [string, Given, RegExp]>([
  ['a zone alone', { 'dns-zone-id': 'Z1' }, /'dns-zone-id' needs 'dns-record'/],
  ['a record alone', { 'dns-record': 'example.com' }, /'dns-record' needs 'dns-zone-id'/],
  ['a weight alone', { 'dns-weight': '1' }, /'dns-weight' needs/],
  ['a weight above 255', { ...BOTH, 'dns-weight': '256' }, /'dns-weight' has to be/],
  ['a zone by its name', { ...BOTH, 'dns-zone-id': 'example.com' }, /the id of a hosted zone/],
  ['a name that is none', { ...BOTH, 'dns-record': 'api example' }, /has to be a name/],
  [
    'nobody who watches',
    { ...BOTH, 'wait-for-service-stability': 'false' },
    /'dns-record' and 'wait-for-service-stability: false' do not go together/,
  ],
  [
    'no service',
    { ...BOTH, service: '', 'task-definition': 'a.json' },
    /'dns-record' needs 'service'/,
  ],
])('refuses %s', (_what, given, problem) => {
  expect(problemsOf(given).join('\n')).toMatch(problem)
})

test('several services have records of their own, or weights', async () => {
  const readSet = (given: Given): ReturnType<typeof readSetInputs> => {
    const inputs: Given = { ...BOTH, services: 'api\nweb', image: 'nginx', ...given }
    return readSetInputs((name) => inputs[name] ?? '')
  }
  await expect(readSet({})).rejects.toThrow(/cannot lead to several services \(api, web\)/)
  expect((await readSet({ 'dns-weight': '5' }))?.members).toHaveLength(2)
})

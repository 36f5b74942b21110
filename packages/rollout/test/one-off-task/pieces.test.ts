/** The small rules of a one-off task. */
import { describe, expect, test } from '@jest/globals'
import { networkFor } from '../../src/one-off-task/network.ts'
import { notUndone } from '../../src/one-off-task/mark-task.ts'
import { redactor } from '../../src/one-off-task/redact.ts'
import { explainStartFailure } from '../../src/one-off-task/start-failures.ts'

describe('the network', () => {
  const none = { subnets: [], securityGroups: [], assignPublicIp: undefined }
  const ofService = { subnets: ['s1'], securityGroups: ['g1'], assignPublicIp: 'ENABLED' }
  const awsvpc = { networkMode: 'awsvpc' }

  test('of the service is taken whole', () => {
    expect(networkFor(none, ofService, awsvpc)).toEqual(ofService)
  })

  test('is none where the task definition has no network of its own', () => {
    expect(networkFor(none, ofService, { networkMode: 'bridge' })).toBeUndefined()
    expect(networkFor(none, ofService, {})).toBeUndefined()
  })

  test('has to be given where there is none to take', () => {
    expect(() => networkFor(none, undefined, awsvpc)).toThrow(/^run-task-subnets: /)
  })
})

describe('values of overridden variables', () => {
  const redact = redactor([
    {
      name: 'app',
      environment: [
        { name: 'PASSWORD', value: 'correct horse' },
        { name: 'LONGER', value: 'correct horse battery' },
        { name: 'KEY', value: '-----BEGIN-----\nAAAABBBB\n' },
        { name: 'DEBUG', value: 'true' },
      ],
    },
    { name: 'other' },
  ])

  test.each([
    ['with correct horse battery', 'with ***'],
    ['with correct horse and correct horse', 'with *** and ***'],
    ['AAAABBBB', '***'],
    ['debug is true', 'debug is true'],
    ['CORRECT HORSE', 'CORRECT HORSE'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected)
  })
})

test.each([
  ['RESOURCE:CPU', /enough cpu/],
  ['RESOURCE:MEMORY', /enough memory/],
  ['RESOURCE:ENI', /network interface/],
  ['RESOURCE:GPU', /GPUs/],
  ['RESOURCE:PORTS', /host port/],
  ['RESOURCE:SOMETHING', /not left/],
  ['AGENT', /disconnected/],
  ['LOCATION', /availability zone/],
  ['ATTRIBUTE', /attribute/],
  ['MemberOf placement constraint unsatisfied', /placement constraints/],
  ['EMPTY CAPACITY PROVIDER', /Auto Scaling group/],
  ['NO ACTIVE INSTANCES', /Auto Scaling group/],
  ['INACTIVE', /gone/],
  ['Capacity is unavailable at this time. Please try again later', /more of them/],
])('%s is explained', (reason, explanation) => {
  const said = explainStartFailure({ reason, arn: 'arn:instance', detail: undefined })
  expect(said).toContain(`${reason} (arn:instance): `)
  expect(said).toMatch(explanation)
})

test('a reason that is new is told as it is', () => {
  expect(explainStartFailure({ reason: 'odd', arn: undefined, detail: 'very' })).toBe('odd (very).')
})

test('a revision that no task ran from leaves nothing to warn of', () => {
  expect(notUndone({ arn: 'app:2', tags: {} })).toBeUndefined()
  expect(notUndone({ arn: 'app:2', tags: { 'ecs-pipeline:one-off-task': 'abc' } })).toMatch(
    /^A one-off task \(abc\) ran from app:2/,
  )
})

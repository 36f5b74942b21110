/** A run that is cancelled before it has changed anything changes nothing. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

test.each([
  ['preflight', 0, /^The run was cancelled before it changed the service\.$/],
  ['registered', 1, /before it changed the service.*early-registered:2 was registered before that/],
] as const)('a release, after %s', async (phase, registered, says) => {
  const service = `early-${phase}`
  await stage.service({ name: service })
  const cancel = new AbortController()
  const { report, calls } = await stage.deploy(service, {
    inputs: {
      ...(await stage.images('good')),
      onCancel: 'rollback',
    },
    signal: cancel.signal,
    onCheckpoint: (draft) => {
      if (draft.phase === phase) cancel.abort()
      return Promise.resolve()
    },
  })
  expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'cancelled', passed: false })
  expect(report.reason).toMatch(says)
  expect(calls.filter((call) => call === 'RegisterTaskDefinition')).toHaveLength(registered)
  expect(calls).not.toContain('UpdateService')
})

test('a rollback, after preflight', async () => {
  const service = 'early-rollback'
  await stage.service({ name: service })
  await stage.deploy(service, {
    inputs: await stage.images('good'),
  })
  const cancel = new AbortController()
  const { report, calls } = await stage.rollBack(service, {
    signal: cancel.signal,
    onCheckpoint: () => {
      cancel.abort()
      return Promise.resolve()
    },
  })
  expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'cancelled', passed: false })
  expect(calls).not.toContain('UpdateService')
})

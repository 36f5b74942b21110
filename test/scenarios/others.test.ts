import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Stage } from './support/stage.ts'
import { CLUSTER } from '../support/stack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

test('superseded by another deployment: named as that, and theirs is left alone', async () => {
  await stage.service({ name: 'contested' })
  const { report, calls } = await stage.deploy('contested', {
    inputs: await stage.images('good'),
    meanwhile: async (sleep) => {
      await sleep(15_000)
      await stage.deployByHand('contested', await stage.image('good'))
    },
  })
  expect(report).toMatchObject({ outcome: 'superseded', passed: false, rolledBackBy: 'none' })
  expect(report.reason).toContain('contested:3')
  expect(calls.filter((call) => call === 'StopServiceDeployment')).toEqual([])
  await stage.clock.advance(180_000)
  expect(await stage.running('contested')).toEqual(['contested:3', 'contested:3'])
})

describe('another deployment is under way already', () => {
  test('wait: ours begins when theirs is over', async () => {
    await stage.service({ name: 'queue' })
    await stage.deployByHand('queue', await stage.image('good'))
    const { report, lines } = await stage.deploy('queue', { inputs: await stage.images('good') })
    expect(report.outcome).toBe('deployed')
    expect(lines.join('\n')).toContain('waiting: Another deployment')
    expect(await stage.running('queue')).toEqual(['queue:3', 'queue:3'])
  })

  test('fail: refused, with the way out', async () => {
    await stage.service({ name: 'no-queue' })
    await stage.deployByHand('no-queue', await stage.image('good'))
    const { report, calls } = await stage.deploy('no-queue', {
      inputs: { ...(await stage.images('good')), onConcurrent: 'fail' },
    })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'concurrent-deployment' })
    expect(report.reason).toContain('on-concurrent: replace')
    expect(calls).not.toContain('RegisterTaskDefinition')
  })

  test('replace: a release that never comes up does not block its fix', async () => {
    await stage.service({ name: 'hotfix' })
    await stage.deployByHand('hotfix', await stage.image('crash'), 60_000)
    const { report } = await stage.deploy('hotfix', {
      inputs: { ...(await stage.images('good')), onConcurrent: 'replace' },
    })
    expect(report.outcome).toBe('deployed')
    expect(report.knownGood?.taskDefinition).toMatch(/hotfix:1$/)
    expect(report.knownGood?.passedOver[0]?.taskDefinition).toMatch(/hotfix:2$/)
    expect(await stage.running('hotfix')).toEqual(['hotfix:3', 'hotfix:3'])
  })
})

test('somebody stops it by hand with a rollback: rolled-back, and by whom', async () => {
  await stage.service({ name: 'stopped' })
  const { report } = await stage.deploy('stopped', {
    inputs: await stage.images('good'),
    meanwhile: async (sleep) => {
      await sleep(15_000)
      const { ecs } = stage.clients
      const list = await ecs.listServiceDeployments({ cluster: CLUSTER, service: 'stopped' })
      await ecs.stopServiceDeployment({
        serviceDeploymentArn: list.serviceDeployments?.[0]?.serviceDeploymentArn,
        stopType: 'ROLLBACK',
      })
    },
  })
  expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'manual' })
  expect(await stage.running('stopped')).toEqual(['stopped:1', 'stopped:1'])
})

test('a service that is deleted under our feet ends the run', async () => {
  await stage.service({ name: 'doomed' })
  const { report } = await stage.deploy('doomed', {
    inputs: await stage.images('good'),
    meanwhile: async (sleep) => {
      await sleep(15_000)
      await stage.clients.ecs.deleteService({ cluster: CLUSTER, service: 'doomed', force: true })
    },
  })
  expect(report).toMatchObject({ passed: false, reasonCode: 'service-gone' })
})

describe('a cancelled run', () => {
  test.each([
    ['leave', 0, 'none'],
    ['rollback', 1, 'action'],
  ] as const)('on-cancel: %s', async (onCancel, stops, by) => {
    const name = `cancel-${onCancel}`
    await stage.service({ name })
    const cancel = new AbortController()
    const { report, calls } = await stage.deploy(name, {
      inputs: { ...(await stage.images('good')), onCancel },
      signal: cancel.signal,
      meanwhile: async (sleep) => {
        await sleep(15_000)
        cancel.abort()
      },
    })
    expect(report).toMatchObject({ outcome: 'cancelled', passed: false, rolledBackBy: by })
    expect(calls.filter((call) => call === 'StopServiceDeployment')).toHaveLength(stops)
  })
})

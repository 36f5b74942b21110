import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const deny = (operation: string, after = 0): void => {
  stage.aws.faults.add({
    operation,
    after,
    error: {
      code: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: ${operation} because no identity-based policy allows the action`,
    },
  })
}

const throttle = (operation: string, times: number): void => {
  stage.aws.faults.add({
    operation,
    times,
    error: { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' },
  })
}

describe('denied before anything changed: refused, with the permission named, after one try', () => {
  test.each([
    ['DescribeServices', 'ecs:DescribeServices'],
    ['DescribeTaskDefinition', 'ecs:DescribeTaskDefinition'],
    ['BatchGetImage', 'ecr:BatchGetImage'],
    ['RegisterTaskDefinition', 'ecs:RegisterTaskDefinition'],
    ['UpdateService', 'ecs:UpdateService'],
  ])('%s', async (operation, permission) => {
    const name = `denied-${operation.toLowerCase().slice(0, 20)}`
    await stage.service({ name })
    const inputs = await stage.images('good')
    deny(operation)
    const { report, calls, took } = await stage.deploy(name, { inputs })
    expect(report).toMatchObject({ outcome: 'refused', passed: false, reasonCode: 'denied' })
    expect(report.reason).toContain(permission)
    expect(count(calls, operation)).toBe(1)
    expect(took).toBeLessThan(1000)
    stage.aws.faults.clear()
    expect((await stage.describe(name)).taskDefinition).toMatch(/:1$/)
  })

  test('UpdateService: the revision that was registered in vain is named', async () => {
    await stage.service({ name: 'orphan' })
    const inputs = await stage.images('good')
    deny('UpdateService')
    const { report } = await stage.deploy('orphan', { inputs })
    expect(report.reason).toContain('orphan:2 was registered')
  })
})

describe('an optional permission is missing: deployed all the same, and the summary says what is not known', () => {
  test.each([
    ['ListServiceDeployments', 'history of the service cannot be read'],
    ['DescribeServiceDeployments', 'service deployment cannot be read'],
    ['DescribeServiceRevisions', 'service deployments cannot be listed'],
    ['DescribeTargetHealth', 'Target health cannot be read'],
    ['ListTasks', 'Tasks cannot be read'],
    ['DescribeTasks', 'Tasks cannot be read'],
  ])('%s', async (operation, caveat) => {
    const name = `without-${operation.toLowerCase().slice(0, 24)}`
    await stage.service({ name })
    const inputs = await stage.images('good')
    deny(operation)
    const { report } = await stage.deploy(name, { inputs })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(report.caveats.join('\n')).toContain(caveat)
    stage.aws.faults.clear()
    expect(await stage.running(name)).toEqual([`${name}:2`, `${name}:2`])
  })

  test('StopServiceDeployment: the way back is a plain deployment of the known good revision', async () => {
    await stage.service({ name: 'no-stop' })
    const inputs = await stage.images('crash')
    deny('StopServiceDeployment')
    const { report, calls } = await stage.deploy('no-stop', { inputs })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(count(calls, 'UpdateService')).toBe(2)
    stage.aws.faults.clear()
    expect(await stage.running('no-stop')).toEqual(['no-stop:1', 'no-stop:1'])
  })

  test('GetLogEvents: the failure is explained without its logs', async () => {
    await stage.service({ name: 'no-logs' })
    const inputs = await stage.images('crash')
    deny('GetLogEvents')
    const { report } = await stage.deploy('no-logs', { inputs })
    expect(report.outcome).toBe('rolled-back')
    expect(report.failures[0]).toMatchObject({ exitCode: 3 })
    expect(report.failures[0]?.logTail).toBeUndefined()
    expect(report.caveats.join('\n')).toContain('logs of failed tasks cannot be read')
  })
})

test('denied while polling: monitoring-lost at once, with the permission named, and nothing rolled back', async () => {
  await stage.service({ name: 'blinded' })
  const inputs = await stage.images('good')
  const { report, calls } = await stage.deploy('blinded', {
    inputs,
    meanwhile: async (sleep) => {
      await sleep(5000)
      deny('DescribeServices')
    },
  })
  expect(report).toMatchObject({ outcome: 'monitoring-lost', passed: false, reasonCode: 'denied' })
  expect(report.reason).toContain('ecs:DescribeServices')
  expect(count(calls, 'StopServiceDeployment')).toBe(0)
  expect(report.finishedAt - report.startedAt).toBeLessThan(30_000)
})

describe('throttling storms', () => {
  test.each([
    'DescribeServices',
    'DescribeTaskDefinition',
    'BatchGetImage',
    'RegisterTaskDefinition',
    'UpdateService',
    'ListServiceDeployments',
    'DescribeServiceDeployments',
    'ListTasks',
  ])('four refusals of %s are only a delay', async (operation) => {
    const name = `storm-${operation.toLowerCase().slice(0, 24)}`
    await stage.service({ name })
    const inputs = await stage.images('good')
    throttle(operation, 4)
    const { report } = await stage.deploy(name, { inputs })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(await stage.running(name)).toEqual([`${name}:2`, `${name}:2`])
  })

  test('one that lasts for two minutes in the middle of a release does not change its outcome', async () => {
    await stage.service({ name: 'storm-long' })
    const inputs = await stage.images('good')
    const { report } = await stage.deploy('storm-long', {
      inputs,
      meanwhile: async (sleep) => {
        await sleep(10_000)
        throttle('DescribeServices', 10_000)
        await sleep(120_000)
        stage.aws.faults.clear()
      },
    })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true })
  })

  test('one that never ends is monitoring-lost, not a verdict', async () => {
    await stage.service({ name: 'storm-endless' })
    const inputs = await stage.images('good')
    const { report } = await stage.deploy('storm-endless', {
      inputs,
      meanwhile: async (sleep) => {
        await sleep(10_000)
        throttle('DescribeServices', 10_000)
      },
    })
    expect(report).toMatchObject({ outcome: 'monitoring-lost', reasonCode: 'unreachable' })
  })
})

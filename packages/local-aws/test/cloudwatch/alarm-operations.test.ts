import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  describeOne,
  Dimensions,
  fail,
  MetricName,
  Namespace,
  put,
  state,
  subjects,
  testAlarms,
} from './errors-alarm.ts'
import { START, TOPIC, type TestCloudWatch } from './test-cloudwatch.ts'

let world: TestCloudWatch
beforeEach(async () => {
  world = await testAlarms()
})
afterEach(() => {
  world.close()
})

describe('actions', () => {
  test('can be disabled and enabled', async () => {
    await put(world)
    await world.client.disableAlarmActions({ AlarmNames: ['errors', 'nobody'] })
    fail(world, 11)
    await world.clock.advance(60_000)
    expect([state(world), subjects(world)]).toEqual(['ALARM', []])
    await world.client.enableAlarmActions({ AlarmNames: ['errors'] })
    await world.clock.advance(4 * 60_000)
    expect(subjects(world)).toEqual(['OK: "errors" in US East (N. Virginia)'])
  })

  test('that fail are noted and change nothing else', async () => {
    await put(world, {
      AlarmActions: [`${TOPIC}-missing`, 'arn:aws:automate:us-east-1:ec2:stop', TOPIC],
    })
    fail(world, 11)
    await world.clock.advance(60_000)
    expect(subjects(world)).toHaveLength(1)
    const { AlarmHistoryItems = [] } = await world.client.describeAlarmHistory({
      AlarmName: 'errors',
      HistoryItemType: 'Action',
    })
    expect(AlarmHistoryItems.map((item) => item.HistorySummary)).toEqual([
      `Successfully executed action ${TOPIC}`,
      'Failed to execute action arn:aws:automate:us-east-1:ec2:stop. Received error: "The local endpoint executes SNS actions only"',
      `Failed to execute action ${TOPIC}-missing. Received error: "Topic does not exist"`,
    ])
  })
})

describe('SetAlarmState', () => {
  test('acts at once, and lasts until the next evaluation', async () => {
    await put(world)
    await world.client.setAlarmState({
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'a drill',
      StateReasonData: '{"by":"me"}',
    })
    expect(subjects(world)).toEqual(['ALARM: "errors" in US East (N. Virginia)'])
    expect(await describeOne(world)).toMatchObject({
      StateReason: 'a drill',
      StateReasonData: '{"by":"me"}',
    })
    await world.clock.advance(60_000)
    expect(state(world)).toBe('OK')
  })

  test('to the state it has changes the reason, and does nothing else', async () => {
    await put(world)
    for (const StateReason of ['a drill', 'the same drill']) {
      await world.client.setAlarmState({ AlarmName: 'errors', StateValue: 'ALARM', StateReason })
    }
    expect(subjects(world)).toHaveLength(1)
    expect(await describeOne(world)).toMatchObject({ StateReason: 'the same drill' })
  })

  test('knows no other alarm', async () => {
    const call = world.client.setAlarmState({ AlarmName: 'x', StateValue: 'OK', StateReason: '' })
    await expect(call).rejects.toMatchObject({ name: 'ResourceNotFound' })
  })
})

test('the history tells what happened, the newest first', async () => {
  await put(world)
  fail(world, 11)
  await world.clock.advance(60_000)
  await world.client.deleteAlarms({ AlarmNames: ['errors'] })
  const all = await world.client.describeAlarmHistory({ AlarmName: 'errors' })
  expect(all.AlarmHistoryItems?.map((item) => [item.HistoryItemType, item.HistorySummary])).toEqual(
    [
      ['ConfigurationUpdate', 'Alarm "errors" deleted'],
      ['Action', `Successfully executed action ${TOPIC}`],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to ALARM'],
      ['ConfigurationUpdate', 'Alarm "errors" created'],
    ],
  )
  expect(JSON.parse(all.AlarmHistoryItems?.[2]?.HistoryData ?? '')).toMatchObject({
    version: '1.0',
    oldState: { stateValue: 'INSUFFICIENT_DATA' },
    newState: { stateValue: 'ALARM', stateReasonData: { recentDatapoints: [11] } },
  })
  const old = await world.client.describeAlarmHistory({
    EndDate: new Date(START),
    ScanBy: 'TimestampAscending',
    MaxRecords: 1,
  })
  expect(old.AlarmHistoryItems?.map((item) => item.HistorySummary)).toEqual([
    'Alarm "errors" created',
  ])
})

describe('DescribeAlarms', () => {
  beforeEach(async () => {
    for (const AlarmName of ['web-b', 'web-a', 'db']) await put(world, { AlarmName })
    const StateReason = 'set'
    await world.client.setAlarmState({ AlarmName: 'db', StateValue: 'ALARM', StateReason })
  })
  const names = async (filter: object): Promise<unknown> =>
    (await world.client.describeAlarms(filter)).MetricAlarms?.map((each) => each.AlarmName)

  test.each<[object, string[]]>([
    [{}, ['db', 'web-a', 'web-b']],
    [{ AlarmNames: ['web-b', 'nobody'] }, ['web-b']],
    [{ AlarmNamePrefix: 'web' }, ['web-a', 'web-b']],
    [{ StateValue: 'ALARM' }, ['db']],
    [{ ActionPrefix: 'arn:aws:sns' }, ['db', 'web-a', 'web-b']],
    [{ ActionPrefix: 'arn:aws:lambda' }, []],
    [{ AlarmTypes: ['CompositeAlarm'] }, []],
  ])('%j gives %j', async (filter, expected) => {
    expect(await names(filter)).toEqual(expected)
  })

  test('gives MaxRecords at a time', async () => {
    const first = await world.client.describeAlarms({ MaxRecords: 2 })
    expect(first.MetricAlarms).toHaveLength(2)
    expect(await names({ MaxRecords: 2, NextToken: first.NextToken })).toEqual(['web-b'])
  })

  test('refuses names and a prefix together', async () => {
    await expect(names({ AlarmNames: ['a'], AlarmNamePrefix: 'a' })).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
    })
  })

  test('for a metric asks for its exact dimensions', async () => {
    const ask = { Namespace, MetricName }
    const found = async (more: object): Promise<unknown> =>
      (await world.client.describeAlarmsForMetric({ ...ask, ...more })).MetricAlarms?.length
    expect(await found({ Dimensions })).toBe(3)
    expect(await found({ Dimensions, Period: 60, Statistic: 'Sum' })).toBe(3)
    expect(await found({ Dimensions, Statistic: 'Average' })).toBe(0)
    expect(await found({})).toBe(0)
  })
})

describe('DeleteAlarms', () => {
  test('deletes the names that are right', async () => {
    await put(world)
    await world.client.deleteAlarms({ AlarmNames: ['nobody', 'errors'] })
    expect(state(world)).toBeUndefined()
  })

  test('refuses when none is', async () => {
    await expect(world.client.deleteAlarms({ AlarmNames: ['nobody'] })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    })
  })
})

test('tags are added, replaced and removed', async () => {
  await put(world)
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors'
  const tag = (Key: string, Value: string): { Key: string; Value: string } => ({ Key, Value })
  await world.client.tagResource({ ResourceARN, Tags: [tag('a', '1'), tag('b', '1')] })
  await world.client.tagResource({ ResourceARN, Tags: [tag('a', '2')] })
  await world.client.untagResource({ ResourceARN, TagKeys: ['b'] })
  expect((await world.client.listTagsForResource({ ResourceARN })).Tags).toEqual([tag('a', '2')])
  await expect(
    world.client.listTagsForResource({ ResourceARN: `${ResourceARN}x` }),
  ).rejects.toMatchObject({
    name: 'ResourceNotFound',
  })
})

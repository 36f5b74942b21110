import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { CompositeAlarm, StateValue } from '@aws-sdk/client-cloudwatch'
import { SNS } from '@aws-sdk/client-sns'
import { holds, parseRule } from '../../src/services/cloudwatch/composite-rule.ts'
import { testCloudWatch, TOPIC, type TestCloudWatch } from './test-cloudwatch.ts'

describe('a rule', () => {
  const states = new Map<string, StateValue>([
    ['red', 'ALARM'],
    ['green', 'OK'],
    ['odd name', 'INSUFFICIENT_DATA'],
  ])
  test.each([
    ['ALARM(red)', true],
    ['ALARM("green")', false],
    ['OK( green )', true],
    ['INSUFFICIENT_DATA("odd name")', true],
    ['ALARM(nobody)', false],
    ['NOT ALARM(green)', true],
    ['NOT NOT ALARM(green)', false],
    ['ALARM(red) AND ALARM(green)', false],
    ['ALARM(red) OR ALARM(green)', true],
    ['ALARM(red) OR ALARM(red) AND FALSE', true],
    ['(ALARM(red) OR ALARM(red)) AND FALSE', false],
    ['TRUE and not false', true],
  ])('%s is %s', (text, expected) => {
    expect(holds(parseRule(text), (name) => states.get(name))).toBe(expected)
  })

  test.each([
    '',
    'ALARM',
    'ALARM()',
    'ALARM(a) ALARM(b)',
    '(ALARM(a)',
    'ALARM(a) XOR OK(b)',
    `${'('.repeat(200)}TRUE`,
  ])('%j is refused', (text) => {
    expect(() => parseRule(text)).toThrow(expect.objectContaining({ name: 'RuleError' }))
  })
})

describe('a composite alarm', () => {
  let world: TestCloudWatch
  beforeEach(async () => {
    world = await testCloudWatch()
    await new SNS(world.served.client).createTopic({ Name: 'alerts' })
    for (const AlarmName of ['a', 'b']) {
      await world.client.putMetricAlarm({
        AlarmName,
        Namespace: 'App',
        MetricName: 'X',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      })
    }
  })
  afterEach(() => {
    world.close()
  })

  const put = async (AlarmName: string, AlarmRule: string): Promise<void> => {
    await world.client.putCompositeAlarm({ AlarmName, AlarmRule, AlarmActions: [TOPIC] })
  }
  const set = async (AlarmName: string, StateValue: StateValue): Promise<void> => {
    await world.client.setAlarmState({ AlarmName, StateValue, StateReason: 'test' })
  }
  const describeOne = async (AlarmName: string): Promise<CompositeAlarm> => {
    const AlarmTypes = ['CompositeAlarm' as const]
    const answer = await world.client.describeAlarms({ AlarmNames: [AlarmName], AlarmTypes })
    return answer.CompositeAlarms?.[0] ?? {}
  }
  const arn = (name: string): string => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`

  test('is evaluated when it is made, and when a child changes', async () => {
    await put('both', `ALARM(a) AND ALARM("${arn('b')}")`)
    expect(await describeOne('both')).toMatchObject({
      StateValue: 'OK',
      StateReason: `${arn('both')} was created and its alarm rule evaluates to OK`,
    })
    await set('a', 'ALARM')
    expect(world.local.alarms.state('both')).toBe('OK')
    await world.clock.advance(5000)
    await set('b', 'ALARM')
    expect(await describeOne('both')).toMatchObject({
      StateValue: 'ALARM',
      StateReason: `${arn('b')} transitioned to ALARM at Friday 20 November, 2026 10:00:05 UTC`,
    })
    const [message] = world.sns.messages(TOPIC)
    expect(message?.subject).toBe('ALARM: "both" in US East (N. Virginia)')
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      AlarmRule: `ALARM(a) AND ALARM("${arn('b')}")`,
      TriggeringChildren: [
        { Arn: arn('b'), State: { Value: 'ALARM', Timestamp: '2026-11-20T10:00:05.000+0000' } },
      ],
    })
    await set('a', 'OK')
    expect(world.local.alarms.state('both')).toBe('OK')
  })

  test('may look at composite alarms, even in a circle', async () => {
    await put('inner', 'ALARM(a)')
    await put('outer', 'ALARM(inner)')
    await put('inner', 'ALARM(a) OR ALARM(outer)')
    await set('a', 'ALARM')
    expect(world.local.alarms.state('outer')).toBe('ALARM')
  })

  test('that contradicts itself in a circle is not evaluated for ever', async () => {
    await put('inner', 'ALARM(a)')
    await put('outer', 'ALARM(inner)')
    await put('inner', 'NOT ALARM(outer)')
    await set('a', 'ALARM')
    expect(await describeOne('inner')).toMatchObject({ AlarmName: 'inner' })
  })

  test('is refused for alarms that do not exist, and for a rule that is none', async () => {
    await expect(put('x', 'ALARM(nobody) OR ALARM(a)')).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'Could not save the composite alarm as alarms [nobody] in the alarm rule do not exist',
    })
    await expect(put('x', 'ALARM(a) AND')).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test('keeps its children from being deleted', async () => {
    await put('both', 'ALARM(a) AND ALARM(b)')
    await expect(world.client.deleteAlarms({ AlarmNames: ['a'] })).rejects.toMatchObject({
      message: 'Cannot delete a as there are composite alarm(s) depending on it.',
    })
    await world.client.deleteAlarms({ AlarmNames: ['a', 'both'] })
    expect(world.local.alarms.state('a')).toBeUndefined()
  })

  test('is found by its children, and they by it', async () => {
    await put('both', 'ALARM(a) AND ALARM(b)')
    const children = await world.client.describeAlarms({ ChildrenOfAlarmName: 'both' })
    const parents = await world.client.describeAlarms({ ParentsOfAlarmName: 'a' })
    expect(children.MetricAlarms?.map((each) => each.AlarmName)).toEqual(['a', 'b'])
    expect(parents.CompositeAlarms?.map((each) => each.AlarmName)).toEqual(['both'])
  })
})

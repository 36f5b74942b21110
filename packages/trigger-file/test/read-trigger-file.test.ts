import { describe, expect, test } from '@jest/globals'
import type { Trigger, TriggerPlan } from '@ecs-pipeline/rollout'
import { isTriggerFileName, readTriggerFile, shortestBake, TriggerFileError } from '../src/index.ts'
import { GOOD_FILES, LONG_FORM, SHORT_FORM } from './good-files.ts'

const variables = { service: 'finance', cluster: 'prod' }

const read = (text: string): Promise<TriggerPlan> =>
  readTriggerFile(text, { name: 'triggers.yml', variables })

const triggerOf = async (text: string): Promise<Trigger | undefined> =>
  (await read(text)).triggers[0]

const short = (metric: string, ...lines: readonly string[]): string =>
  [`- metric: ${metric}`, 'threshold: 1', 'duration: 60', ...lines].join('\n  ')

const ofTargetGroup = { namespace: 'AWS/ApplicationELB', dimensions: undefined }

test('the short form gets its defaults from the table of well-known metrics', async () => {
  expect(await read(SHORT_FORM)).toEqual({
    bakeMinutes: 10,
    warmupSeconds: 60,
    metricLagSeconds: 90,
    onInsufficientData: 'pass',
    onMonitoringError: 'fail',
    onPreexistingBreach: 'demote',
    triggers: [
      {
        name: 'TargetResponseTime',
        source: {
          kind: 'metric',
          metric: { ...ofTargetGroup, name: 'TargetResponseTime', statistic: 'Average' },
        },
        ...{ comparison: '>', threshold: 5, unit: 's' },
        ...{ period: 60, evaluationPeriods: 5, datapointsToAlarm: 5 },
        ...{ missingData: 'missing', minRequests: undefined, action: 'rollback' },
      },
      {
        name: 'HTTPCode_Target_5XX_Count',
        source: {
          kind: 'metric',
          metric: { ...ofTargetGroup, name: 'HTTPCode_Target_5XX_Count', statistic: 'Sum' },
        },
        ...{ comparison: '>', threshold: 10, unit: '' },
        ...{ period: 60, evaluationPeriods: 1, datapointsToAlarm: 1 },
        ...{ missingData: 'notBreaching', minRequests: undefined, action: 'rollback' },
      },
      {
        name: 'HealthyHostCount',
        source: {
          kind: 'metric',
          metric: { ...ofTargetGroup, name: 'HealthyHostCount', statistic: 'Minimum' },
        },
        ...{ comparison: '<', threshold: 1, unit: '' },
        ...{ period: 60, evaluationPeriods: 2, datapointsToAlarm: 2 },
        ...{ missingData: 'breaching', minRequests: undefined, action: 'rollback' },
      },
    ],
  })
})

test('the long form says the same of the first three, and more', async () => {
  const { triggers } = await read(LONG_FORM)
  const shortOnes = (await read(SHORT_FORM)).triggers
  expect(
    triggers.slice(0, 3).map((each) => ({ ...each, name: '', minRequests: undefined })),
  ).toEqual(shortOnes.map((each) => ({ ...each, name: '' })))
  expect(triggers[0]?.minRequests).toBe(20)
  expect(triggers[3]).toEqual({
    name: 'error-rate',
    source: {
      kind: 'expression',
      expression: '100*FILL(e,0)/r',
      metrics: {
        e: { ...ofTargetGroup, name: 'HTTPCode_Target_5XX_Count', statistic: 'Sum' },
        r: { ...ofTargetGroup, name: 'RequestCount', statistic: 'Sum' },
      },
    },
    ...{ comparison: '>', threshold: 5, unit: '' },
    ...{ period: 60, evaluationPeriods: 3, datapointsToAlarm: 2 },
    ...{ missingData: 'missing', minRequests: undefined, action: 'rollback' },
  })
  expect(triggers[4]).toMatchObject({
    source: {
      metric: {
        namespace: 'App/Finance',
        name: 'DbPoolWaiters',
        statistic: 'Maximum',
        dimensions: { Service: 'finance' },
      },
    },
    action: 'warn',
  })
})

test.each(GOOD_FILES)('$what is read', async ({ text }) => {
  expect((await read(text)).triggers.length).toBeGreaterThan(0)
})

test.each([
  ['a byte order mark', `\uFEFF${SHORT_FORM}`],
  ['the line ends of Windows', SHORT_FORM.replaceAll('\n', '\r\n')],
  ['both', `\uFEFF${SHORT_FORM.replaceAll('\n', '\r\n')}`],
  ['%YAML 1.1', `%YAML 1.1\n---\n${SHORT_FORM}`],
  ['no rollback_ before the key', SHORT_FORM.replace('rollback_', '')],
  ['the list alone', SHORT_FORM.replace('rollback_triggers:\n', '')],
])('%s makes no difference', async (_what, text) => {
  expect(await read(text)).toEqual(await read(SHORT_FORM))
})

test.each([
  ['a byte order mark', `\uFEFF- metric: Nothing\n  threshold: 1\n  duration: 60`],
  ['the line ends of Windows', `- metric: Nothing\r\n  threshold: 1\r\n  duration: 60\r\n`],
])('%s moves no place', async (_what, text) => {
  await expect(read(text)).rejects.toThrow('triggers.yml:1:11: "Nothing"')
})

describe('defaults of a metric', () => {
  test.each([
    ['TargetConnectionErrorCount', '', 'Sum', '>', 'notBreaching', ''],
    ['UnHealthyHostCount', '', 'Maximum', '>', 'missing', ''],
    ['HealthyHostCount', 'namespace: AWS/NetworkELB', 'Maximum', '<', 'breaching', ''],
    ['UnHealthyHostCount', 'namespace: AWS/NetworkELB', 'Minimum', '>', 'missing', ''],
    ['MemoryUtilization', '', 'Average', '>', 'missing', '%'],
    ['RequestCount', 'comparison: "<"', 'Sum', '<', 'missing', ''],
  ])('%s %s: %s %s %s', async (metric, line, statistic, comparison, missingData, unit) => {
    const trigger = await triggerOf(short(metric, ...(line === '' ? [] : [line])))
    expect(trigger).toMatchObject({
      comparison,
      missingData,
      unit,
      source: { metric: { statistic } },
    })
  })

  test('CPU and memory of ECS are those of the service, by its name', async () => {
    const arns = {
      service: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/finance',
      cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
    }
    const plan = await readTriggerFile(short('CPUUtilization'), { name: 'x', variables: arns })
    expect(plan.triggers[0]?.source).toMatchObject({
      metric: { namespace: 'AWS/ECS', dimensions: { ClusterName: 'prod', ServiceName: 'finance' } },
    })
  })

  test('the rules for AWS do not hold for a namespace of one’s own', async () => {
    const lines = ['namespace: Mine', 'statistic: p0', 'comparison: "<"', 'dimensions: {}']
    expect(await triggerOf(short('TargetResponseTime', ...lines))).toMatchObject({
      comparison: '<',
      source: { metric: { namespace: 'Mine', dimensions: {} } },
    })
  })
})

describe('names', () => {
  test('a name is that of the metric, made unique around the names that are written', async () => {
    const text = [
      short('RequestCount', 'comparison: "<"'),
      short('RequestCount', 'comparison: "<"'),
      short('CPUUtilization', 'name: RequestCount'),
    ].join('\n')
    const { triggers } = await read(text)
    expect(triggers.map(({ name }) => name)).toEqual([
      'RequestCount-2',
      'RequestCount-3',
      'RequestCount',
    ])
  })

  test.each(['no', 'off', 'y', 'NULLABLE', '1:30'])('%s is a text', async (name) => {
    expect((await triggerOf(short('CPUUtilization', `name: ${name}`)))?.name).toBe(name)
  })

  test('a dimension may be called anything, and changes nothing but itself', async () => {
    const lines = ['namespace: Mine', 'statistic: Sum', 'comparison: ">"']
    const text = short('Any', ...lines, 'dimensions: {__proto__: polluted, constructor: x}')
    const trigger = await triggerOf(text)
    const dimensions =
      trigger?.source.kind === 'metric' ? trigger.source.metric.dimensions : undefined
    expect(Object.entries(dimensions ?? {})).toEqual([
      ['__proto__', 'polluted'],
      ['constructor', 'x'],
    ])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(dimensions)).toBe(Object.getPrototypeOf({}))
  })
})

describe('the bake', () => {
  test('the three triggers need 510 seconds', async () => {
    const { triggers } = await read(SHORT_FORM)
    expect(shortestBake(triggers, 60, 90)).toEqual({
      seconds: 510,
      minutes: 9,
      arithmetic: '510 s = 60 s warm-up + 90 s metric lag + 5 × 60 s + 60 s until a period begins',
    })
  })

  test.each([
    ['ten minutes at least', short('CPUUtilization'), 10],
    [
      'as long as a trigger needs, in whole minutes',
      short('CPUUtilization', 'period: 60').replace('60', '900'),
      19,
    ],
    ['what the file says', `bake_minutes: 9\n${SHORT_FORM}`, 9],
    ['shorter with a shorter warm-up', `bake_minutes: 8\nwarmup_seconds: 0\n${SHORT_FORM}`, 8],
  ])('%s', async (_what, text, minutes) => {
    expect((await read(text)).bakeMinutes).toBe(minutes)
  })
})

test('a text of a megabyte is refused at once', async () => {
  await expect(read(`# ${'x'.repeat(1_000_000)}\n${SHORT_FORM}`)).rejects.toThrow(
    'triggers.yml:1:1: the document has 1000',
  )
})

test('many problems are listed by their place', async () => {
  const text =
    'version: 3\nwarmup_seconds: 1m\ntriggers:\n  - metrik: a\n  - threshold: x\nbake: 1\n'
  const error: unknown = await read(text).catch((thrown: unknown) => thrown)
  if (!(error instanceof TriggerFileError)) throw new Error('nothing was thrown')
  expect(error.message).toBe(error.problems.join('\n'))
  expect(error.problems.map((each) => /:(\d+:\d+):/.exec(each)?.[1])).toEqual([
    ...['1:10', '2:17', '4:5', '4:5', '4:5', '4:5', '5:5', '5:5', '5:16', '6:1'],
  ])
})

test.each([
  ['triggers.yml', true],
  [' deploy/my triggers.YAML\n', true],
  ['C:\\work\\triggers.json', true],
  ['triggers', false],
  ['', false],
  ['[{name: a.yml}]', false],
  ['- metric: a.yml', false],
  [SHORT_FORM, false],
  ['a\nb.yml', false],
])('%j names a file: %s', (input, expected) => {
  expect(isTriggerFileName(input)).toBe(expected)
})

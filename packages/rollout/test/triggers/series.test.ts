import { expect, test } from '@jest/globals'
import { measureTriggers } from '../../src/triggers/series-of-triggers.ts'
import { GROUP, makeTrigger } from '../support/make-trigger.ts'

const OTHER = { ...GROUP, arn: 'other', targetGroup: 'targetgroup/other/1' }
const NETWORK = { ...GROUP, loadBalancer: 'net/web/2', kind: 'network' } as const
const own = (dimensions: Record<string, string> | undefined, name = 'TargetResponseTime') =>
  makeTrigger({
    source: {
      kind: 'metric',
      metric: { namespace: 'AWS/ApplicationELB', name, statistic: 'Sum', dimensions },
    },
  })

test('a metric of the load balancer is measured once for each target group', () => {
  const { measured, problems } = measureTriggers([makeTrigger()], [GROUP, OTHER])
  expect(problems).toEqual([])
  expect(measured.map((each) => each.series.query)).toMatchObject([
    { metric: { dimensions: { LoadBalancer: 'app/web/2', TargetGroup: 'targetgroup/web/1' } } },
    { metric: { dimensions: { LoadBalancer: 'app/web/2', TargetGroup: 'targetgroup/other/1' } } },
  ])
  expect(new Set(measured.map((each) => each.series.id)).size).toBe(2)
})

test('a metric that AWS has for the load balancer only is not asked for by target group', () => {
  const { measured } = measureTriggers([own(undefined, 'HTTPCode_ELB_5XX_Count')], [GROUP])
  expect(measured[0]?.series.query).toMatchObject({
    metric: { dimensions: { LoadBalancer: 'app/web/2' } },
  })
})

test('own dimensions stay as they are, and need no load balancer', () => {
  const { measured, problems } = measureTriggers([own({ Service: 'web' })], [])
  expect(problems).toEqual([])
  expect(measured[0]).toMatchObject({
    group: undefined,
    series: { query: { metric: { dimensions: { Service: 'web' } } } },
  })
})

test('min_requests counts the requests of the same target group', () => {
  const { measured } = measureTriggers([makeTrigger({ minRequests: 20 })], [GROUP])
  expect(measured[0]?.requests?.query).toMatchObject({
    metric: {
      name: 'RequestCount',
      statistic: 'Sum',
      dimensions: { TargetGroup: 'targetgroup/web/1' },
    },
  })
})

test.each([
  ['a service without a load balancer', [], 'no target group behind one'],
  ['a network load balancer', [NETWORK], 'load balancer is net/web/2'],
])('%s cannot be judged by metrics of an application load balancer', (_what, groups, words) => {
  const { problems } = measureTriggers([makeTrigger()], groups)
  expect(problems.join()).toContain(words)
  expect(problems.join()).toContain('slow')
})

test('every metric of an expression gets its dimensions', () => {
  const metric = { namespace: 'AWS/ApplicationELB', statistic: 'Sum', dimensions: undefined }
  const trigger = makeTrigger({
    source: {
      kind: 'expression',
      expression: '100*e/r',
      metrics: {
        e: { ...metric, name: 'HTTPCode_Target_5XX_Count' },
        r: { ...metric, name: 'RequestCount' },
      },
    },
  })
  const { measured } = measureTriggers([trigger], [GROUP])
  expect(measured[0]?.series.query).toMatchObject({
    expression: '100*e/r',
    metrics: {
      e: { dimensions: { TargetGroup: 'targetgroup/web/1' } },
      r: { dimensions: { TargetGroup: 'targetgroup/web/1' } },
    },
  })
})

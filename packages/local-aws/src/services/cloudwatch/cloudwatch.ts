import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import type { AlarmStates, Clock, MetricSink, Place, Topics } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { alarmHandlers } from './alarm-handlers.ts'
import { Alarms } from './alarms.ts'
import { metricHandlers } from './metric-handlers.ts'
import { MetricStore } from './metric-store.ts'

/** CloudWatch: metrics of real requests and of clients, and alarms over them. Logs are a service of their own. */
export function createCloudWatch(deps: {
  readonly clock: Clock
  readonly place: Place
  readonly topics: Topics
}): {
  readonly service: Service
  readonly metrics: MetricSink
  readonly alarms: AlarmStates
  close(): void
} {
  const { clock, place } = deps
  const store = new MetricStore()
  const alarms = new Alarms({ ...deps, store })
  const comparison = {
    path: 'ComparisonOperator',
    oneOf: Object.values(cloudwatch.ComparisonOperator),
  }
  return {
    service: defineService(
      cloudwatch,
      new cloudwatch.CloudWatchClient({ region: place.region }),
      { ...metricHandlers(store, clock), ...alarmHandlers(alarms) },
      {
        PutMetricAlarm: [
          comparison,
          { path: 'Statistic', oneOf: Object.values(cloudwatch.Statistic) },
          { path: 'EvaluationPeriods', minimum: 1 },
          { path: 'AlarmName', minLength: 1, maxLength: 255 },
        ],
        PutMetricData: [
          { path: 'MetricData.Unit', oneOf: Object.values(cloudwatch.StandardUnit) },
          { path: 'MetricData.MetricName', minLength: 1, maxLength: 255 },
        ],
        SetAlarmState: [{ path: 'StateValue', oneOf: Object.values(cloudwatch.StateValue) }],
      },
    ),
    metrics: {
      record: (namespace, name, dimensions, value, unit) => {
        store.record({ namespace, name, dimensions }, clock.now(), value, 1, unit)
      },
    },
    alarms,
    close: () => {
      alarms.close()
    },
  }
}

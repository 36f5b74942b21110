import * as sdk from '@aws-sdk/client-cloudwatch'
import type { AlarmStates, Clock, MetricSink, Place, Topics } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { AlarmBook } from './alarm-book.ts'
import { alarmHandlers } from './alarm-handlers.ts'
import { CompositeAlarms } from './composite-alarms.ts'
import { MetricAlarms } from './metric-alarms.ts'
import { metricHandlers } from './metric-handlers.ts'
import { MetricStore } from './metric-store.ts'

export interface CloudWatch {
  readonly service: Service
  /** Stores at a resolution of one minute, as AWS services publish. */
  readonly metrics: MetricSink
  readonly alarms: AlarmStates
  /** Ends the evaluation of alarms. */
  close(): void
}

/** CloudWatch: metrics of real requests and of clients, and alarms over them. Logs are a service of their own. */
export function createCloudWatch(deps: {
  readonly clock: Clock
  readonly place: Place
  readonly topics: Topics
}): CloudWatch {
  const { clock, place } = deps
  const store = new MetricStore()
  const book = new AlarmBook(deps)
  const alarms = {
    book,
    metric: new MetricAlarms({ book, store, clock }),
    composite: new CompositeAlarms(book),
  }
  const client = new sdk.CloudWatchClient({ region: place.region })
  const handlers = { ...metricHandlers(store, clock), ...alarmHandlers(alarms) }
  return {
    service: defineService(sdk, client, handlers, CONSTRAINTS),
    metrics: {
      record: (namespace, name, dimensions, value, unit = 'None') => {
        const arrival = { at: clock.now(), unit, resolution: 60 as const }
        store.record({ namespace, name, dimensions }, { value, count: 1 }, arrival)
      },
    },
    alarms: book,
    close: () => {
      book.close()
    },
  }
}

const NAME = { minLength: 1, maxLength: 255 }
const UNITS = Object.values(sdk.StandardUnit)

/** Of the service's model. */
const CONSTRAINTS: Service['constraints'] = {
  PutMetricAlarm: [
    { path: 'AlarmName', ...NAME },
    { path: 'ComparisonOperator', oneOf: Object.values(sdk.ComparisonOperator) },
    { path: 'Statistic', oneOf: Object.values(sdk.Statistic) },
    { path: 'EvaluationPeriods', minimum: 1 },
    { path: 'DatapointsToAlarm', minimum: 1 },
    { path: 'Unit', oneOf: UNITS },
  ],
  PutCompositeAlarm: [{ path: 'AlarmName', ...NAME }],
  DescribeAlarms: [{ path: 'MaxRecords', minimum: 1, maximum: 100 }],
  DescribeAlarmHistory: [{ path: 'MaxRecords', minimum: 1, maximum: 100 }],
  SetAlarmState: [{ path: 'StateValue', oneOf: Object.values(sdk.StateValue) }],
  PutMetricData: [
    { path: 'Namespace', ...NAME },
    { path: 'MetricData.MetricName', ...NAME },
    { path: 'MetricData.Unit', oneOf: UNITS },
  ],
  GetMetricData: [{ path: 'ScanBy', oneOf: Object.values(sdk.ScanBy) }],
  GetMetricStatistics: [{ path: 'Unit', oneOf: UNITS }],
}

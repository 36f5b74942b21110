import type * as logs from '@aws-sdk/client-cloudwatch-logs'
import type { LogGroup, LogStream } from '@aws-sdk/client-cloudwatch-logs'
import type { Clock } from '../../clock/clock.ts'
import { arn } from '../../ids.ts'
import type { Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { pageOf } from './pages.ts'
import {
  invalidParameter,
  type LogGroupRecord,
  type LogStore,
  type LogStreamRecord,
} from './store.ts'

const DESCRIBED_AT_ONCE = 50

/** Days that PutRetentionPolicy takes (API_PutRetentionPolicy). */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
]

export interface LogsDeps {
  readonly store: LogStore
  readonly clock: Clock
  readonly place: Place
}

/** Groups and streams: create, describe, delete, and the retention of groups (kept, not carried out). */
export function groupHandlers({ store, clock, place }: LogsDeps): Handlers<typeof logs> {
  return {
    CreateLogGroup({ logGroupName = '' }) {
      store.createGroup(logGroupName, clock.now())
      return {}
    },
    CreateLogStream({ logGroupName, logStreamName = '' }) {
      store.createStream(store.group(logGroupName), logStreamName, clock.now())
      return {}
    },
    DeleteLogGroup({ logGroupName }) {
      store.groups.delete(store.group(logGroupName).name)
      return {}
    },
    DeleteLogStream({ logGroupName, logStreamName }) {
      const group = store.group(logGroupName)
      group.streams.delete(store.stream(group, logStreamName).name)
      return {}
    },
    PutRetentionPolicy({ logGroupName, retentionInDays = 0 }) {
      if (!RETENTIONS.includes(retentionInDays)) {
        throw invalidParameter(
          `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTIONS.join(', ')}]`,
        )
      }
      store.group(logGroupName).retentionInDays = retentionInDays
      return {}
    },
    DeleteRetentionPolicy({ logGroupName }) {
      delete store.group(logGroupName).retentionInDays
      return {}
    },

    DescribeLogGroups({ logGroupNamePrefix = '', logGroupNamePattern, nextToken, limit }) {
      const groups = [...store.groups.values()]
        .filter(({ name }) => name.startsWith(logGroupNamePrefix))
        .filter(({ name }) => name.toLowerCase().includes(logGroupNamePattern?.toLowerCase() ?? ''))
        .sort(byName)
      const page = pageOf(groups, nextToken, limit, DESCRIBED_AT_ONCE)
      return {
        logGroups: page.items.map((group) => describeGroup(group, place)),
        nextToken: page.nextToken,
      }
    },

    DescribeLogStreams(input) {
      const { logStreamNamePrefix, orderBy, descending, nextToken, limit } = input
      const group = store.group(input.logGroupIdentifier ?? input.logGroupName)
      if (orderBy === 'LastEventTime' && logStreamNamePrefix !== undefined) {
        throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.')
      }
      const streams = [...group.streams.values()]
        .filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ''))
        .sort(orderBy === 'LastEventTime' ? byLastEvent : byName)
      if (descending) streams.reverse()
      const page = pageOf(streams, nextToken, limit, DESCRIBED_AT_ONCE)
      return {
        logStreams: page.items.map((stream) => describeStream(stream, group, place)),
        nextToken: page.nextToken,
      }
    },
  }
}

const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : Number(a.name > b.name)

const lastEventTime = ({ events }: LogStreamRecord): number => events.at(-1)?.timestamp ?? 0

const byLastEvent = (a: LogStreamRecord, b: LogStreamRecord): number =>
  lastEventTime(a) - lastEventTime(b) || byName(a, b)

/** CloudWatch counts 26 bytes beside each message. */
const storedBytes = ({ events }: LogStreamRecord): number =>
  events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0)

function describeGroup(group: LogGroupRecord, place: Place): LogGroup {
  const groupArn = arn('logs', place, `log-group:${group.name}`)
  const streams = [...group.streams.values()]
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    arn: `${groupArn}:*`,
    logGroupArn: groupArn,
    storedBytes: streams.reduce((sum, stream) => sum + storedBytes(stream), 0),
    logGroupClass: 'STANDARD',
  }
}

function describeStream(stream: LogStreamRecord, group: LogGroupRecord, place: Place): LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.creationTime,
    firstEventTimestamp: stream.events[0]?.timestamp,
    lastEventTimestamp: stream.events.at(-1)?.timestamp,
    lastIngestionTime: stream.events.at(-1)?.ingestionTime,
    arn: arn('logs', place, `log-group:${group.name}:log-stream:${stream.name}`),
    // "From June 17, 2019, this parameter is deprecated for log streams, and is always reported as zero."
    storedBytes: 0,
  }
}

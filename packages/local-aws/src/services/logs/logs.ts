import * as sdk from '@aws-sdk/client-cloudwatch-logs'
import type { Clock } from '../../clock/clock.ts'
import type { Place } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { eventHandlers } from './event-handlers.ts'
import { groupHandlers } from './group-handlers.ts'
import type { LogSink } from './part.ts'
import { LogStore } from './store.ts'

/** CloudWatch Logs: what tasks print and what clients put, kept in memory for as long as the endpoint runs. */
export function createLogs(deps: {
  readonly clock: Clock
  readonly place: Place
}): { readonly service: Service } & LogSink {
  const { clock, place } = deps
  const store = new LogStore()
  const handlers = { ...groupHandlers({ store, ...deps }), ...eventHandlers({ store, ...deps }) }
  return {
    service: defineService(
      sdk,
      new sdk.CloudWatchLogsClient({
        region: place.region,
        credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
      }),
      handlers,
    ),
    hasGroup: (group) => store.groups.has(group),
    write(groupName, streamName, message, create = false) {
      const now = clock.now()
      const known = store.groups.get(groupName)
      const group = known ?? (create ? store.createGroup(groupName, now) : store.group(groupName))
      const stream = group.streams.get(streamName) ?? store.createStream(group, streamName, now)
      store.append(stream, now, message, now)
    },
  }
}

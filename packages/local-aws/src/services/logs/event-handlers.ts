import type * as logs from '@aws-sdk/client-cloudwatch-logs'
import type { InputLogEvent, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs'
import type { Handlers } from '../../wire/service.ts'
import { compilePattern } from './filter-pattern.ts'
import type { LogsDeps } from './group-handlers.ts'
import { pageOf } from './pages.ts'
import {
  invalidParameter,
  type LogGroupRecord,
  type LogStreamRecord,
  type StoredEvent,
} from './store.ts'

const MOST_EVENTS = 10_000
const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

/** PutLogEvents, GetLogEvents and FilterLogEvents. */
export function eventHandlers({ store, clock }: LogsDeps): Handlers<typeof logs> {
  return {
    PutLogEvents({ logGroupName, logStreamName, logEvents = [] }) {
      const stream = store.stream(store.group(logGroupName), logStreamName)
      checkBatch(logEvents)
      const { accepted, rejected } = sort(logEvents, clock.now())
      for (const { timestamp = 0, message = '' } of accepted) {
        store.append(stream, timestamp, message, clock.now())
      }
      return {
        nextSequenceToken: String(stream.events.length).padStart(56, '4'),
        ...(rejected && { rejectedLogEventsInfo: rejected }),
      }
    },

    GetLogEvents(input) {
      const group = store.group(input.logGroupIdentifier ?? input.logGroupName)
      const { events } = store.stream(group, input.logStreamName)
      const within = indexesOf(events, input.startTime, input.endTime)
      const limit = checkedLimit(input.limit)
      const { from, to } = windowOf(within, limit, input.nextToken, input.startFromHead)
      return {
        events: events.slice(from, to).map(({ id: _, ...event }) => event),
        // At either end a token leads to itself (API_GetLogEvents).
        nextForwardToken: tokenOf('f', to),
        nextBackwardToken: tokenOf('b', from),
      }
    },

    FilterLogEvents(input) {
      const group = store.group(input.logGroupIdentifier ?? input.logGroupName)
      const { startTime = 0, endTime = Infinity, startFromHead = true } = input
      const matches = compilePattern(input.filterPattern)
      const found = streamsOf(group, input.logStreamNames, input.logStreamNamePrefix)
        .flatMap((stream) =>
          stream.events.map((event) => ({ ...event, logStreamName: stream.name })),
        )
        .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
        .filter(({ message }) => matches(message))
        .sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1))
      if (!startFromHead) found.reverse()
      const page = pageOf(found, input.nextToken, input.limit, MOST_EVENTS)
      return {
        events: page.items.map(({ id, ...event }) => ({ ...event, eventId: id })),
        searchedLogStreams: [],
        nextToken: page.nextToken,
      }
    },
  }
}

function checkBatch(events: readonly InputLogEvent[]): void {
  const times = events.map(({ timestamp = 0 }) => timestamp)
  const [first = 0] = times
  if (times.length > MOST_EVENTS) {
    throw invalidParameter(`A batch can have at most ${MOST_EVENTS} log events.`)
  }
  if (times.some((time, index) => time < (times[index - 1] ?? time))) {
    throw invalidParameter(
      'Log events in a single PutLogEvents request must be in chronological order.',
    )
  }
  if ((times.at(-1) ?? 0) - first > DAY_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    )
  }
}

/** Events more than two hours ahead or fourteen days old are left out (API_PutLogEvents). */
function sort(
  events: readonly InputLogEvent[],
  now: number,
): { accepted: readonly InputLogEvent[]; rejected?: RejectedLogEventsInfo } {
  const isTooOld = ({ timestamp = 0 }: InputLogEvent): boolean => timestamp < now - 14 * DAY_MS
  const isTooNew = ({ timestamp = 0 }: InputLogEvent): boolean => timestamp > now + 2 * HOUR_MS
  const tooOld = events.filter(isTooOld).length
  const tooNew = events.findIndex(isTooNew)
  const accepted = events.slice(tooOld, tooNew < 0 ? undefined : tooNew)
  if (tooOld === 0 && tooNew < 0) return { accepted }
  return {
    accepted,
    rejected: {
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
    },
  }
}

/** From an index to the one after the last. */
interface Range {
  readonly from: number
  readonly to: number
}

/** Events from `startTime` on and before `endTime`. */
function indexesOf(events: readonly StoredEvent[], startTime = 0, endTime = Infinity): Range {
  const at = (time: number): number => {
    const index = events.findIndex(({ timestamp }) => timestamp >= time)
    return index < 0 ? events.length : index
  }
  return { from: at(startTime), to: Math.max(at(startTime), at(endTime)) }
}

/** The part of `within` that a call returns: after a forward token, before a backward one, else an end of it. */
function windowOf(
  within: Range,
  limit: number,
  token: string | undefined,
  startFromHead = false,
): Range {
  const [, direction, digits] = /^([fb])\/(\d+)\/s$/.exec(token ?? '') ?? []
  if (token !== undefined && direction === undefined) {
    throw invalidParameter('The specified nextToken is invalid.')
  }
  const inside = (index: number): number => Math.min(Math.max(index, within.from), within.to)
  if (direction === 'f' || (direction === undefined && startFromHead)) {
    const from = inside(digits === undefined ? within.from : Number(digits))
    return { from, to: inside(from + limit) }
  }
  const to = inside(digits === undefined ? within.to : Number(digits))
  return { from: inside(to - limit), to }
}

const tokenOf = (direction: 'f' | 'b', index: number): string =>
  `${direction}/${String(index).padStart(56, '0')}/s`

function checkedLimit(limit = MOST_EVENTS): number {
  if (limit < 1 || limit > MOST_EVENTS) {
    throw invalidParameter(`limit must be between 1 and ${MOST_EVENTS}.`)
  }
  return limit
}

function streamsOf(
  group: LogGroupRecord,
  names: readonly string[] | undefined,
  prefix: string | undefined,
): LogStreamRecord[] {
  if (names && prefix !== undefined) {
    throw invalidParameter('logStreamNames and logStreamNamePrefix cannot both be given.')
  }
  return [...group.streams.values()]
    .filter(({ name }) => names?.includes(name) ?? true)
    .filter(({ name }) => name.startsWith(prefix ?? ''))
}

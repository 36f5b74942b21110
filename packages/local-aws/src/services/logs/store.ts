import {
  InvalidParameterException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs'

export interface StoredEvent {
  readonly id: string
  /** Milliseconds of AWS time. */
  readonly timestamp: number
  readonly ingestionTime: number
  readonly message: string
}

export interface LogStreamRecord {
  readonly name: string
  readonly creationTime: number
  /** In the order of their timestamps, those of one timestamp as they came. */
  readonly events: StoredEvent[]
}

export interface LogGroupRecord {
  readonly name: string
  readonly creationTime: number
  retentionInDays?: number
  readonly streams: Map<string, LogStreamRecord>
}

export const invalidParameter = (message: string): InvalidParameterException =>
  new InvalidParameterException({ message, $metadata: {} })

const notFound = (what: string): ResourceNotFoundException =>
  new ResourceNotFoundException({
    message: `The specified ${what} does not exist.`,
    $metadata: {},
  })

const alreadyExists = (what: string): ResourceAlreadyExistsException =>
  new ResourceAlreadyExistsException({
    message: `The specified ${what} already exists`,
    $metadata: {},
  })

/** Log groups, streams and events in memory. Throws the SDK's errors with the words of CloudWatch Logs. */
export class LogStore {
  readonly groups = new Map<string, LogGroupRecord>()
  private lastEvent = 0

  createGroup(name: string, now: number): LogGroupRecord {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
      throw invalidParameter(
        `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      )
    }
    if (this.groups.has(name)) throw alreadyExists('log group')
    const group: LogGroupRecord = { name, creationTime: now, streams: new Map() }
    this.groups.set(name, group)
    return group
  }

  createStream(group: LogGroupRecord, name: string, now: number): LogStreamRecord {
    if (!/^[^:*]{1,512}$/.test(name)) {
      throw invalidParameter(
        `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
      )
    }
    if (group.streams.has(name)) throw alreadyExists('log stream')
    const stream: LogStreamRecord = { name, creationTime: now, events: [] }
    group.streams.set(name, stream)
    return stream
  }

  /** `reference` is a name or an ARN, with or without `:*` at its end. */
  group(reference: string | undefined): LogGroupRecord {
    const [, name] = /^(?:arn:[^:]*:logs:[^:]*:\d+:log-group:)?([^:]*)/.exec(reference ?? '') ?? []
    const group = this.groups.get(name ?? '')
    if (!group) throw notFound('log group')
    return group
  }

  stream(group: LogGroupRecord, name: string | undefined): LogStreamRecord {
    const stream = group.streams.get(name ?? '')
    if (!stream) throw notFound('log stream')
    return stream
  }

  append(stream: LogStreamRecord, timestamp: number, message: string, now: number): void {
    const id = String(++this.lastEvent).padStart(56, '0')
    const at = firstAfter(stream.events, timestamp)
    stream.events.splice(at, 0, { id, timestamp, ingestionTime: now, message })
  }
}

/** Where an event of that time goes. New events are nearly always the newest, so the search starts at the end. */
function firstAfter(events: readonly StoredEvent[], timestamp: number): number {
  let at = events.length
  while (at > 0 && (events[at - 1]?.timestamp ?? 0) > timestamp) at--
  return at
}

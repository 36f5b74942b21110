import { NotFound, type LogTails, type TaskDefinitionDocument } from '@ecs-pipeline/rollout'
import { load } from './lazy-sdk.ts'
import { isRecord } from './raw-json.ts'
import type { AwsAccess } from './toolbox.ts'

/** Where one container of one task writes. */
export interface LogStream {
  readonly group: string
  readonly stream: string
  readonly region: string | undefined
}

/** GetLogEvents gives this many at most. */
const EVENTS_PER_CALL = 10_000
/** GetLogEvents may give an empty page although there are events further back; it is asked this often. */
const MAX_EMPTY_PAGES = 3

export function createLogTails({ clients, call }: AwsAccess): LogTails {
  return {
    async tail(taskDefinition, container, taskId, lines) {
      const place = logStream(taskDefinition, container, taskId)
      if (!place) return undefined
      const sdk = await load.cloudWatchLogs()
      const client = clients.of(sdk.CloudWatchLogsClient, place.region)
      const asked = {
        action: 'logs:GetLogEvents',
        resource: `log stream ${place.stream} of log group ${place.group}`,
      }
      let nextToken: string | undefined
      try {
        for (let page = 0; page < MAX_EMPTY_PAGES; page++) {
          const answer = await call(asked, (options) =>
            client.send(
              new sdk.GetLogEventsCommand({
                logGroupName: place.group,
                logStreamName: place.stream,
                startFromHead: false,
                limit: Math.min(lines, EVENTS_PER_CALL),
                nextToken,
              }),
              options,
            ),
          )
          const messages = (answer.events ?? []).map((event) => event.message ?? '')
          if (messages.length > 0) return lastLines(messages, lines)
          // The same token again: that was the beginning of the stream.
          if (answer.nextBackwardToken === nextToken) break
          nextToken = answer.nextBackwardToken
        }
        return []
      } catch (error) {
        if (error instanceof NotFound) return undefined
        throw error
      }
    },
  }
}

/** An event may hold several lines, and may end in a line break. */
function lastLines(messages: readonly string[], lines: number): readonly string[] {
  return messages.flatMap((message) => message.replace(/\r?\n$/, '').split(/\r?\n/)).slice(-lines)
}

/**
 * The stream is `prefix/container/task-id` (Amazon ECS Developer Guide, 'Send Amazon ECS logs to CloudWatch').
 * Without a prefix, which only tasks on EC2 may leave out, it is an id that ECS does not tell.
 */
export function logStream(
  taskDefinition: TaskDefinitionDocument,
  container: string,
  taskId: string,
): LogStream | undefined {
  const containers = taskDefinition['containerDefinitions']
  const definition = (Array.isArray(containers) ? containers : [])
    .filter(isRecord)
    .find((one) => one['name'] === container)
  const configuration = definition?.['logConfiguration']
  if (!isRecord(configuration) || configuration['logDriver'] !== 'awslogs') return undefined
  const options = isRecord(configuration['options']) ? configuration['options'] : {}
  const group = options['awslogs-group']
  const prefix = options['awslogs-stream-prefix']
  const region = options['awslogs-region']
  if (typeof group !== 'string' || typeof prefix !== 'string') return undefined
  return {
    group,
    stream: `${prefix}/${container}/${taskId}`,
    region: typeof region === 'string' ? region : undefined,
  }
}

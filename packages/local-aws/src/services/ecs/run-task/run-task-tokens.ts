import { ConflictException, type RunTaskRequest, type Task } from '@aws-sdk/client-ecs'
import type { ClusterRecord, TaskRecord } from '../model.ts'
import { describeTask } from '../task-shape.ts'

const DAY_MS = 24 * 3600_000
const HOUR_MS = 3600_000

interface Kept {
  readonly parameters: string
  readonly tasks: readonly TaskRecord[]
  readonly askedAt: number
}

/**
 * Client tokens of RunTask: one is good in its cluster for 24 hours, or until an hour after its last task has stopped
 * ('Ensuring idempotency' in the Amazon ECS API Reference).
 */
export class RunTaskTokens {
  private readonly kept = new Map<string, Kept>()

  /** The tasks that an earlier request with this token has started. Throws when that asked for something else. */
  find(cluster: ClusterRecord, input: RunTaskRequest, now: number): Task[] | undefined {
    const key = keyOf(cluster, input)
    const kept = key === undefined ? undefined : this.kept.get(key)
    if (!kept || isOver(kept, now)) return undefined
    if (kept.parameters === parametersOf(input)) return kept.tasks.map(shownAgain)
    throw new ConflictException({
      // The words are unproven.
      message: 'The client token is already in use with a different request.',
      resourceIds: kept.tasks.map(({ arn }) => arn),
      $metadata: {},
    })
  }

  remember(
    cluster: ClusterRecord,
    input: RunTaskRequest,
    tasks: readonly TaskRecord[],
    askedAt: number,
  ): void {
    const key = keyOf(cluster, input)
    if (key === undefined) return
    this.kept.set(key, { parameters: parametersOf(input), tasks, askedAt })
  }
}

const keyOf = (cluster: ClusterRecord, { clientToken }: RunTaskRequest): string | undefined =>
  clientToken === undefined ? undefined : `${cluster.arn} ${clientToken}`

const parametersOf = ({ clientToken: _token, ...rest }: RunTaskRequest): string =>
  JSON.stringify(rest)

function isOver({ tasks, askedAt }: Kept, now: number): boolean {
  const lastStop = Math.max(...tasks.map(({ stoppedAt = Infinity }) => stoppedAt))
  return now > Math.min(askedAt + DAY_MS, lastStop + HOUR_MS)
}

/** Of one that has stopped, an answer that is given again tells no more than this. */
function shownAgain(task: TaskRecord): Task {
  if (task.lastStatus !== 'STOPPED') return describeTask(task)
  const { taskArn, lastStatus, desiredStatus } = describeTask(task)
  return { taskArn, lastStatus, desiredStatus }
}

/** Why a task does not come up, worded as ECS words `stoppedReason`. */

/** Ends the bringing up of a task with `TaskFailedToStart`. */
export class TaskStartError extends Error {
  override readonly name = 'TaskStartError'
  /** The container to blame, whose `reason` shows the same words. */
  readonly container: string | undefined

  constructor(message: string, container?: string) {
    super(message)
    this.container = container
  }
}

const NO_SECRETS =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: '

/** From recordings of Fargate 1.4.0; `valueFrom` is a Secrets Manager ARN or a parameter's name or ARN. */
export function secretNotFound(valueFrom: string): TaskStartError {
  if (!valueFrom.startsWith('arn:aws:secretsmanager:')) {
    const name = valueFrom.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter/, '')
    return new TaskStartError(
      `${NO_SECRETS}unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: ${name}`,
    )
  }
  return new TaskStartError(
    `${NO_SECRETS}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${valueFrom} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
  )
}

export const logGroupNotFound = (): TaskStartError =>
  new TaskStartError(
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
  )

/** From the agent's dependency graph (aws/amazon-ecs-agent); that Fargate passes the words on is unproven. */
export const dependencyFailed = (container: string, dependency: string): TaskStartError =>
  new TaskStartError(
    `dependency graph: failed to resolve container ordering dependency [${dependency}] for target [${container}] as dependency did not exit successfully.`,
    container,
  )

export const dependencyTimedOut = (container: string, dependency: string): TaskStartError =>
  new TaskStartError(
    `dependency graph: container ordering dependency [${dependency}] for target [${container}] has timed out.`,
    container,
  )

/** The functions that an AppSpec file names, and what they tell of the validation. */
import { randomUUID } from 'node:crypto'
import {
  InvalidLifecycleEventHookExecutionIdException,
  InvalidLifecycleEventHookExecutionStatusException,
  LifecycleEventAlreadyCompletedException,
  type LifecycleEventStatus,
} from '@aws-sdk/client-codedeploy'
import type { HookName } from './app-spec.ts'

/** What CodeDeploy sends to a function, and which event it is for. */
export interface ValidationCall {
  readonly deploymentId: string
  readonly lifecycleEventHookExecutionId: string
  readonly lifecycleEvent: HookName
}

/** There is no Lambda here: the answer of a function. With IN_PROGRESS it calls back later, over the wire. */
export type Validate = (
  functionName: string,
  call: ValidationCall,
) => 'SUCCEEDED' | 'FAILED' | 'IN_PROGRESS'

export interface HookExecution {
  status: ReturnType<Validate>
}

export class HookExecutions {
  private readonly validate: Validate
  private readonly executions = new Map<string, HookExecution>()

  constructor(validate: Validate) {
    this.validate = validate
  }

  begin(functionName: string, deploymentId: string, lifecycleEvent: HookName): HookExecution {
    const lifecycleEventHookExecutionId = randomUUID()
    const call = { deploymentId, lifecycleEventHookExecutionId, lifecycleEvent }
    const execution = { status: this.validate(functionName, call) }
    this.executions.set(lifecycleEventHookExecutionId, execution)
    return execution
  }

  /** PutLifecycleEventHookExecutionStatus; the words of what it throws are unproven. */
  answer(id: string | undefined, status: LifecycleEventStatus | undefined): void {
    const execution = this.executions.get(id ?? '')
    if (!execution) {
      const message = 'The lifecycle event hook execution ID is invalid'
      throw new InvalidLifecycleEventHookExecutionIdException({ message, $metadata: {} })
    }
    if (execution.status !== 'IN_PROGRESS') {
      const message = 'The lifecycle event is already completed'
      throw new LifecycleEventAlreadyCompletedException({ message, $metadata: {} })
    }
    if (status !== 'Succeeded' && status !== 'Failed') {
      const message = 'The status has to be Succeeded or Failed'
      throw new InvalidLifecycleEventHookExecutionStatusException({ message, $metadata: {} })
    }
    execution.status = status === 'Succeeded' ? 'SUCCEEDED' : 'FAILED'
  }
}

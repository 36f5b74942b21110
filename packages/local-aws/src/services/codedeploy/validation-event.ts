import type { HookEvent } from '../ecs/shifting/lambda-hooks.ts'
import type { ValidationCall } from './hook-executions.ts'

/**
 * The call of a function as the scripts of lifecycle hooks take it. What CodeDeploy really sends is only the id of the
 * deployment and that of the execution, `resourceArn` and `executionId` here.
 */
export const validationEvent = (call: ValidationCall): HookEvent => ({
  executionId: call.lifecycleEventHookExecutionId,
  lifecycleStage: call.lifecycleEvent,
  resourceArn: call.deploymentId,
  executionDetails: {
    serviceArn: '',
    targetServiceRevisionArn: '',
    testTrafficWeights: {},
    productionTrafficWeights: {},
  },
})

/** What CreateService and UpdateService refuse of lifecycle hooks. */
import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs'
import { invalidParameter } from '../api.ts'
import { checkRange } from './range.ts'

/** Table 'Supported stages by hook type' of deployment-lifecycle-hooks.html. */
const LAMBDA_STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]
const NOT_FOR_PAUSE = ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']

/** "A maximum of 10 pause hooks and 10 Lambda hooks per service", and the timeouts (pause- and lambda-lifecycle-hooks.html). */
const MOST_OF_A_KIND = 10
const LONGEST = { PAUSE: 20_160, AWS_LAMBDA: 1440 }

/** Words from 'Troubleshooting Amazon ECS blue/green deployments' or recorded by go-to-k/cdkd unless marked unproven. */
export function checkHooks(hooks: readonly DeploymentLifecycleHook[]): void {
  for (const hook of hooks) checkHook(hook)
  for (const kind of ['PAUSE', 'AWS_LAMBDA'] as const) {
    const count = hooks.filter(({ targetType = 'AWS_LAMBDA' }) => targetType === kind).length
    if (count > MOST_OF_A_KIND) {
      // Unproven words.
      throw invalidParameter(`A service can have up to ${MOST_OF_A_KIND} ${kind} lifecycle hooks.`)
    }
  }
}

function checkHook({
  targetType = 'AWS_LAMBDA',
  lifecycleStages = [],
  hookTargetArn,
  roleArn,
  timeoutConfiguration,
}: DeploymentLifecycleHook): void {
  if (targetType !== 'AWS_LAMBDA' && targetType !== 'PAUSE') {
    throw invalidParameter('Invalid targetType. Valid values are: AWS_LAMBDA, PAUSE')
  }
  if (lifecycleStages.length === 0) {
    throw invalidParameter(
      'Lifecycle stage cannot be null or empty for any deployment lifecycle hooks',
    )
  }
  const stranger = lifecycleStages.find((stage) => !LAMBDA_STAGES.includes(stage))
  // Unproven words.
  if (stranger !== undefined) throw invalidParameter(`Invalid lifecycle stage: ${stranger}`)
  if (targetType === 'PAUSE') {
    if (lifecycleStages.some((stage) => NOT_FOR_PAUSE.includes(stage))) {
      throw invalidParameter('Invalid lifecycle stage provided for Pause Hook')
    }
    // "Pause hooks do not use hookTargetArn or roleArn": that AWS refuses them is unproven, so they are let through.
  } else if (hookTargetArn === undefined || roleArn === undefined) {
    throw invalidParameter(
      'Role arn or Hook Target arn is missing for one or more deployment lifecycle hooks',
    )
  }
  checkRange('timeoutInMinutes', timeoutConfiguration?.timeoutInMinutes, 1, LONGEST[targetType])
}

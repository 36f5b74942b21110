import {
  ServiceDeploymentNotFoundException,
  type ContinueServiceDeploymentRequest,
} from '@aws-sdk/client-ecs'
import { invalidParameter } from '../api.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { isOngoing } from '../scheduler/service-deployment-states.ts'
import type { Found } from './find-deployment.ts'

/**
 * Answers a PAUSE hook. The words are those of 'Troubleshooting Amazon ECS blue/green deployments'; that all of them
 * but the first are InvalidParameterException is unproven, as is the order in which AWS looks.
 */
export function continueDeployment(
  scheduler: Scheduler,
  found: Found | undefined,
  { hookId = '', action = 'CONTINUE' }: ContinueServiceDeploymentRequest,
): void {
  if (!found) {
    const message = 'The service deployment does not exist.'
    throw new ServiceDeploymentNotFoundException({ message, $metadata: {} })
  }
  if (!/^ecs-[a-z]+-.+$/.test(hookId)) {
    throw invalidParameter('Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}')
  }
  // Unproven words.
  if (action !== 'CONTINUE' && action !== 'ROLLBACK') throw invalidParameter('Invalid action.')
  const { service, deployment } = found
  if (!isOngoing(deployment)) {
    throw invalidParameter(
      'Continuing a service deployment is not allowed for service deployment in terminal states.',
    )
  }
  // "The deployment must be in the IN_PROGRESS state" (continue-service-deployment.html).
  const isWaiting = deployment.status === 'IN_PROGRESS'
  if (!isWaiting || !scheduler.resume(service, hookId, action)) {
    throw invalidParameter(
      'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    )
  }
}

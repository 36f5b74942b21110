import type { ErrorCode } from '@aws-sdk/client-codedeploy'

/** Why a deployment cannot go on, as its `errorInformation` says; it ends `Failed` unless told otherwise. */
export class DeploymentFailure extends Error {
  readonly code: ErrorCode
  readonly status: 'Failed' | 'Stopped'

  constructor(code: ErrorCode, message: string, status: 'Failed' | 'Stopped' = 'Failed') {
    super(message)
    this.code = code
    this.status = status
  }
}

/** Recorded in users' notes, with the rest of what the Java SDK appends. */
export const ecsUpdateError = (error: Error, requestId: string): DeploymentFailure =>
  new DeploymentFailure(
    'ECS_UPDATE_ERROR',
    `The ECS service cannot be updated due to an unexpected error: ${error.message} (Service: AmazonECS; Status Code: 400; Error Code: ${error.name}; Request ID: ${requestId}; Proxy: null). Check your ECS service status.`,
  )

/** The messages of 'Troubleshooting Amazon ECS deployment issues' of the CodeDeploy user guide; codes are unproven. */
export const FAILURE = {
  installTimedOut: (minutes: number): DeploymentFailure =>
    new DeploymentFailure(
      'TIMEOUT',
      `The deployment timed out while waiting for the replacement task set to become healthy. This time out period is ${minutes} minutes.`,
    ),
  /** "The deployment status is changed to Stopped" (API_DeploymentReadyOption). */
  readyTimedOut: (minutes: number): DeploymentFailure =>
    new DeploymentFailure(
      'TIMEOUT',
      `The deployment timed out while waiting for a notification to continue. This time out period is ${minutes} minutes.`,
      'Stopped',
    ),
  callbackTimedOut: (): DeploymentFailure =>
    new DeploymentFailure(
      'TIMEOUT',
      'The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.',
    ),
  hookFailed: (): DeploymentFailure =>
    new DeploymentFailure(
      'HOOK_EXECUTION_FAILURE',
      'The deployment failed because one or more of the lifecycle event validation functions failed.',
    ),
  notBehindListener: (rule: string): DeploymentFailure =>
    new DeploymentFailure(
      'ELASTIC_LOAD_BALANCING_INVALID',
      `The ELB could not be updated due to the following error: Primary taskset target group must be behind listener ${rule}`,
    ),
  /** The words are unproven. */
  noService: (service: string): DeploymentFailure =>
    new DeploymentFailure('INVALID_ECS_SERVICE', `The ECS service ${service} is not ACTIVE.`),
  /** The words are unproven. */
  noTargetGroup: (name: string): DeploymentFailure =>
    new DeploymentFailure(
      'ELASTIC_LOAD_BALANCING_INVALID',
      `The ELB could not be updated due to the following error: Target group ${name} not found`,
    ),
}

/** Recorded live, with the name of each alarm in angle brackets (a lab's log of an ECS deployment, 2026-08-08). */
export const alarmActive = (names: readonly string[]): DeploymentFailure =>
  new DeploymentFailure(
    'ALARM_ACTIVE',
    `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${names.map((name) => `<${name}>`).join(' ')}`,
    'Stopped',
  )

/** Code and words are unproven. */
export const stoppedByUser = (): DeploymentFailure =>
  new DeploymentFailure('MANUAL_STOP', 'The deployment was stopped by a user.', 'Stopped')

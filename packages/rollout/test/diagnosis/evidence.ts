import type { Evidence } from '../../src/diagnosis/evidence.ts'
import { makeLoadBalancer } from '../support/make.ts'

type Failure = Evidence['failures'][number]

export const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/ledger:v42'

/** A Fargate task with one container behind one load balancer; a test names only what it is about. */
export const makeEvidence = (over: Partial<Evidence> = {}): Evidence => ({
  failures: [],
  unhealthyTargets: [],
  events: [],
  taskDefinition: {
    memory: '512',
    executionRoleArn: 'arn:aws:iam::123456789012:role/ledger-execution',
    containerDefinitions: [
      {
        name: 'app',
        image: IMAGE,
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/ledger' } },
      },
    ],
  },
  service: {
    loadBalancers: [makeLoadBalancer({ targetGroupArn: 'tg' })],
    healthCheckGracePeriodSeconds: 120,
  },
  ...over,
})

const failure = (over: Partial<Failure>): Failure => ({
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  container: 'app',
  exitCode: undefined,
  containerReason: undefined,
  logTail: undefined,
  ...over,
})

/** Tasks that never started, with the reason that ECS gave. */
export const notStarted = (stoppedReason: string): Evidence =>
  makeEvidence({ failures: [failure({ stopCode: 'TaskFailedToStart', stoppedReason })] })

/** Tasks whose container ended, with its last log lines. */
export const exited = (exitCode: number, logTail?: readonly string[], reason?: string): Evidence =>
  makeEvidence({ failures: [failure({ exitCode, logTail, containerReason: reason })] })

/** A target that the load balancer calls unhealthy. */
export const unhealthy = (reason: string, description: string): Evidence =>
  makeEvidence({ unhealthyTargets: [{ reason, description }] })

export const event = (message: string): Evidence => makeEvidence({ events: [message] })

/** Tasks that the scheduler stopped for a failed health check. */
export const stoppedForHealth = (
  stoppedReason: string,
  containerReason?: string,
  over: Partial<Evidence> = {},
): Evidence =>
  makeEvidence({
    failures: [failure({ stopCode: 'ServiceSchedulerInitiated', stoppedReason, containerReason })],
    ...over,
  })

/** Makes the records of deployments, with the ids that ECS would give them. */
import type { Deployment, Maker, ServiceDeployment, ServiceState } from './records.ts'
import type { ServiceSetup } from './schedule.ts'
import { nextGroup, TARGET_GROUP } from './target-groups.ts'

const PLACE = 'arn:aws:ecs:eu-central-1:000000000000'
export const CLUSTER = 'prod'
export const SERVICE = 'ledger'
export const CLUSTER_ARN = `${PLACE}:cluster/${CLUSTER}`
export const SERVICE_ARN = `${PLACE}:service/${CLUSTER}/${SERVICE}`

interface ServiceRevision {
  /** Of the task definition. */
  readonly revision: number
  readonly group: string
  readonly createdAt: number
}

export class RolloutRecords {
  private made = 0
  private readonly setup: ServiceSetup
  readonly serviceRevisions = new Map<string, ServiceRevision>()

  /** All that were ever made, those of a deleted service too. */
  readonly serviceDeployments: ServiceDeployment[] = []

  constructor(setup: ServiceSetup) {
    this.setup = setup
  }

  serviceDeployment(
    revision: number,
    madeBy: Maker,
    createdAt: number,
    service: Pick<ServiceState, 'deployments' | 'completed' | 'configuration'>,
  ): ServiceDeployment {
    const { breaker, breakerThreshold, alarms } = this.setup
    const number = ++this.made
    const revisionArn = `${PLACE}:service-revision/${CLUSTER}/${SERVICE}/${number}`
    const { deployments, configuration } = service
    const group = nextGroup(deployments, (configuration.strategy ?? 'ROLLING') !== 'ROLLING')
    this.serviceRevisions.set(revisionArn, { revision, group, createdAt })
    const isAlarmed = alarms !== 'off' && service.completed !== undefined
    const made: ServiceDeployment = {
      arn: `${PLACE}:service-deployment/${CLUSTER}/${SERVICE}/sd-${number}`,
      madeBy,
      revision,
      revisionArn,
      sources: deployments.map((each) => each.revisionArn),
      createdAt,
      configuration,
      lifecycleStage: undefined,
      hooks: [],
      status: 'PENDING',
      statusReason: undefined,
      startedAt: undefined,
      finishedAt: undefined,
      rolledBackBy: undefined,
      isBackByHook: false,
      finalWeight: undefined,
      rollback: undefined,
      breaker: {
        status: breaker === 'off' ? 'DISABLED' : 'MONITORING',
        failureCount: 0,
        threshold: breaker === 'off' ? 0 : breakerThreshold,
      },
      alarms: { status: isAlarmed ? 'MONITORING' : 'DISABLED', triggered: [] },
    }
    this.serviceDeployments.push(made)
    return made
  }

  /** `revisionArn`: what it runs. */
  deployment(
    serviceDeployment: ServiceDeployment,
    revisionArn: string,
    madeBy: Maker,
    createdAt: number,
  ): Deployment {
    const { revision = 0, group = TARGET_GROUP } = this.serviceRevisions.get(revisionArn) ?? {}
    const id = `ecs-svc/${++this.made}`
    const isRollback = serviceDeployment.startedAt !== undefined
    return {
      id,
      madeBy,
      revision,
      revisionArn,
      group,
      serviceDeployment,
      isRollback,
      createdAt,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: isRollback
        ? `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`
        : `ECS deployment ${id} in progress.`,
      failedTasks: 0,
      failedStarts: 0,
      pausedUntil: 0,
      servesSince: undefined,
      badSince: undefined,
      steadySince: undefined,
    }
  }
}

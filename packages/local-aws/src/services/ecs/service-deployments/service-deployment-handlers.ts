/** ListServiceDeployments, DescribeServiceDeployments, DescribeServiceRevisions, StopServiceDeployment. */
import * as ecs from '@aws-sdk/client-ecs'
import { invalidParameter, pageOf, type ApiDeps, type EcsHandlers } from '../api.ts'
import type { ServiceRecord } from '../model.ts'
import { requireCluster } from '../resolve.ts'
import { isOngoing } from '../scheduler/rollout.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { ROLLOUT, STATUS_REASON } from '../scheduler/words.ts'
import { findService } from '../services/service-handlers.ts'
import { revisionCounts } from '../services/shape.ts'

const $metadata = {}
const MAX_DESCRIBED = 20

export function serviceDeploymentHandlers(
  deps: ApiDeps & { readonly scheduler: Scheduler },
): EcsHandlers {
  const { state, scheduler } = deps
  const allServices = (): ServiceRecord[] =>
    [...state.clusters.values()].flatMap((cluster) => [...cluster.services.values()])
  const find = (
    arn: string | undefined,
  ): { service: ServiceRecord; deployment: ecs.ServiceDeployment } | undefined => {
    for (const service of allServices()) {
      const deployment = service.serviceDeployments.find(
        (each) => each.serviceDeploymentArn === arn,
      )
      if (deployment) return { service, deployment }
    }
    return undefined
  }
  return {
    ListServiceDeployments(input) {
      const service = findService(requireCluster(state, input.cluster), input.service)
      if (!service) {
        throw new ecs.ServiceNotFoundException({ message: 'Service not found.', $metadata })
      }
      const { before, after } = input.createdAt ?? {}
      const chosen = service.serviceDeployments.filter(
        ({ status, createdAt }) =>
          (input.status === undefined ||
            input.status.length === 0 ||
            (status !== undefined && input.status.includes(status))) &&
          (after === undefined || (createdAt ?? after) >= after) &&
          (before === undefined || (createdAt ?? before) <= before),
      )
      const { items, nextToken } = pageOf(chosen, input.nextToken, input.maxResults ?? 20)
      return {
        serviceDeployments: items.map((each) => ({
          serviceDeploymentArn: each.serviceDeploymentArn,
          serviceArn: each.serviceArn,
          clusterArn: each.clusterArn,
          createdAt: each.createdAt,
          startedAt: each.startedAt,
          finishedAt: each.finishedAt,
          targetServiceRevisionArn: each.targetServiceRevision?.arn,
          status: each.status,
          statusReason: each.statusReason,
        })),
        nextToken,
      }
    },
    DescribeServiceDeployments(input) {
      const arns = input.serviceDeploymentArns ?? []
      checkCount(arns)
      const found = arns.map((arn) => ({ arn, found: find(arn) }))
      return {
        serviceDeployments: found.flatMap((each) => (each.found ? [shown(each.found)] : [])),
        failures: missing(found),
      }
    },
    DescribeServiceRevisions(input) {
      const arns = input.serviceRevisionArns ?? []
      checkCount(arns)
      const found = arns.map((arn) => ({
        arn,
        found: allServices()
          .map((service) => service.revisions.get(arn))
          .find((revision) => revision !== undefined),
      }))
      return {
        serviceRevisions: found.flatMap((each) => (each.found ? [each.found] : [])),
        failures: missing(found),
      }
    },
    StopServiceDeployment(input) {
      const found = find(input.serviceDeploymentArn)
      if (!found) {
        throw new ecs.ServiceDeploymentNotFoundException({
          message: 'Service deployment not found.',
          $metadata,
        })
      }
      stop(scheduler, found.service, found.deployment)
      return { serviceDeploymentArn: input.serviceDeploymentArn }
    },
  }
}

/** Allowed while it is under way, and harmless when it is being rolled back already (stop-service-deployment.html). */
function stop(
  scheduler: Scheduler,
  service: ServiceRecord,
  deployment: ecs.ServiceDeployment,
): void {
  if (deployment.status?.startsWith('ROLLBACK_') && isOngoing(deployment.status)) return
  if (!isOngoing(deployment.status)) {
    throw conflict(`Service deployment is ${deployment.status ?? 'over'} and cannot be stopped.`)
  }
  const current = service.deployments[0]
  const reason = current ? ROLLOUT.inProgress(current.id) : ''
  // What AWS does when there is nothing to go back to is unproven; here it is a conflict.
  if (!scheduler.rollout.rollBack(service, STATUS_REASON.user, STATUS_REASON.user || reason)) {
    throw conflict('There is no previous service revision to roll back to.')
  }
}

const conflict = (message: string): Error =>
  new ecs.ConflictException({ message, $metadata, resourceIds: [] })

function checkCount(arns: readonly string[]): void {
  if (arns.length === 0) throw invalidParameter('The list of ARNs cannot be empty.')
  if (arns.length > MAX_DESCRIBED) {
    throw invalidParameter(`Up to ${MAX_DESCRIBED} ARNs can be described at once.`)
  }
}

const missing = (
  found: readonly { readonly arn: string; readonly found: unknown }[],
): ecs.Failure[] =>
  found.filter((each) => !each.found).map(({ arn }) => ({ arn, reason: 'MISSING' }))

function shown({
  service,
  deployment,
}: {
  service: ServiceRecord
  deployment: ecs.ServiceDeployment
}): ecs.ServiceDeployment {
  const group = `service:${service.name}`
  const tasks = [...service.cluster.tasks.values()].filter((task) => task.group === group)
  const counted = (
    summary: ecs.ServiceRevisionSummary,
    requested: number,
  ): ecs.ServiceRevisionSummary => {
    const arn = service.revisions.get(summary.arn ?? '')?.taskDefinition
    const own = tasks.filter((task) => task.taskDefinition.arn === arn)
    const example = own[0]
    const counts = example
      ? revisionCounts(own, example)
      : { runningTaskCount: 0, pendingTaskCount: 0 }
    return { ...summary, requestedTaskCount: requested, ...counts }
  }
  const { targetServiceRevision, sourceServiceRevisions = [] } = deployment
  return {
    ...deployment,
    ...(targetServiceRevision
      ? { targetServiceRevision: counted(targetServiceRevision, service.desiredCount) }
      : {}),
    sourceServiceRevisions: sourceServiceRevisions.map((each) => counted(each, 0)),
  }
}

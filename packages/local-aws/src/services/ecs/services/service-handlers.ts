/** CreateService, UpdateService, DeleteService, DescribeServices, ListServices. */
import * as ecs from '@aws-sdk/client-ecs'
import { arn } from '../../../ids.ts'
import type { TargetGroups } from '../../../parts.ts'
import { clientError, invalidParameter, pageOf, type ApiDeps, type EcsHandlers } from '../api.ts'
import type { ClusterRecord, ServiceRecord } from '../model.ts'
import { requireActiveTaskDefinition, requireCluster } from '../resolve.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { settingsFrom, startsDeployment, updated } from './settings.ts'
import { shapeOf } from './shape.ts'

export interface ServiceDeps extends ApiDeps {
  readonly scheduler: Scheduler
  readonly targetGroups: TargetGroups
}

const $metadata = {}
const lastPart = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1)

const serviceNotFound = (): Error =>
  new ecs.ServiceNotFoundException({ message: 'Service not found.', $metadata })

/** The service by name or ARN, whatever its status. */
export const findService = (
  cluster: ClusterRecord,
  reference: string | undefined,
): ServiceRecord | undefined => cluster.services.get(lastPart(reference ?? ''))

export function serviceHandlers(deps: ServiceDeps): EcsHandlers {
  const { state, clock } = deps
  return {
    CreateService(input) {
      const cluster = requireCluster(state, input.cluster)
      return { service: shapeOf(create(deps, cluster, input)) }
    },
    UpdateService(input) {
      const service = findService(requireCluster(state, input.cluster), input.service)
      if (!service || service.status === 'INACTIVE') throw serviceNotFound()
      if (service.status !== 'ACTIVE') {
        throw new ecs.ServiceNotActiveException({ message: 'Service was not ACTIVE.', $metadata })
      }
      update(deps, service, input)
      return { service: shapeOf(service) }
    },
    DeleteService(input) {
      const service = findService(requireCluster(state, input.cluster), input.service)
      if (!service || service.status === 'INACTIVE') throw serviceNotFound()
      if (input.force !== true && service.desiredCount > 0) {
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.')
      }
      service.status = 'DRAINING'
      deps.scheduler.remove(service)
      return { service: shapeOf(service) }
    },
    DescribeServices(input) {
      const names = input.services ?? []
      if (names.length === 0) throw invalidParameter('Services cannot be empty.')
      if (names.length > 10) {
        throw invalidParameter('DescribeServices can be called with up to 10 services.')
      }
      const cluster = requireCluster(state, input.cluster)
      const withTags = input.include?.includes('TAGS') === true
      const found = names.map((name) => ({ name, service: findService(cluster, name) }))
      return {
        services: found.flatMap(({ service }) => (service ? [shapeOf(service, withTags)] : [])),
        failures: found
          .filter(({ service }) => !service)
          .map(({ name }) => ({ arn: serviceArn(deps, cluster, name), reason: 'MISSING' })),
      }
    },
    ListServices(input) {
      const cluster = requireCluster(state, input.cluster)
      const arns = [...cluster.services.values()]
        .filter((each) => each.status !== 'INACTIVE')
        .filter(
          (each) => input.launchType === undefined || each.settings.launchType === input.launchType,
        )
        .map((each) => each.arn)
      const { items, nextToken } = pageOf(arns, input.nextToken, input.maxResults ?? 10)
      return { serviceArns: items, nextToken }
    },
  }

  function update(
    { scheduler }: ServiceDeps,
    service: ServiceRecord,
    input: ecs.UpdateServiceCommandInput,
  ): void {
    const taskDefinition =
      input.taskDefinition === undefined
        ? undefined
        : requireActiveTaskDefinition(state, input.taskDefinition)
    if (service.settings.deploymentController?.type === 'CODE_DEPLOY' && taskDefinition) {
      throw invalidParameter(
        'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
      )
    }
    checkLoadBalancers(deps.targetGroups, input.loadBalancers)
    const isNew = startsDeployment(service, taskDefinition?.arn, input)
    service.settings = updated(service.settings, input)
    if (input.desiredCount !== undefined) service.desiredCount = input.desiredCount
    if (isNew) {
      scheduler.rollout.begin(
        service,
        taskDefinition ?? requireActiveTaskDefinition(state, service.settings.taskDefinition),
      )
    } else {
      scheduler.rollout.reconcile(service)
    }
  }

  function create(
    { scheduler }: ServiceDeps,
    cluster: ClusterRecord,
    input: ecs.CreateServiceCommandInput,
  ): ServiceRecord {
    const name = input.serviceName ?? ''
    if (!/^[\w-]{1,255}$/.test(name)) {
      throw invalidParameter(
        'Invalid service name. It can have letters, numbers, hyphens and underscores.',
      )
    }
    const taken = cluster.services.get(name)
    if (taken && taken.status !== 'INACTIVE') {
      throw invalidParameter('Creation of service was not idempotent.')
    }
    const controller = input.deploymentController?.type ?? 'ECS'
    if (input.taskDefinition === undefined && controller !== 'EXTERNAL') {
      throw invalidParameter('TaskDefinition can not be blank.')
    }
    const taskDefinition =
      input.taskDefinition === undefined
        ? undefined
        : requireActiveTaskDefinition(state, input.taskDefinition)
    if (taskDefinition?.shape.networkMode === 'awsvpc' && !input.networkConfiguration) {
      throw invalidParameter(
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      )
    }
    checkLoadBalancers(deps.targetGroups, input.loadBalancers)
    const service: ServiceRecord = {
      name,
      arn: serviceArn(deps, cluster, name),
      cluster,
      settings: { ...settingsFrom(input), taskDefinition: taskDefinition?.arn },
      desiredCount: input.desiredCount ?? 0,
      status: 'ACTIVE',
      deployments: [],
      serviceDeployments: [],
      revisions: new Map(),
      events: [],
      createdAt: clock.now(),
      tags: input.tags ?? [],
    }
    cluster.services.set(name, service)
    // Services of other controllers are deployed by CodeDeploy and by task sets, which are not here.
    if (controller === 'ECS' && taskDefinition) scheduler.rollout.begin(service, taskDefinition)
    return service
  }
}

const serviceArn = ({ place }: ApiDeps, cluster: ClusterRecord, name: string): string =>
  arn('ecs', place, `service/${cluster.name}/${lastPart(name)}`)

function checkLoadBalancers(
  targetGroups: TargetGroups,
  loadBalancers: readonly ecs.LoadBalancer[] | undefined,
): void {
  for (const { targetGroupArn } of loadBalancers ?? []) {
    if (targetGroupArn === undefined) throw clientError('Target Group ARN cannot be blank.')
    const group = targetGroups.find(targetGroupArn)
    if (!group) {
      throw invalidParameter(`The specified target group does not exist. ${targetGroupArn}`)
    }
    if (!group.hasLoadBalancer) {
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      )
    }
  }
}

/** CreateService, UpdateService, DeleteService, DescribeServices, ListServices. */
import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs'
import { arn } from '../../../ids.ts'
import type { ListenerRules, TargetGroups } from '../../../parts.ts'
import { invalidParameter, pageOf, type ApiDeps, type EcsHandlers } from '../api.ts'
import type { ClusterRecord, ServiceRecord } from '../model.ts'
import { requireCluster } from '../resolve.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { createService } from './create-service.ts'
import { findService, requireActiveService, requireService } from './find-service.ts'
import { shapeOf } from './shape.ts'
import { updateService } from './update-service.ts'

export interface ServiceDeps extends ApiDeps {
  readonly scheduler: Scheduler
  readonly targetGroups: TargetGroups
  readonly listenerRules: ListenerRules
}

/** API_DescribeServices, API_ListServices. */
const DESCRIBED_AT_ONCE = 10
const LISTED_AT_ONCE = 10

export function serviceHandlers(deps: ServiceDeps): EcsHandlers {
  const { state, place, scheduler } = deps
  const requests = new WeakMap<ServiceRecord, CreateServiceCommandInput>()
  return {
    CreateService(input) {
      const cluster = requireCluster(state, input.cluster)
      return { service: shapeOf(createService(deps, requests, cluster, input), place, true) }
    },

    UpdateService(input) {
      const service = requireActiveService(requireCluster(state, input.cluster), input.service)
      updateService(deps, service, input)
      return { service: shapeOf(service, place) }
    },

    DeleteService(input) {
      const service = requireService(requireCluster(state, input.cluster), input.service)
      if (input.force !== true && service.desiredCount > 0) {
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.')
      }
      service.status = 'DRAINING'
      service.desiredCount = 0
      scheduler.remove(service)
      return { service: shapeOf(service, place) }
    },

    DescribeServices({ cluster: reference, services: names = [], include = [] }) {
      if (names.length === 0) throw invalidParameter('Services cannot be empty.')
      if (names.length > DESCRIBED_AT_ONCE) {
        throw invalidParameter(
          `DescribeServices can be called with up to ${DESCRIBED_AT_ONCE} services.`,
        )
      }
      const cluster = requireCluster(state, reference)
      const found = names.map((name) => ({ name, service: findService(cluster, name) }))
      const withTags = include.includes('TAGS')
      return {
        services: found.flatMap(({ service }) =>
          service ? [shapeOf(service, place, withTags)] : [],
        ),
        failures: found
          .filter(({ service }) => !service)
          .map(({ name }) => ({ arn: serviceArn(name, cluster), reason: 'MISSING' })),
      }
    },

    ListServices(input) {
      const cluster = requireCluster(state, input.cluster)
      const chosen = [...cluster.services.values()]
        .filter(({ status }) => status !== 'INACTIVE')
        .filter(({ settings }) => (input.launchType ?? settings.launchType) === settings.launchType)
        .filter(
          ({ settings }) =>
            (input.schedulingStrategy ?? settings.schedulingStrategy) ===
            settings.schedulingStrategy,
        )
      const page = pageOf(chosen, input.nextToken, input.maxResults ?? LISTED_AT_ONCE)
      return { serviceArns: page.items.map((each) => each.arn), nextToken: page.nextToken }
    },
  }

  function serviceArn(reference: string, cluster: ClusterRecord): string {
    if (reference.startsWith('arn:')) return reference
    return arn('ecs', place, `service/${cluster.name}/${reference}`)
  }
}

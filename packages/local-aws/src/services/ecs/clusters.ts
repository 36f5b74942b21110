import {
  ClusterContainsServicesException,
  ClusterContainsTasksException,
  type Cluster,
  type ClusterField,
} from '@aws-sdk/client-ecs'
import { arn } from '../../ids.ts'
import { type ApiDeps, type EcsHandlers, invalidParameter, pageOf } from './api.ts'
import type { ClusterRecord, TaskStatus } from './model.ts'
import { findCluster, requireCluster } from './resolve.ts'
import { checkTags } from './tags.ts'

const DESCRIBED_AT_ONCE = 100

/** CreateCluster, DescribeClusters, ListClusters, UpdateCluster, PutClusterCapacityProviders, DeleteCluster. */
export function clusterHandlers({ state, place }: ApiDeps): EcsHandlers {
  return {
    CreateCluster(input) {
      const name = input.clusterName ?? 'default'
      // API_CreateCluster: up to 255 letters, numbers, underscores and hyphens. The words are unproven.
      if (!/^[\w-]{1,255}$/.test(name)) throw invalidParameter('Invalid cluster name.')
      checkTags(input.tags ?? [])
      const known = state.clusters.get(name)
      if (known?.shape.status === 'ACTIVE') return { cluster: describe(known, 'all') }
      const cluster: ClusterRecord = {
        name,
        arn: arn('ecs', place, `cluster/${name}`),
        shape: {
          status: 'ACTIVE',
          settings: input.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
          capacityProviders: input.capacityProviders ?? [],
          defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
          configuration: input.configuration,
        },
        tags: input.tags ?? [],
        services: new Map(),
        tasks: new Map(),
      }
      state.clusters.set(name, cluster)
      return { cluster: describe(cluster, 'all') }
    },

    DescribeClusters({ clusters = ['default'], include = [] }) {
      if (clusters.length > DESCRIBED_AT_ONCE) {
        throw invalidParameter(`Clusters can have at most ${DESCRIBED_AT_ONCE} items.`)
      }
      const found = clusters.map((reference) => findCluster(state, reference))
      return {
        clusters: found.flatMap((cluster) => (cluster ? [describe(cluster, include)] : [])),
        failures: clusters
          .filter((_, index) => !found[index])
          .map((reference) => ({ arn: arnOf(reference, place), reason: 'MISSING' })),
      }
    },

    ListClusters({ nextToken, maxResults }) {
      const active = [...state.clusters.values()].filter(({ shape }) => shape.status === 'ACTIVE')
      const page = pageOf(active, nextToken, maxResults)
      return { clusterArns: page.items.map((each) => each.arn), nextToken: page.nextToken }
    },

    UpdateCluster({ cluster: reference, settings, configuration, serviceConnectDefaults }) {
      const cluster = requireCluster(state, reference)
      Object.assign(cluster.shape, {
        ...(settings && { settings }),
        ...(configuration && { configuration }),
        ...(serviceConnectDefaults && { serviceConnectDefaults }),
      })
      return { cluster: describe(cluster, 'all') }
    },

    PutClusterCapacityProviders(input) {
      const cluster = requireCluster(state, input.cluster)
      cluster.shape.capacityProviders = input.capacityProviders
      cluster.shape.defaultCapacityProviderStrategy = input.defaultCapacityProviderStrategy
      return { cluster: describe(cluster, 'all') }
    },

    DeleteCluster({ cluster: reference }) {
      const cluster = requireCluster(state, reference)
      if ([...cluster.services.values()].some(({ status }) => status !== 'INACTIVE')) {
        const message = 'The Cluster cannot be deleted while Services are active.'
        throw new ClusterContainsServicesException({ message, $metadata: {} })
      }
      if ([...cluster.tasks.values()].some(({ lastStatus }) => lastStatus !== 'STOPPED')) {
        const message = 'The Cluster cannot be deleted while Tasks are active.'
        throw new ClusterContainsTasksException({ message, $metadata: {} })
      }
      cluster.shape.status = 'INACTIVE'
      return { cluster: describe(cluster, 'all') }
    },
  }
}

const arnOf = (reference: string, place: ApiDeps['place']): string =>
  reference.startsWith('arn:') ? reference : arn('ecs', place, `cluster/${reference}`)

const STARTING: readonly TaskStatus[] = ['PROVISIONING', 'PENDING', 'ACTIVATING']

function describe(cluster: ClusterRecord, include: readonly ClusterField[] | 'all'): Cluster {
  const shows = (field: ClusterField): boolean => include === 'all' || include.includes(field)
  const { settings, configuration, ...shape } = cluster.shape
  const tasks = [...cluster.tasks.values()]
  const services = [...cluster.services.values()]
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    ...shape,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => STARTING.includes(lastStatus)).length,
    activeServicesCount: services.filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: shows('TAGS') ? cluster.tags : [],
    settings: shows('SETTINGS') ? settings : [],
    ...(shows('CONFIGURATIONS') && { configuration }),
  }
}

/** Finds what a request names: by name or ARN, as every ECS call allows. */
import { ClientException, ClusterNotFoundException } from '@aws-sdk/client-ecs'
import type { ClusterRecord, EcsState, TaskDefinitionRecord, TaskRecord } from './model.ts'

const lastPart = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1)

/** The cluster by short name or ARN, the one named `default` when none is named; deleted ones too. */
export const findCluster = (
  state: EcsState,
  reference: string | undefined,
): ClusterRecord | undefined => state.clusters.get(lastPart(reference || 'default'))

/** As {@link findCluster}, for calls that need an ACTIVE cluster. Throws ClusterNotFoundException. */
export function requireCluster(state: EcsState, reference: string | undefined): ClusterRecord {
  const cluster = findCluster(state, reference)
  if (cluster?.shape.status !== 'ACTIVE') {
    throw new ClusterNotFoundException({ message: 'Cluster not found.', $metadata: {} })
  }
  return cluster
}

/** `family` (its latest ACTIVE revision), `family:revision` or the ARN; INACTIVE revisions only by number. */
export function findTaskDefinition(
  state: EcsState,
  reference: string,
): TaskDefinitionRecord | undefined {
  const [family = '', revision] = lastPart(reference).split(':')
  const revisions = state.families.get(family) ?? []
  if (revision === undefined) return revisions.findLast((each) => each.shape.status === 'ACTIVE')
  const found = revisions.find((each) => String(each.revision) === revision)
  return reference.startsWith('arn:') && found?.arn !== reference ? undefined : found
}

/** As {@link findTaskDefinition}, for starting tasks or services from it. Throws ClientException. */
export function requireActiveTaskDefinition(
  state: EcsState,
  reference: string | undefined,
): TaskDefinitionRecord {
  const found = findTaskDefinition(state, reference ?? '')
  if (!found) throw new ClientException({ message: 'TaskDefinition not found.', $metadata: {} })
  if (found.shape.status !== 'ACTIVE') {
    throw new ClientException({ message: 'TaskDefinition is inactive', $metadata: {} })
  }
  return found
}

/** A task of the cluster by id or ARN. */
export const findTask = (cluster: ClusterRecord, reference: string): TaskRecord | undefined =>
  cluster.tasks.get(lastPart(reference))

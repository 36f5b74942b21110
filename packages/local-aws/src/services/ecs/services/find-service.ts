import { ServiceNotActiveException, ServiceNotFoundException } from '@aws-sdk/client-ecs'
import type { ClusterRecord, EcsState, ServiceRecord } from '../model.ts'

/** The service by name or ARN, whatever its status. An ARN of another cluster finds nothing. */
export function findService(
  cluster: ClusterRecord,
  reference: string | undefined,
): ServiceRecord | undefined {
  const parts = (reference ?? '').split('/')
  const service = cluster.services.get(parts.at(-1) ?? '')
  const isLongArn = parts.length === 3
  return isLongArn && service?.arn !== reference ? undefined : service
}

export const serviceNotFound = (): ServiceNotFoundException =>
  new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} })

/** Throws ServiceNotFoundException; deleted services are not found. */
export function requireService(
  cluster: ClusterRecord,
  reference: string | undefined,
): ServiceRecord {
  const service = findService(cluster, reference)
  if (!service || service.status === 'INACTIVE') throw serviceNotFound()
  return service
}

/** Throws ServiceNotFoundException or, for one that is being deleted or is, ServiceNotActiveException. */
export function requireActiveService(
  cluster: ClusterRecord,
  reference: string | undefined,
): ServiceRecord {
  const service = findService(cluster, reference)
  if (!service) throw serviceNotFound()
  if (service.status !== 'ACTIVE') {
    throw new ServiceNotActiveException({ message: 'Service was not ACTIVE.', $metadata: {} })
  }
  return service
}

export const allServices = ({ clusters }: EcsState): ServiceRecord[] =>
  [...clusters.values()].flatMap(({ services }) => [...services.values()])

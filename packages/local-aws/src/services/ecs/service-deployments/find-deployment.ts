import type { ServiceDeployment } from '@aws-sdk/client-ecs'
import type { EcsState, ServiceRecord } from '../model.ts'
import { allServices } from '../services/find-service.ts'

export interface Found {
  readonly service: ServiceRecord
  readonly deployment: ServiceDeployment
}

export function find(state: EcsState, arn: string | undefined): Found | undefined {
  for (const service of allServices(state)) {
    const deployment = service.serviceDeployments.find((each) => each.serviceDeploymentArn === arn)
    if (deployment) return { service, deployment }
  }
  return undefined
}

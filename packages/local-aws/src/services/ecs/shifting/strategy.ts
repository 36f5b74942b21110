/** Which deployments shift traffic between two target groups, and which replace tasks in one. */
import type { DeploymentStrategy, ServiceDeployment } from '@aws-sdk/client-ecs'
import type { DeploymentRecord } from '../model.ts'

export const strategyOf = ({
  deploymentConfiguration,
}: Pick<ServiceDeployment, 'deploymentConfiguration'>): DeploymentStrategy =>
  deploymentConfiguration?.strategy ?? 'ROLLING'

/** A rollback is carried out by the strategy of the deployment that it undoes: they share the service deployment. */
export const isShifting = ({ serviceDeployment }: DeploymentRecord): boolean =>
  strategyOf(serviceDeployment) !== 'ROLLING'

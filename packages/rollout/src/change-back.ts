import type { ServiceChange } from './ports.ts'
import { allAtOnce } from './strategy/deployment-configuration.ts'
import { isShifting } from './strategy/strategy.ts'
import type { ServiceView, TaskDefinitionArn } from './views.ts'

/** What UpdateService is asked for where another deployment is the way back. `left`: the revision that is left. */
export const changeBackTo = (
  good: TaskDefinitionArn,
  left: TaskDefinitionArn,
  { strategy, deploymentConfiguration }: ServiceView,
): ServiceChange & { readonly taskDefinition: TaskDefinitionArn } => ({
  taskDefinition: good,
  // The same task definition again is no deployment for ECS unless it is forced.
  ...(good === left ? { forceNewDeployment: true } : {}),
  // What was proven before gets users back at once, not step by step.
  ...(isShifting(strategy) ? { deploymentConfiguration: allAtOnce(deploymentConfiguration) } : {}),
})

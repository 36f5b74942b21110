import type { ServiceChange } from './ports.ts'
import { configurationBack } from './strategy/deployment-configuration.ts'
import type { ServiceView, TaskDefinitionArn } from './views.ts'

/** What UpdateService is asked for where another deployment is the way back. `left`: the revision that is left. */
export function changeBackTo(
  good: TaskDefinitionArn,
  left: TaskDefinitionArn,
  { deploymentConfiguration: present }: ServiceView,
): ServiceChange & { readonly taskDefinition: TaskDefinitionArn } {
  const deploymentConfiguration = configurationBack(present)
  return {
    taskDefinition: good,
    // The same task definition again is no deployment for ECS unless it is forced.
    ...(good === left ? { forceNewDeployment: true } : {}),
    // What was proven before gets users back at once: not step by step, and not at anybody's pause.
    ...(deploymentConfiguration ? { deploymentConfiguration } : {}),
  }
}

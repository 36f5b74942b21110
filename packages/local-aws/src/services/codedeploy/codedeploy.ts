import * as sdk from '@aws-sdk/client-codedeploy'
import type {
  AlarmStates,
  BlueGreenServices,
  Clock,
  ListenerRules,
  Place,
  TrafficRoutes,
} from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { applicationHandlers } from './application-handlers.ts'
import { configHandlers } from './config-handlers.ts'
import { deploymentHandlers } from './deployment-handlers.ts'
import { Deployments } from './deployments.ts'
import { groupHandlers } from './group-handlers.ts'
import { HookExecutions, type Validate } from './hook-executions.ts'
import type { CodeDeployState } from './model.ts'
import { predefinedConfigs } from './routing.ts'
import { targetHandlers } from './target-handlers.ts'

export interface CodeDeployDeps {
  readonly clock: Clock
  readonly place: Place
  readonly alarms: AlarmStates
  readonly services: BlueGreenServices
  readonly listenerRules: ListenerRules
  readonly routes: TrafficRoutes
  /** What the functions of an AppSpec file's hooks answer. */
  readonly validate: Validate
}

/** CodeDeploy, for services of ECS: it makes task sets and shifts real traffic between a pair of target groups. */
export function createCodeDeploy(deps: CodeDeployDeps): {
  readonly service: Service
  close(): void
} {
  const { clock, place, services } = deps
  const state: CodeDeployState = {
    applications: new Map(),
    configs: predefinedConfigs(),
    deployments: new Map(),
  }
  const hooks = new HookExecutions(deps.validate)
  const deployments = new Deployments({ ...deps, state, hooks })
  const handlers = {
    ...applicationHandlers(state, clock),
    ...configHandlers(state, clock),
    ...groupHandlers(state, services),
    ...deploymentHandlers(state, deployments, hooks),
    ...targetHandlers(state, place),
  }
  const client = new sdk.CodeDeployClient({ region: place.region })
  return {
    service: defineService(sdk, client, handlers),
    close() {
      deployments.close()
    },
  }
}

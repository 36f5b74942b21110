import * as sdk from '@aws-sdk/client-ecs'
import type {
  AlarmStates,
  Clock,
  Images,
  ListenerRules,
  LogSink,
  Place,
  TargetGroups,
} from '../../parts.ts'
import type { TaskDriver } from '../../tasks/driver.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { clusterHandlers } from './clusters.ts'
import type { Secrets } from './lifecycle/environment.ts'
import { createLifecycle } from './lifecycle/lifecycle.ts'
import type { EcsState } from './model.ts'
import type { BlueGreenServices } from './part.ts'
import type { DeploymentPhases } from './scheduler/deployment-phases.ts'
import { createScheduler } from './scheduler/scheduler.ts'
import { serviceDeploymentHandlers } from './service-deployments/service-deployment-handlers.ts'
import { serviceHandlers } from './services/service-handlers.ts'
import { LambdaHooks } from './shifting/lambda-hooks.ts'
import { createBlueGreenServices } from './task-sets/blue-green-services.ts'
import { taskSetHandlers } from './task-sets/task-set-handlers.ts'
import { tagHandlers } from './tags.ts'
import { taskDefinitionHandlers } from './task-definitions.ts'
import { taskHandlers } from './tasks.ts'

export interface EcsDeps {
  readonly clock: Clock
  readonly place: Place
  readonly images: Images
  readonly targetGroups: TargetGroups
  readonly listenerRules: ListenerRules
  readonly alarms: AlarmStates
  readonly logs: LogSink
  readonly driver: TaskDriver
  /** What AWS_LAMBDA hooks answer; SUCCEEDED without it. */
  readonly lambdaHooks?: LambdaHooks
  readonly phases: DeploymentPhases
  /** What stands behind a secret's `valueFrom`; without it no secret exists. */
  readonly secrets?: Secrets
}

/** Elastic Container Service on real tasks. `close` ends the tasks at once; the driver stays its owner's to close. */
export function createEcs(deps: EcsDeps): {
  readonly service: Service
  readonly blueGreen: BlueGreenServices
  close(): Promise<void>
} {
  const { clock, place } = deps
  const state: EcsState = { clusters: new Map(), families: new Map() }
  const lifecycle = createLifecycle(deps)
  const api = { state, place, clock }
  const lambdaHooks = deps.lambdaHooks ?? new LambdaHooks()
  const scheduler = createScheduler({ ...deps, lifecycle, lambdaHooks })
  const handlers = {
    ...clusterHandlers(api),
    ...taskDefinitionHandlers(api),
    ...tagHandlers(api),
    ...taskHandlers({ ...api, lifecycle }),
    ...serviceHandlers({
      ...api,
      scheduler,
      targetGroups: deps.targetGroups,
      listenerRules: deps.listenerRules,
    }),
    ...serviceDeploymentHandlers({ ...api, scheduler }),
    ...taskSetHandlers(api),
  }
  const client = new sdk.ECSClient({
    region: place.region,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  })
  return {
    service: defineService(sdk, client, handlers),
    blueGreen: createBlueGreenServices({ ...api, scheduler, targetGroups: deps.targetGroups }),
    close() {
      scheduler.close()
      lifecycle.close()
      return Promise.resolve()
    },
  }
}

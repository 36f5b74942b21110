/** The ECS of the endpoint on a virtual clock, with real processes and without the other services. */
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createEcs } from '../../src/services/ecs/ecs.ts'
import { shortPhases } from '../../src/services/ecs/scheduler/deployment-phases.ts'
import { createLogs } from '../../src/services/logs/logs.ts'
import { createProcessDriver } from '../../src/tasks/process-driver.ts'
import type { Service } from '../../src/wire/service.ts'
import { nodeImage, SERVER } from '../tasks/make-image.ts'

export interface TestEcs {
  readonly service: Service
  readonly clock: VirtualClock
  close(): Promise<void>
}

/** The least that Fargate takes. */
export const FARGATE: RegisterTaskDefinitionRequest = {
  family: 'app',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'app:1', portMappings: [{ containerPort: 3000 }] }],
}

/** Every image is a server that answers 200. */
export function createTestEcs(): TestEcs {
  const clock = new VirtualClock()
  const place = { account: '123456789012', region: 'us-east-1' }
  const driver = createProcessDriver()
  const ecs = createEcs({
    clock,
    place,
    driver,
    images: { pull: () => nodeImage(SERVER) },
    logs: createLogs({ clock, place }),
    targetGroups: {
      find: () => undefined,
      register: () => undefined,
      deregister: () => Promise.resolve(),
      health: () => undefined,
      onHealthCheck: () => undefined,
    },
    listenerRules: { forwards: () => undefined, forward: () => undefined },
    alarms: { state: () => undefined },
    phases: shortPhases(),
  })
  return {
    service: ecs.service,
    clock,
    async close() {
      await ecs.close()
      await driver.close()
    },
  }
}

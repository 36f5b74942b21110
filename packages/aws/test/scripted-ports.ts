import { afterEach } from '@jest/globals'
import type { Ports } from '@ecs-pipeline/rollout'
import { createPorts, type PortOptions } from '../src/create-ports.ts'
import {
  startScriptedEndpoint,
  type ScriptedEndpoint,
  type SeenRequest,
} from './scripted-endpoint.ts'

let endpoint: ScriptedEndpoint | undefined
afterEach(async () => {
  await endpoint?.close()
  endpoint = undefined
})

/** Ports of `prod/web` that talk to an endpoint which answers by `answer`, until the test ends; `seen`: what it was asked. */
export async function scriptedPorts(
  answer: (request: SeenRequest) => object,
  options: Partial<PortOptions> = {},
): Promise<{ ports: Ports; seen: readonly SeenRequest[] }> {
  endpoint = await startScriptedEndpoint(answer)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const ports = createPorts({ cluster: 'prod', service: 'web', clock, ...options })
  return { ports, seen: endpoint.seen }
}

import { Refusal } from '../refusal.ts'
import type { NetworkView, TaskDefinitionDocument } from '../views.ts'

/** As the inputs have it; nothing of it has to be given. */
export interface WantedNetwork {
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
  readonly assignPublicIp: 'ENABLED' | 'DISABLED' | undefined
}

/**
 * With subnets, what was given and nothing else. Without, the service's own network, of which single members may be
 * given anew: a migration reaches the database from where the service does. Throws a {@link Refusal} for a task
 * definition that needs a network where none is known.
 */
export function networkFor(
  wanted: WantedNetwork,
  ofService: NetworkView | undefined,
  document: TaskDefinitionDocument,
): NetworkView | undefined {
  const { subnets, securityGroups, assignPublicIp } = wanted
  // RunTask refuses a network for any other mode (API reference, `networkConfiguration`).
  if (document['networkMode'] !== 'awsvpc') {
    checkHasNone(wanted, document)
    return undefined
  }
  if (subnets.length > 0) {
    return { subnets, securityGroups, assignPublicIp: assignPublicIp ?? 'DISABLED' }
  }
  if (!ofService) {
    throw new Refusal(
      'run-task-subnets: the task definition has the network mode awsvpc, and there is no network of a service that it could take over. Give the subnets that the task is to run in.',
    )
  }
  return {
    subnets: ofService.subnets,
    securityGroups: securityGroups.length > 0 ? securityGroups : ofService.securityGroups,
    assignPublicIp: assignPublicIp ?? ofService.assignPublicIp,
  }
}

function checkHasNone(
  { subnets, securityGroups }: WantedNetwork,
  { networkMode }: TaskDefinitionDocument,
): void {
  if (subnets.length === 0 && securityGroups.length === 0) return
  const input = subnets.length > 0 ? 'run-task-subnets' : 'run-task-security-groups'
  const mode = typeof networkMode === 'string' ? networkMode : 'not set'
  throw new Refusal(
    `${input}: the network mode of the task definition is ${mode}, and only tasks with awsvpc have a network of their own. Remove the input, or set \`networkMode\`.`,
  )
}

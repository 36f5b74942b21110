/** What is really so, read without faults. */
import type { Stage } from '../../scenarios/support/stage.ts'
import { CLUSTER } from '../../support/stack.ts'

export interface World {
  /** The revision number that the service wants. */
  readonly wants: number
  /** The revision number of every running task. */
  readonly running: readonly number[]
  readonly desired: number
  /** The numbers of the revisions that can still be started. */
  readonly registered: readonly number[]
  /** Every service deployment so far, oldest first. */
  readonly deployments: readonly { readonly to: number; readonly status: string }[]
}

export async function readWorld(stage: Stage, name: string): Promise<World> {
  const { ecs } = stage.clients
  const service = await stage.describe(name)
  const running = await stage.running(name)
  const { serviceDeployments = [] } = await ecs.listServiceDeployments({
    cluster: CLUSTER,
    service: name,
  })
  const arns = serviceDeployments.map((each) => each.targetServiceRevisionArn ?? '')
  const { serviceRevisions = [] } = await ecs.describeServiceRevisions({
    serviceRevisionArns: arns,
  })
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({ familyPrefix: name })
  const target = (arn: string | undefined): number =>
    numberOf(serviceRevisions.find((each) => each.serviceRevisionArn === arn)?.taskDefinition)
  return {
    wants: numberOf(service.taskDefinition),
    running: running.map(numberOf),
    desired: service.desiredCount ?? 0,
    registered: taskDefinitionArns.map(numberOf),
    deployments: serviceDeployments
      .toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))
      .map((each) => ({
        to: target(each.targetServiceRevisionArn),
        status: each.status ?? 'unknown',
      })),
  }
}

/** `family:revision` or an ARN. */
export const numberOf = (name: string | undefined): number =>
  Number(/:(\d+)$/.exec(name ?? '')?.[1])

/** Whether all that users get is this revision, and all of it. */
export const isOn = ({ wants, running, desired }: World, revision: number): boolean =>
  wants === revision && running.length === desired && running.every((each) => each === revision)

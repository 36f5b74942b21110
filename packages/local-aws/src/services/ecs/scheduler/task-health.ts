import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TaskRecord } from '../model.ts'
import type { Condition } from './reconcile.ts'

/**
 * Without a load balancer and a container health check a task counts as healthy 40 seconds after it is RUNNING
 * (API_DeploymentConfiguration, `minimumHealthyPercent`).
 */
const SETTLING_MS = 40_000

/** A task's place in one target group, and what the group says of it. */
export interface TargetState {
  readonly group: string
  readonly port: number
  readonly health: TargetHealth | undefined
}

export type Fault =
  | { readonly kind: 'container' }
  | {
      readonly kind: 'target'
      readonly group: string
      readonly port: number
      readonly reason: string
    }

export interface TaskHealth {
  readonly condition: Condition
  /** Why it is unhealthy. */
  readonly fault?: Fault
  /** When time alone may change the condition, in milliseconds of AWS time. */
  readonly changesAt?: number
}

export interface HealthQuestion {
  readonly task: TaskRecord
  /** One for each load balancer of the service; `undefined` while the task is not registered in it. */
  readonly targets: readonly (TargetState | undefined)[]
  /** `healthCheckGracePeriodSeconds`, in milliseconds: failed checks of either kind are ignored so long. */
  readonly gracePeriod: number
  readonly now: number
}

/** How the scheduler sees a task that is meant to run. */
export function taskHealth({ task, targets, gracePeriod, now }: HealthQuestion): TaskHealth {
  if (task.lastStatus !== 'RUNNING') return { condition: 'starting' }
  const startedAt = task.startedAt ?? now
  const fault = faultOf(task, targets)
  if (fault) {
    const endOfGrace = startedAt + gracePeriod
    return now < endOfGrace
      ? { condition: 'starting', changesAt: endOfGrace }
      : { condition: 'unhealthy', fault }
  }
  const isChecked = hasHealthCheck(task)
  if (isChecked && task.healthStatus !== 'HEALTHY') return { condition: 'starting' }
  if (!targets.every((each) => each?.health?.State === 'healthy')) return { condition: 'starting' }
  const settledAt = startedAt + SETTLING_MS
  if (!isChecked && targets.length === 0 && now < settledAt) {
    return { condition: 'starting', changesAt: settledAt }
  }
  return { condition: 'healthy' }
}

function faultOf(
  task: TaskRecord,
  targets: readonly (TargetState | undefined)[],
): Fault | undefined {
  if (task.healthStatus === 'UNHEALTHY') return { kind: 'container' }
  const sick = targets.find((each) => each?.health?.State === 'unhealthy')
  if (!sick) return undefined
  const reason = sick.health?.Description ?? 'Health checks failed'
  return { kind: 'target', group: sick.group, port: sick.port, reason }
}

const hasHealthCheck = ({ taskDefinition }: TaskRecord): boolean =>
  (taskDefinition.shape.containerDefinitions ?? []).some(
    ({ healthCheck, essential }) => healthCheck !== undefined && essential !== false,
  )

import type { FailureReport } from '../report.ts'
import type { ServiceView, TargetView, TaskDefinitionDocument } from '../views.ts'

/** What a diagnosis is made of. Every text in it comes from AWS or from a container: it is read, never believed. */
export interface Evidence {
  /** The largest group first. */
  readonly failures: readonly Omit<FailureReport, 'count' | 'taskIds'>[]
  readonly unhealthyTargets: readonly Pick<TargetView, 'reason' | 'description'>[]
  /** The messages of the service's events. */
  readonly events: readonly string[]
  readonly taskDefinition: TaskDefinitionDocument | undefined
  readonly service: Pick<ServiceView, 'loadBalancers' | 'healthCheckGracePeriodSeconds'> | undefined
}

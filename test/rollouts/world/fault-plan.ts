/** Which of the run's calls fail, and how. */
import {
  Conflict,
  CredentialsExpired,
  Denied,
  Refused,
  Unreachable,
  type PortError,
} from '@ecs-pipeline/rollout'
import type { CallName, Fault } from './schedule.ts'

const ACTION: Readonly<Record<CallName, string>> = {
  service: 'ecs:DescribeServices',
  update: 'ecs:UpdateService',
  scale: 'ecs:UpdateService',
  history: 'ecs:ListServiceDeployments',
  serviceDeployment: 'ecs:DescribeServiceDeployments',
  revisions: 'ecs:DescribeServiceRevisions',
  rollBack: 'ecs:StopServiceDeployment',
  endPause: 'ecs:ContinueServiceDeployment',
  describe: 'ecs:DescribeTaskDefinition',
  register: 'ecs:RegisterTaskDefinition',
  tag: 'ecs:TagResource',
  active: 'ecs:ListTaskDefinitions',
  deregister: 'ecs:DeregisterTaskDefinition',
  stopped: 'ecs:ListTasks',
  running: 'ecs:ListTasks',
  health: 'elasticloadbalancing:DescribeTargetHealth',
  dimensions: 'elasticloadbalancing:DescribeTargetGroups',
  metrics: 'cloudwatch:GetMetricData',
  find: 'ecr:DescribeImages',
  tail: 'logs:GetLogEvents',
  web: 'none: a request to the service itself',
  bounds: 'application-autoscaling:DescribeScalableTargets',
}

const ERRORS = { Unreachable, Denied, CredentialsExpired, Refused, Conflict }

export class FaultPlan {
  private readonly faults: readonly Fault[]
  private readonly matched: number[]
  private isExpired = false

  constructor(faults: readonly Fault[]) {
    this.faults = faults
    this.matched = faults.map(() => 0)
  }

  /** The fault that the next call of this name meets. */
  next(call: CallName): Fault | undefined {
    const hits = this.faults.filter((fault, index) => {
      if (fault.call !== 'any' && fault.call !== call) return false
      const before = this.matched[index] ?? 0
      this.matched[index] = before + 1
      return before >= fault.skip && before < fault.skip + fault.times
    })
    const expired = hits.find(({ kind }) => kind === 'CredentialsExpired')
    if (expired) this.isExpired = true
    if (!this.isExpired) return hits[0]
    // Credentials do not come back.
    const kind = 'CredentialsExpired'
    return { call: 'any', skip: 0, times: Infinity, kind, isAfterEffect: false }
  }
}

export function errorOf({ kind }: Fault, call: CallName): PortError {
  const action = ACTION[call]
  return new ERRORS[kind](`${action} failed in this simulation (${kind}).`, action)
}

/** What the load balancing service of the endpoint remembers. Dates are milliseconds of AWS time. */
import type {
  Action,
  Listener,
  LoadBalancer,
  LoadBalancerAttribute,
  RuleCondition,
  Tag,
  TargetGroup,
  TargetGroupAttribute,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Connections } from './connections.ts'
import type { OpenListener } from './listener-server.ts'
import type { Target } from './part.ts'

export interface LoadBalancerRecord {
  readonly arn: string
  readonly name: string
  /** `app/NAME/ID`: the value of the metrics' dimension `LoadBalancer`. */
  readonly dimension: string
  shape: LoadBalancer
  attributes: LoadBalancerAttribute[]
  tags: Tag[]
}

export interface TargetGroupRecord {
  readonly arn: string
  readonly name: string
  /** `targetgroup/NAME/ID`: the value of the metrics' dimension `TargetGroup`. */
  readonly dimension: string
  shape: TargetGroup
  attributes: TargetGroupAttribute[]
  tags: Tag[]
  /** By `id:port`. */
  readonly targets: Map<string, TargetRecord>
  /** Those that drain, also when the same target has been registered again. */
  readonly leaving: Set<TargetRecord>
  /** Counts up with each request, for taking turns. */
  turn: number
}

export interface TargetRecord {
  readonly target: Target
  readonly connections: Connections
  health: TargetHealth
  /** Consecutive results of the health check. */
  passes: number
  failures: number
  /** Set when the target starts to drain; resolves when it is gone. */
  drained: Promise<void> | undefined
  /** Of its next health check, or of the end of draining. */
  cancelTimer: () => void
}

export interface RuleRecord {
  readonly arn: string
  priority: number | 'default'
  conditions: RuleCondition[]
  actions: Action[]
  tags: Tag[]
}

export interface ListenerRecord {
  readonly arn: string
  readonly loadBalancer: LoadBalancerRecord
  shape: Listener
  /** The default rule last. */
  rules: RuleRecord[]
  open: OpenListener
  tags: Tag[]
}

export interface ElbState {
  readonly loadBalancers: Map<string, LoadBalancerRecord>
  readonly targetGroups: Map<string, TargetGroupRecord>
  readonly listeners: Map<string, ListenerRecord>
}

/** The end of a target's record: no checks and no connections any more. Requests still on their way get a 502. */
export function endTarget(record: TargetRecord): void {
  record.cancelTimer()
  record.connections.close()
}

export function endTargets(group: TargetGroupRecord): void {
  for (const record of new Set([...group.targets.values(), ...group.leaving])) endTarget(record)
  group.targets.clear()
}

/** The target groups that an action forwards to, with their weights. */
export function forwardsOf(
  action: Action,
): readonly { readonly arn: string; readonly weight: number }[] {
  const listed = action.ForwardConfig?.TargetGroups
  if (listed && listed.length > 0) {
    return listed.map((each) => ({ arn: each.TargetGroupArn ?? '', weight: each.Weight ?? 1 }))
  }
  return action.TargetGroupArn === undefined ? [] : [{ arn: action.TargetGroupArn, weight: 1 }]
}

/** The load balancers whose listeners forward to a target group; AWS allows one. */
export function loadBalancersOf(state: ElbState, targetGroupArn: string): LoadBalancerRecord[] {
  const found = new Set<LoadBalancerRecord>()
  for (const listener of state.listeners.values()) {
    const actions = listener.rules.flatMap((rule) => rule.actions)
    const forwards = actions.flatMap(forwardsOf)
    if (forwards.some(({ arn }) => arn === targetGroupArn)) found.add(listener.loadBalancer)
  }
  return [...found]
}

export const targetKey = (id: string, port: number): string => `${id}:${port}`

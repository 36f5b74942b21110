import type { LoadBalancer } from '@aws-sdk/client-ecs'
import type { TargetGroups } from '../../../parts.ts'
import type { Target } from '../../elbv2/part.ts'
import type { TaskLifecycle, TaskRecord } from '../model.ts'
import { EVENT } from './events.ts'
import type { TargetState } from './task-health.ts'

interface Registration {
  readonly group: string
  readonly target: Target
}

interface Registrations {
  /** What the revision of the task has. */
  readonly wanted: readonly LoadBalancer[]
  readonly made: Registration[]
}

/** The tasks of one service as targets of its load balancers. */
export class ServiceTargets {
  private readonly registered = new Map<TaskRecord, Registrations>()
  private readonly lifecycle: Pick<TaskLifecycle, 'target'>
  private readonly targetGroups: TargetGroups
  private readonly added = new Map<string, number>()
  private readonly removed = new Map<string, number>()
  private drained = 0

  constructor(lifecycle: Pick<TaskLifecycle, 'target'>, targetGroups: TargetGroups) {
    this.lifecycle = lifecycle
    this.targetGroups = targetGroups
  }

  /** For a task that is RUNNING: once for each target group. A group that is gone is tried again with the next call. */
  register(task: TaskRecord, wanted: readonly LoadBalancer[]): void {
    const made = this.registered.get(task)?.made ?? []
    this.registered.set(task, { wanted, made })
    for (const { targetGroupArn: group, containerName = '', containerPort = 0 } of wanted) {
      if (group === undefined || made.some((each) => each.group === group)) continue
      const target = this.lifecycle.target(task, containerName, containerPort)
      if (!target || !this.targetGroups.find(group)) continue
      this.targetGroups.register(group, target)
      made.push({ group, target })
      this.added.set(group, (this.added.get(group) ?? 0) + 1)
    }
  }

  /** Resolves when the target groups have drained the task. */
  async drain(task: TaskRecord): Promise<void> {
    const made = this.registered.get(task)?.made ?? []
    this.registered.delete(task)
    if (made.length === 0) return
    this.drained++
    for (const { group } of made) this.removed.set(group, (this.removed.get(group) ?? 0) + 1)
    await Promise.all(made.map(({ group, target }) => this.targetGroups.deregister(group, target)))
  }

  /** One for each load balancer that the task is to serve. */
  statesOf(task: TaskRecord): readonly (TargetState | undefined)[] {
    const { wanted, made } = this.registered.get(task) ?? { wanted: [], made: [] }
    return wanted.map(({ targetGroupArn }) => {
      const found = made.find(({ group }) => group === targetGroupArn)
      if (!found) return undefined
      const { group, target } = found
      return { group, port: target.port, health: this.targetGroups.health(group, target) }
    })
  }

  has(group: string, { id, port }: Target): boolean {
    return [...this.registered.values()].some(({ made }) =>
      made.some(
        (each) => each.group === group && each.target.id === id && each.target.port === port,
      ),
    )
  }

  /** The events since it was asked last: ECS counts the targets of a moment together. */
  takeEvents(): readonly string[] {
    const events = [
      ...[...this.removed].map(([group, count]) => EVENT.deregistered(count, group)),
      ...(this.drained > 0 ? [EVENT.draining(this.drained)] : []),
      ...[...this.added].map(([group, count]) => EVENT.registered(count, group)),
    ]
    this.added.clear()
    this.removed.clear()
    this.drained = 0
    return events
  }
}

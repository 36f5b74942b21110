import type { Clock, TargetGroups } from '../../../parts.ts'
import type { Target } from '../../elbv2/part.ts'
import type { ServiceRecord, TaskLifecycle, TaskRecord } from '../model.ts'
import { EVENT } from './words.ts'

interface Registration {
  readonly group: string
  readonly target: Target
}

/** The tasks of services as targets of load balancers. */
export class ServiceTargets {
  private readonly registered = new Map<TaskRecord, Registration[]>()
  private readonly owners = new Map<string, { service: ServiceRecord; task: TaskRecord }>()
  private readonly deps: {
    readonly clock: Clock
    readonly lifecycle: TaskLifecycle
    readonly targetGroups: TargetGroups
  }
  private readonly addEvent: (service: ServiceRecord, text: string) => void

  constructor(
    deps: ServiceTargets['deps'],
    addEvent: (service: ServiceRecord, text: string) => void,
  ) {
    this.deps = deps
    this.addEvent = addEvent
  }

  /** Once per task, when it is RUNNING. */
  register(service: ServiceRecord, task: TaskRecord): void {
    if (this.registered.has(task)) return
    const registrations: Registration[] = []
    for (const balancer of service.settings.loadBalancers ?? []) {
      const { targetGroupArn: group, containerName = '', containerPort = 0 } = balancer
      const target = this.deps.lifecycle.target(task, containerName, containerPort)
      if (group === undefined || !target) continue
      this.deps.targetGroups.register(group, target)
      registrations.push({ group, target })
      this.owners.set(keyOf(group, target), { service, task })
      this.addEvent(service, EVENT.registered(1, group))
    }
    this.registered.set(task, registrations)
  }

  /** Resolves when the target groups have drained the task. */
  async drain(service: ServiceRecord, task: TaskRecord): Promise<void> {
    const registrations = this.registered.get(task) ?? []
    if (registrations.length === 0) return
    for (const { group } of registrations) this.addEvent(service, EVENT.deregistered(1, group))
    this.addEvent(service, EVENT.draining(1))
    await Promise.all(
      registrations.map(async ({ group, target }) => {
        await this.deps.targetGroups.deregister(group, target)
        this.owners.delete(keyOf(group, target))
      }),
    )
    this.registered.delete(task)
  }

  taskOf(group: string, target: Target): { service: ServiceRecord; task: TaskRecord } | undefined {
    return this.owners.get(keyOf(group, target))
  }

  /** RUNNING, its container checks passed where it has some, and healthy in every target group. */
  isHealthy(service: ServiceRecord, task: TaskRecord): boolean {
    if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING') return false
    const hasChecks = (task.taskDefinition.shape.containerDefinitions ?? []).some(
      (each) => each.healthCheck !== undefined,
    )
    if (hasChecks && task.healthStatus !== 'HEALTHY') return false
    const balancers = service.settings.loadBalancers ?? []
    const registrations = this.registered.get(task) ?? []
    return (
      registrations.length === balancers.length &&
      registrations.every(
        ({ group, target }) => this.deps.targetGroups.health(group, target)?.State === 'healthy',
      )
    )
  }

  /** Within the grace period failed checks of a load balancer do not stop a task. */
  isInGrace(service: ServiceRecord, task: TaskRecord): boolean {
    const grace = (service.settings.healthCheckGracePeriodSeconds ?? 0) * 1000
    return this.deps.clock.now() - (task.startedAt ?? this.deps.clock.now()) < grace
  }
}

const keyOf = (group: string, target: Target): string => `${group} ${target.id}:${target.port}`

import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../../clock/clock.ts'
import { Connections } from './connections.ts'
import { noTargetGroup } from './errors.ts'
import { checkRegularly } from './health-checks.ts'
import {
  endTarget,
  loadBalancersOf,
  targetKey,
  type ElbState,
  type TargetGroupRecord,
  type TargetRecord,
} from './model.ts'
import type { Target, TargetGroups } from './part.ts'
import { deregistrationDelay, leastDrain } from './settings.ts'
import { DRAINING, INITIAL, NOT_IN_USE } from './target-health.ts'

/** Registration, health and draining of targets; what ECS and the API use alike. */
export function createTargetGroups(state: ElbState, clock: Clock): TargetGroups {
  const listeners: Parameters<TargetGroups['onHealthCheck']>[0][] = []
  const isInUse = (group: TargetGroupRecord): boolean =>
    loadBalancersOf(state, group.arn).length > 0
  const checks = {
    clock,
    isInUse,
    onCheck: (group: TargetGroupRecord, record: TargetRecord): void => {
      for (const listener of listeners) listener(group.arn, record.target, record.health)
    },
  }
  return {
    find(targetGroupArn) {
      const group = state.targetGroups.get(targetGroupArn)
      return (
        group && {
          targetType: group.shape.TargetType ?? 'instance',
          hasLoadBalancer: isInUse(group),
        }
      )
    },
    register(targetGroupArn, target) {
      const group = state.targetGroups.get(targetGroupArn)
      if (!group) throw noTargetGroup()
      const key = targetKey(target.id, target.port)
      const before = group.targets.get(key)
      if (before && !before.drained) return
      // One that still drains is replaced; it finishes its own requests and ends by itself.
      const record = newRecord(target)
      group.targets.set(key, record)
      checkRegularly(checks, group, record)
    },
    async deregister(targetGroupArn, target) {
      const group = state.targetGroups.get(targetGroupArn)
      const record = group?.targets.get(targetKey(target.id, target.port))
      if (!group || !record) return
      record.drained ??= drain(clock, group, record)
      await record.drained
    },
    health(targetGroupArn, target): TargetHealth | undefined {
      const group = state.targetGroups.get(targetGroupArn)
      const record = group?.targets.get(targetKey(target.id, target.port))
      if (!group || !record) return undefined
      return isInUse(group) ? record.health : NOT_IN_USE
    },
    onHealthCheck(listener) {
      listeners.push(listener)
    },
  }
}

const newRecord = (target: Target): TargetRecord => ({
  target,
  connections: new Connections(),
  health: INITIAL,
  passes: 0,
  failures: 0,
  drained: undefined,
  cancelTimer: () => undefined,
})

/**
 * Takes the whole deregistration delay, even when nothing is in flight: the target shows as `draining` until the delay
 * is over (Application Load Balancer guide, 'Deregistration delay'), and ECS waits for `unused` before it stops the
 * task (ECS guide, 'Optimize load balancer connection draining parameters').
 */
function drain(clock: Clock, group: TargetGroupRecord, record: TargetRecord): Promise<void> {
  const { connections } = record
  const delay = deregistrationDelay(group)
  record.cancelTimer()
  record.health = DRAINING
  group.leaving.add(record)
  return new Promise((resolve) => {
    const end = (): void => {
      endTarget(record)
      const key = targetKey(record.target.id, record.target.port)
      if (group.targets.get(key) === record) group.targets.delete(key)
    }
    let cancel = clock.after(delay, () => {
      // Under a fast clock the delay is a moment on the wall: a busy machine must not cost what AWS would not.
      const more = leastDrain(clock) - delay
      if (more <= 0 || connections.isIdle) {
        end()
        return
      }
      connections.whenIdle(end)
      cancel = clock.after(more, end)
    })
    record.cancelTimer = () => {
      cancel()
      group.leaving.delete(record)
      resolve()
    }
  })
}

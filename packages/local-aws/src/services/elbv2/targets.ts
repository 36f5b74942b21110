import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../../clock/clock.ts'
import { noTargetGroup } from './errors.ts'
import { checkRegularly, DRAINING, INITIAL, NOT_IN_USE } from './health-checks.ts'
import {
  loadBalancersOf,
  targetKey,
  type ElbState,
  type TargetGroupRecord,
  type TargetRecord,
} from './model.ts'
import type { TargetGroups } from './part.ts'

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
  const find = (targetGroupArn: string): TargetGroupRecord => {
    const group = state.targetGroups.get(targetGroupArn)
    if (!group) throw noTargetGroup()
    return group
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
      const group = find(targetGroupArn)
      const key = targetKey(target.id, target.port)
      const before = group.targets.get(key)
      if (before && before.health.State !== 'draining') return
      if (before) for (const cancel of before.cancel) cancel()
      const record: TargetRecord = {
        target,
        health: INITIAL,
        passes: 0,
        failures: 0,
        inFlight: 0,
        cancel: new Set(),
      }
      group.targets.set(key, record)
      checkRegularly(checks, group, record)
    },
    async deregister(targetGroupArn, target) {
      const group = state.targetGroups.get(targetGroupArn)
      const key = targetKey(target.id, target.port)
      const record = group?.targets.get(key)
      if (!group || !record) return
      record.health = DRAINING
      // The target shows as draining for the whole delay, even when nothing is in flight any more (Elastic Load
      // Balancing guide, 'Deregistration delay').
      await clock.sleep(deregistrationDelay(group))
      for (const cancel of record.cancel) cancel()
      if (group.targets.get(key) === record) group.targets.delete(key)
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

/** Milliseconds. */
function deregistrationDelay(group: TargetGroupRecord): number {
  const attribute = group.attributes.find(
    ({ Key }) => Key === 'deregistration_delay.timeout_seconds',
  )
  return Number(attribute?.Value ?? 300) * 1000
}

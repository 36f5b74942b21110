import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Handlers } from '../../wire/service.ts'
import { noTargetGroup } from './errors.ts'
import { healthCheckPort } from './health-checks.ts'
import { targetKey, type ElbState, type TargetGroupRecord } from './model.ts'
import type { Target, TargetGroups } from './part.ts'
import { tooMany } from './quotas.ts'
import { NOT_REGISTERED } from './target-health.ts'

/** Targets as clients of the API register them; ECS registers its own through {@link TargetGroups}. */
export function targetHandlers(state: ElbState, targetGroups: TargetGroups): Handlers<typeof elb> {
  const find = (targetGroupArn: string | undefined): TargetGroupRecord => {
    const found = state.targetGroups.get(targetGroupArn ?? '')
    if (!found) throw noTargetGroup()
    return found
  }
  return {
    RegisterTargets(input) {
      const group = find(input.TargetGroupArn)
      const targets = (input.Targets ?? []).map((each) => asTarget(group, each))
      const keys = targets.map(({ id, port }) => targetKey(id, port))
      tooMany.targets(new Set([...group.targets.keys(), ...keys]).size)
      for (const target of targets) targetGroups.register(group.arn, target)
      return {}
    },
    DeregisterTargets(input) {
      const group = find(input.TargetGroupArn)
      for (const each of input.Targets ?? []) {
        // Answered at once; the target drains after that. One that is not registered is passed over (API reference).
        void targetGroups.deregister(group.arn, asTarget(group, each))
      }
      return {}
    },
    DescribeTargetHealth(input) {
      const group = find(input.TargetGroupArn)
      const targets =
        input.Targets?.map((each) => asTarget(group, each)) ??
        [...group.targets.values()].map(({ target }) => target)
      return {
        TargetHealthDescriptions: targets.map((target) => ({
          Target: { Id: target.id, Port: target.port },
          HealthCheckPort: String(healthCheckPort(group, target)),
          TargetHealth: targetGroups.health(group.arn, target) ?? NOT_REGISTERED,
        })),
      }
    },
  }
}

/** What a client registers by itself is dialled as it is named. */
function asTarget(group: TargetGroupRecord, given: elb.TargetDescription): Target {
  const id = given.Id ?? ''
  const port = given.Port ?? group.shape.Port ?? 80
  const known = group.targets.get(targetKey(id, port))
  return known?.target ?? { id, port, dial: { host: id, port } }
}

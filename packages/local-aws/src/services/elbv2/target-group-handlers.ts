import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { changed } from './attributes.ts'
import { duplicateTargetGroup, noLoadBalancer, noTargetGroup, targetGroupInUse } from './errors.ts'
import { endTargets, loadBalancersOf, type ElbState, type TargetGroupRecord } from './model.ts'
import { pageOf } from './pages.ts'
import { tooMany } from './quotas.ts'
import { checkHealthCheck, newTargetGroup, settingsOf } from './target-group-settings.ts'

export function targetGroupHandlers(state: ElbState, place: Place): Handlers<typeof elb> {
  const find = (targetGroupArn: string | undefined): TargetGroupRecord => {
    const found = state.targetGroups.get(targetGroupArn ?? '')
    if (!found) throw noTargetGroup()
    return found
  }
  const shown = (record: TargetGroupRecord): elb.TargetGroup => ({
    ...record.shape,
    LoadBalancerArns: loadBalancersOf(state, record.arn).map((each) => each.arn),
  })
  return {
    CreateTargetGroup(input) {
      const record = newTargetGroup(input, place)
      const taken = [...state.targetGroups.values()].find((each) => each.name === record.name)
      if (taken) {
        // Creating it again with the same settings succeeds (API reference, CreateTargetGroup).
        if (settingsOf(taken) !== settingsOf(record)) throw duplicateTargetGroup(record.name)
        return { TargetGroups: [shown(taken)] }
      }
      tooMany.targetGroups(state.targetGroups.size + 1)
      state.targetGroups.set(record.arn, record)
      return { TargetGroups: [shown(record)] }
    },
    DescribeTargetGroups(input) {
      const { LoadBalancerArn, Names, TargetGroupArns } = input
      const all = [...state.targetGroups.values()]
      if (LoadBalancerArn !== undefined && !state.loadBalancers.has(LoadBalancerArn)) {
        throw noLoadBalancer()
      }
      for (const each of TargetGroupArns ?? []) find(each)
      for (const name of Names ?? []) {
        if (!all.some((each) => each.name === name)) throw noTargetGroup()
      }
      const chosen = all.filter(
        (each) =>
          (TargetGroupArns?.includes(each.arn) ?? true) &&
          (Names?.includes(each.name) ?? true) &&
          (LoadBalancerArn === undefined ||
            loadBalancersOf(state, each.arn).some(({ arn }) => arn === LoadBalancerArn)),
      )
      const { items, NextMarker } = pageOf(chosen, input.Marker, input.PageSize)
      return { TargetGroups: items.map(shown), NextMarker }
    },
    ModifyTargetGroup(input) {
      const record = find(input.TargetGroupArn)
      const { TargetGroupArn: _arn, ...given } = input
      const changes = Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      )
      const shape = { ...record.shape, ...changes }
      checkHealthCheck(shape)
      record.shape = shape
      return { TargetGroups: [shown(record)] }
    },
    DeleteTargetGroup(input) {
      const record = state.targetGroups.get(input.TargetGroupArn ?? '')
      // That deleting what is not there succeeds, as with load balancers, is unproven.
      if (!record) return {}
      if (loadBalancersOf(state, record.arn).length > 0) throw targetGroupInUse(record.arn)
      endTargets(record)
      state.targetGroups.delete(record.arn)
      return {}
    },
    DescribeTargetGroupAttributes: (input) => ({
      Attributes: find(input.TargetGroupArn).attributes,
    }),
    ModifyTargetGroupAttributes(input) {
      const record = find(input.TargetGroupArn)
      record.attributes = changed('Target group', record.attributes, input.Attributes ?? [])
      return { Attributes: record.attributes }
    },
  }
}

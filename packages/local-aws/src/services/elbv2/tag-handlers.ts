import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Handlers } from '../../wire/service.ts'
import { noListener, noLoadBalancer, noRule, noTargetGroup } from './errors.ts'
import type { ElbState } from './model.ts'

/** The tags of load balancers, target groups, listeners and rules. */
export function tagHandlers(state: ElbState): Handlers<typeof elb> {
  const find = (resource: string): { tags: elb.Tag[] } => {
    if (resource.includes(':loadbalancer/'))
      return state.loadBalancers.get(resource) ?? fail(noLoadBalancer())
    if (resource.includes(':targetgroup/'))
      return state.targetGroups.get(resource) ?? fail(noTargetGroup())
    if (resource.includes(':listener/')) return state.listeners.get(resource) ?? fail(noListener())
    const rules = [...state.listeners.values()].flatMap((each) => each.rules)
    return rules.find((each) => each.arn === resource) ?? fail(noRule())
  }
  return {
    AddTags(input) {
      for (const record of (input.ResourceArns ?? []).map(find)) {
        const byKey = new Map(record.tags.map((tag) => [tag.Key, tag]))
        for (const tag of input.Tags ?? []) byKey.set(tag.Key, tag)
        record.tags = [...byKey.values()]
      }
      return {}
    },
    RemoveTags(input) {
      for (const record of (input.ResourceArns ?? []).map(find)) {
        record.tags = record.tags.filter((tag) => !input.TagKeys?.includes(tag.Key ?? ''))
      }
      return {}
    },
    DescribeTags: (input) => ({
      TagDescriptions: (input.ResourceArns ?? []).map((ResourceArn) => ({
        ResourceArn,
        Tags: find(ResourceArn).tags,
      })),
    }),
  }
}

function fail(error: Error): never {
  throw error
}

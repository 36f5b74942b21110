import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Handlers } from '../../wire/service.ts'
import { pageOf } from './pages.ts'

/** The default quotas that are kept here (Application Load Balancer guide, 'Quotas'), by AWS's name of each limit. */
export const QUOTAS = {
  'application-load-balancers': 50,
  'listeners-per-application-load-balancer': 50,
  'rules-per-application-load-balancer': 100,
  'target-groups': 3000,
  'targets-per-application-load-balancer': 1000,
  'target-groups-per-application-load-balancer': 100,
  'target-groups-per-action-on-application-load-balancer': 5,
  'condition-values-per-alb-rule': 5,
} as const

const $metadata = {}

/** One check for each quota; `count` is how many there would be. The texts are unproven. */
export const tooMany = {
  loadBalancers: check('application-load-balancers', 'load balancers', (message) => {
    return new elb.TooManyLoadBalancersException({ message, $metadata })
  }),
  listeners: check('listeners-per-application-load-balancer', 'listeners', (message) => {
    return new elb.TooManyListenersException({ message, $metadata })
  }),
  rules: check('rules-per-application-load-balancer', 'rules', (message) => {
    return new elb.TooManyRulesException({ message, $metadata })
  }),
  targetGroups: check('target-groups', 'target groups', (message) => {
    return new elb.TooManyTargetGroupsException({ message, $metadata })
  }),
  targets: check('targets-per-application-load-balancer', 'targets', (message) => {
    return new elb.TooManyTargetsException({ message, $metadata })
  }),
  uniqueTargetGroups: check(
    'target-groups-per-application-load-balancer',
    'unique target groups per load balancer',
    (message) => new elb.TooManyUniqueTargetGroupsPerLoadBalancerException({ message, $metadata }),
  ),
}

function check(
  name: keyof typeof QUOTAS,
  what: string,
  error: (message: string) => Error,
): (count: number) => void {
  const most = QUOTAS[name]
  return (count) => {
    if (count > most) throw error(`The maximum number of ${what} has been reached: '${most}'`)
  }
}

export const quotaHandlers: Handlers<typeof elb> = {
  DescribeAccountLimits(input) {
    const limits = Object.entries(QUOTAS).map(([Name, Max]) => ({ Name, Max: String(Max) }))
    const { items, NextMarker } = pageOf(limits, input.Marker, input.PageSize)
    return { Limits: items, NextMarker }
  },
}

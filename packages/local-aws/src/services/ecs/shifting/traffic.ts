/** The traffic of a service between two revisions: real listener rules, and what the API tells of them. */
import type { ServiceRevision } from '@aws-sdk/client-ecs'
import type { ListenerRules } from '../../../parts.ts'
import type { ServiceRecord } from '../model.ts'
import { groupsOf, loadBalancersOf } from './target-groups.ts'

/** One load balancer that the traffic of a revision is shifted on. */
interface Route {
  readonly productionRule: string
  readonly testRule: string | undefined
  /** Of the revision that the traffic is for. */
  readonly group: string
  readonly otherGroup: string
}

export interface Shift {
  readonly target: ServiceRevision
  readonly source: ServiceRevision | undefined
}

/** What the summary of a revision tells of it; nothing where no rule carries that traffic, which is unproven. */
export interface RevisionTraffic {
  requestedProductionTrafficWeight?: number
  requestedTestTrafficWeight?: number
}

export class Traffic {
  private readonly service: ServiceRecord
  private readonly rules: ListenerRules

  constructor(service: ServiceRecord, rules: ListenerRules) {
    this.service = service
    this.rules = rules
  }

  /** The target gets so many percent of the production traffic, the source the rest. */
  shiftProduction(shift: Shift, percent: number): void {
    for (const { productionRule, ...route } of routesOf(shift)) {
      this.rules.forward(productionRule, weighted(route, percent))
      this.note(shift, percent, 'requestedProductionTrafficWeight')
    }
  }

  shiftTest(shift: Shift, percent: number): void {
    for (const { testRule, ...route } of routesOf(shift)) {
      if (testRule === undefined) continue
      this.rules.forward(testRule, weighted(route, percent))
      this.note(shift, percent, 'requestedTestTrafficWeight')
    }
  }

  /** Before anything is shifted all traffic is the source's. */
  noteBeginning(shift: Shift): void {
    const routes = routesOf(shift)
    if (routes.length > 0) this.note(shift, 0, 'requestedProductionTrafficWeight')
    if (routes.some(({ testRule }) => testRule !== undefined)) {
      this.note(shift, 0, 'requestedTestTrafficWeight')
    }
  }

  /** A rolling deployment has no weights (kayac/ecspresso, wait.go); its group gets everything. */
  leaveTo(target: ServiceRevision): void {
    const shift = { target, source: undefined }
    this.shiftProduction(shift, 100)
    this.service.traffic.clear()
  }

  private note({ target, source }: Shift, percent: number, weight: keyof RevisionTraffic): void {
    const { traffic } = this.service
    for (const each of traffic.values()) if (each[weight] !== undefined) each[weight] = 0
    const set = (revision: ServiceRevision | undefined, value: number): void => {
      const arn = revision?.serviceRevisionArn
      if (arn !== undefined) traffic.set(arn, { ...traffic.get(arn), [weight]: value })
    }
    set(source, Math.round((100 - percent) * 10) / 10)
    set(target, percent)
  }
}

/**
 * Where the traffic of the target can be shifted. A service that has just been given a second group can go back to a
 * revision that knew only one: then the rules are those of the source.
 */
function routesOf({ target, source }: Shift): readonly Route[] {
  const pairs = [...(target.loadBalancers ?? []), ...(source?.loadBalancers ?? [])].filter(
    ({ advancedConfiguration }) => advancedConfiguration !== undefined,
  )
  return loadBalancersOf(target).flatMap(({ targetGroupArn: group = '' }) => {
    const pair = pairs.find((each) => groupsOf(each).includes(group))
    const { productionListenerRule, testListenerRule } = pair?.advancedConfiguration ?? {}
    const otherGroup = pair && groupsOf(pair).find((each) => each !== group)
    if (productionListenerRule === undefined || otherGroup === undefined) return []
    return { productionRule: productionListenerRule, testRule: testListenerRule, group, otherGroup }
  })
}

/** Weights are whole numbers up to 999: percents as they are, tenths of a percent ten times as much. */
function weighted(
  { group, otherGroup }: Pick<Route, 'group' | 'otherGroup'>,
  percent: number,
): readonly { readonly arn: string; readonly weight: number }[] {
  const factor = Number.isInteger(percent) ? 1 : 10
  const weight = Math.round(percent * factor)
  return [
    { arn: group, weight },
    { arn: otherGroup, weight: 100 * factor - weight },
  ]
}

import type { TargetGroupPairInfo } from '@aws-sdk/client-codedeploy'
import type { ListenerRules, TrafficRoutes } from '../../parts.ts'
import type { WeightedGroup } from '../elbv2/part.ts'
import { FAILURE } from './deployment-failure.ts'

/**
 * The listeners of a deployment group and their pair of target groups. All rules of a listener that forward to a group
 * of the pair are rewritten, the default rule or not; others are left alone (users' notes tell that both move together).
 */
export class PairTraffic {
  private readonly pair: TargetGroupPairInfo
  private readonly rules: ListenerRules
  private readonly routes: TrafficRoutes
  private testBefore: ReadonlyMap<string, readonly WeightedGroup[]> = new Map()

  constructor(pair: TargetGroupPairInfo, rules: ListenerRules, routes: TrafficRoutes) {
    this.pair = pair
    this.rules = rules
    this.routes = routes
  }

  /** ARNs of the pair. Throws the failure of the deployment when one is gone. */
  get groups(): readonly string[] {
    return (this.pair.targetGroups ?? []).map(({ name = '' }) => {
      const arn = this.routes.groupArn(name)
      if (arn === undefined) throw FAILURE.noTargetGroup(name)
      return arn
    })
  }

  get hasTestListener(): boolean {
    return (this.pair.testTrafficRoute?.listenerArns ?? []).length > 0
  }

  /** The group that the replacement goes to: they take turns. */
  otherThan(blue: string): string {
    return this.groups.find((arn) => arn !== blue) ?? blue
  }

  /** Throws the failure of the deployment unless production traffic goes to `blue`. */
  check(blue: string): void {
    const rules = this.productionRules
    const [listener = ''] = this.pair.prodTrafficRoute?.listenerArns ?? []
    if (rules.length === 0) throw FAILURE.notBehindListener(listener)
    for (const rule of rules) {
      const isServed = this.rules.forwards(rule)?.some((each) => each.arn === blue)
      if (isServed !== true) throw FAILURE.notBehindListener(rule)
    }
    this.testBefore = new Map(
      this.testRules.map((rule) => [rule, this.rules.forwards(rule) ?? []] as const),
    )
  }

  /** `green` gets so many percent of the production traffic, the other group the rest. */
  shiftProduction(green: string, percent: number): void {
    for (const rule of this.productionRules) this.forward(rule, green, percent)
  }

  shiftTest(green: string): void {
    for (const rule of this.testRules) this.forward(rule, green, 100)
  }

  /** "Components return to their state when the deployment started" ('Deployments on an Amazon ECS compute platform'). */
  restore(blue: string): void {
    this.shiftProduction(blue, 100)
    for (const [rule, groups] of this.testBefore) this.rules.forward(rule, groups)
  }

  /** Percent of the production traffic that a group gets, by what the first rule says now. */
  percentOf(group: string): number {
    const [rule = ''] = this.productionRules
    const forwards = this.rules.forwards(rule) ?? []
    const total = forwards.reduce((sum, { weight }) => sum + weight, 0)
    const own = forwards.find(({ arn }) => arn === group)?.weight ?? 0
    return total === 0 ? 0 : (100 * own) / total
  }

  private get productionRules(): readonly string[] {
    return this.rulesOf(this.pair.prodTrafficRoute?.listenerArns)
  }

  private get testRules(): readonly string[] {
    return this.rulesOf(this.pair.testTrafficRoute?.listenerArns)
  }

  private rulesOf(listenerArns: readonly string[] = []): readonly string[] {
    const { groups } = this
    return listenerArns
      .flatMap((listener) => this.routes.rulesOf(listener) ?? [])
      .filter((rule) => this.rules.forwards(rule)?.some(({ arn }) => groups.includes(arn)))
  }

  /** Both groups stay in the rule, in the order of the pair, with weights that add up to 100 (seen live). */
  private forward(rule: string, green: string, percent: number): void {
    this.rules.forward(
      rule,
      this.groups.map((arn) => ({ arn, weight: arn === green ? percent : 100 - percent })),
    )
  }
}

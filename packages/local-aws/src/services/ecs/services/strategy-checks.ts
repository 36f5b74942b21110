/**
 * What CreateService and UpdateService refuse of deployments that shift traffic. The words are those of 'Troubleshooting
 * Amazon ECS blue/green deployments' unless marked unproven.
 */
import type { DeploymentConfiguration, LoadBalancer, Service } from '@aws-sdk/client-ecs'
import type { ListenerRules } from '../../../parts.ts'
import { invalidParameter } from '../api.ts'
import { groupsOf } from '../shifting/target-groups.ts'
import { checkHooks } from './hook-checks.ts'
import { checkRange } from './range.ts'

type Settings = Pick<
  Service,
  'deploymentConfiguration' | 'deploymentController' | 'loadBalancers' | 'schedulingStrategy'
>

const STRATEGIES = ['ROLLING', 'BLUE_GREEN', 'CANARY', 'LINEAR']

/** The settings as they are to become. */
export function checkStrategy(settings: Settings, rules: ListenerRules): void {
  const { deploymentConfiguration = {}, loadBalancers = [] } = settings
  const { strategy = 'ROLLING', lifecycleHooks = [] } = deploymentConfiguration
  // Unproven words.
  if (!STRATEGIES.includes(strategy)) throw invalidParameter(`Invalid strategy: ${strategy}.`)
  const controller = settings.deploymentController?.type ?? 'ECS'
  if (strategy !== 'ROLLING' && (controller !== 'ECS' || isDaemon(settings))) {
    throw invalidParameter(
      `The deployment strategy ${strategy} requires the ECS deployment controller and the REPLICA scheduling strategy.`,
    )
  }
  checkTimes(deploymentConfiguration)
  checkHooks(lifecycleHooks)
  checkKinds(loadBalancers)
  if (strategy !== 'ROLLING' && loadBalancers.some((each) => !each.advancedConfiguration)) {
    throw invalidParameter(
      'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy',
    )
  }
  checkGroups(loadBalancers)
  for (const loadBalancer of loadBalancers) checkRules(loadBalancer, rules)
}

const isDaemon = ({ schedulingStrategy }: Settings): boolean => schedulingStrategy === 'DAEMON'

/** The ranges are those of API_DeploymentConfiguration and its parts. */
function checkTimes({
  strategy,
  bakeTimeInMinutes,
  canaryConfiguration: canary,
  linearConfiguration: linear,
}: DeploymentConfiguration): void {
  // The first as go-to-k/cdkd recorded it; the second after it, unproven.
  if (linear && strategy !== 'LINEAR') {
    throw invalidParameter(
      'Linear configuration can only be present with LINEAR deployment strategy',
    )
  }
  if (canary && strategy !== 'CANARY') {
    throw invalidParameter(
      'Canary configuration can only be present with CANARY deployment strategy',
    )
  }
  checkRange('bakeTimeInMinutes', bakeTimeInMinutes, 0, 1440)
  checkRange('canaryPercent', canary?.canaryPercent, 0.1, 100, 0.1)
  checkRange('canaryBakeTimeInMinutes', canary?.canaryBakeTimeInMinutes, 0, 1440)
  checkRange('stepPercent', linear?.stepPercent, 3, 100, 0.1)
  checkRange('stepBakeTimeInMinutes', linear?.stepBakeTimeInMinutes, 0, 1440)
}

function checkKinds(loadBalancers: readonly LoadBalancer[]): void {
  const classic = loadBalancers.filter(({ loadBalancerName }) => loadBalancerName !== undefined)
  if (classic.some(({ targetGroupArn }) => targetGroupArn !== undefined)) throw mixed()
  if (classic.length > 0 && classic.length < loadBalancers.length) throw mixed()
  if (classic.some(({ advancedConfiguration }) => advancedConfiguration)) {
    throw invalidParameter('advancedConfiguration field is not allowed with ELBv1 loadBalancers')
  }
  const advanced = loadBalancers.filter(({ advancedConfiguration }) => advancedConfiguration)
  if (advanced.length > 0 && advanced.length < loadBalancers.length) {
    throw invalidParameter(
      'Either all or none of the provided loadBalancers must have advancedConfiguration defined',
    )
  }
}

const mixed = (): Error =>
  invalidParameter(
    'All loadBalancers must be strictly either ELBv1 (defining loadBalancerName) or ELBv2 (defining targetGroupArn)',
  )

/** Without an alternate group the same group may stand with several containers. */
function checkGroups(loadBalancers: readonly LoadBalancer[]): void {
  const advanced = loadBalancers.filter(({ advancedConfiguration }) => advancedConfiguration)
  const groups = advanced.flatMap(groupsOf)
  const twice = groups.find((group, index) => groups.indexOf(group) !== index)
  if (twice !== undefined) throw invalidParameter(`Duplicate targetGroupArn found: ${twice}`)
}

function checkRules(loadBalancer: LoadBalancer, rules: ListenerRules): void {
  const { advancedConfiguration: advanced } = loadBalancer
  if (!advanced) return
  const { productionListenerRule, testListenerRule, alternateTargetGroupArn, roleArn } = advanced
  const required = { alternateTargetGroupArn, productionListenerRule, roleArn }
  for (const [name, value] of Object.entries(required)) {
    // The words are unproven.
    if (value === undefined) throw invalidParameter(`advancedConfiguration.${name} is required.`)
  }
  checkRuleArn('productionListenerRule', productionListenerRule)
  checkRuleArn('testListenerRule', testListenerRule)
  if (productionListenerRule === testListenerRule) {
    throw invalidParameter(
      `The following rules cannot be used as both production and test listener rules: ${productionListenerRule ?? ''}`,
    )
  }
  const served = rules.forwards(productionListenerRule ?? '')?.map(({ arn }) => arn)
  const isWhole = groupsOf(loadBalancer).every((arn) => served?.includes(arn))
  // That this is said at once, and not with the deployment, is unproven.
  if (served && !isWhole && testListenerRule === undefined) {
    throw invalidParameter(
      'For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with both targetGroup and alternateTargetGroup',
    )
  }
}

/** Network load balancers, which have the ARN of a listener here, are not in this endpoint. */
function checkRuleArn(name: string, arn: string | undefined): void {
  if (arn === undefined || /:listener-rule\/app\//.test(arn)) return
  throw invalidParameter(
    `${name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: ${arn}`,
  )
}

/** What ECS makes of a `deploymentConfiguration` that is given in part. */
import type {
  DeploymentCircuitBreaker,
  DeploymentConfiguration,
  DeploymentLifecycleHook,
} from '@aws-sdk/client-ecs'

/** What CreateService fills in (API_DeploymentConfiguration; `bakeTimeInMinutes` by kayac/ecspresso#861). */
const DEFAULTS: DeploymentConfiguration = {
  strategy: 'ROLLING',
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  bakeTimeInMinutes: 0,
}

export const newConfiguration = (
  given: DeploymentConfiguration | undefined,
): DeploymentConfiguration => filled({ ...DEFAULTS, ...defined(given) })

/**
 * After UpdateService: members that are not given stay; a structure that is given replaces the one before, and its
 * missing members get their defaults; of the circuit breaker alone the two optional members stay. All of that was
 * measured against AWS by go-to-k/cdkd (#1225, #1806, #1861). That the traffic steps of a strategy are forgotten with
 * it is unproven.
 */
export function updatedConfiguration(
  before: DeploymentConfiguration | undefined,
  given: DeploymentConfiguration | undefined,
): DeploymentConfiguration {
  const changes = defined(given)
  const { canaryConfiguration, linearConfiguration, ...kept } = before ?? {}
  const strategy = changes.strategy ?? kept.strategy
  return filled({
    ...kept,
    ...(strategy === 'CANARY' && { canaryConfiguration }),
    ...(strategy === 'LINEAR' && { linearConfiguration }),
    ...changes,
    ...(changes.deploymentCircuitBreaker && {
      deploymentCircuitBreaker: breaker(
        before?.deploymentCircuitBreaker,
        changes.deploymentCircuitBreaker,
      ),
    }),
  })
}

function breaker(
  before: DeploymentCircuitBreaker | undefined,
  given: DeploymentCircuitBreaker,
): DeploymentCircuitBreaker {
  const { resetOnHealthyTask, thresholdConfiguration } = before ?? {}
  return {
    ...(resetOnHealthyTask !== undefined && { resetOnHealthyTask }),
    ...(thresholdConfiguration && { thresholdConfiguration }),
    ...given,
  }
}

/** CanaryConfiguration, LinearConfiguration and DeploymentLifecycleHook of the API reference have the defaults. */
function filled(configuration: DeploymentConfiguration): DeploymentConfiguration {
  const { canaryConfiguration, linearConfiguration, lifecycleHooks, ...rest } = configuration
  const { strategy } = configuration
  return {
    ...rest,
    ...((canaryConfiguration ?? strategy === 'CANARY') && {
      canaryConfiguration: {
        canaryPercent: 5,
        canaryBakeTimeInMinutes: 10,
        ...defined(canaryConfiguration),
      },
    }),
    ...((linearConfiguration ?? strategy === 'LINEAR') && {
      linearConfiguration: {
        stepPercent: 10,
        stepBakeTimeInMinutes: 6,
        ...defined(linearConfiguration),
      },
    }),
    ...(lifecycleHooks && { lifecycleHooks: lifecycleHooks.map(filledHook) }),
  }
}

const filledHook = (hook: DeploymentLifecycleHook): DeploymentLifecycleHook => ({
  targetType: 'AWS_LAMBDA',
  ...defined(hook),
  ...(hook.timeoutConfiguration && {
    timeoutConfiguration: {
      timeoutInMinutes: 1440,
      action: 'ROLLBACK',
      ...defined(hook.timeoutConfiguration),
    },
  }),
})

const defined = <Shape extends object>(shape: Shape | undefined): Shape =>
  Object.fromEntries(
    Object.entries(shape ?? {}).filter(([, value]) => value !== undefined),
  ) as Shape

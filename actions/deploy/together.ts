/** Inputs that do not go together, and inputs that need others. */
import { isRamp } from '@ecs-pipeline/rollout'
import { namesDefinition } from './definition-source.ts'
import type { DeployInputs } from './inputs.ts'

type Inputs = Omit<DeployInputs, 'caveats'>

/** Names of those of `candidates` that are set. */
const setOf = (candidates: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(candidates).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : name,
  )

export function combinationProblems(inputs: Inputs): readonly string[] {
  const { service, isWatched, triggers, attach, keepRevisions, strategy, checks } = inputs
  // No bake is what there is without anybody who watches.
  const bake = inputs.bakeMinutes === 0 ? undefined : inputs.bakeMinutes
  const watching = {
    triggers,
    'bake-minutes': bake,
    attach,
    'keep-revisions': keepRevisions,
    'smoke-url': checks.smoke,
    'test-traffic-url': checks.testTraffic,
    'dns-record': inputs.dns,
  }
  if (service === undefined) {
    const wrong = setOf({ ...watching, strategy, environment: inputs.environment })
    const nothing = namesDefinition(inputs)
      ? []
      : [
          `Input 'service' is not set: set it to deploy to a service, or set 'task-definition' to only register a task definition.`,
        ]
    return [
      ...nothing,
      ...wrong.map(
        (name) =>
          `Input '${name}' needs 'service': without one the task definition is registered, and nothing is deployed.`,
      ),
    ]
  }
  if (isWatched) return []
  // ECS takes the steps of its own strategies alone; at those of a longer canary it waits for this run.
  const ramp = strategy !== undefined && isRamp(strategy)
  return setOf({ ...watching, 'traffic-steps': ramp }).map(
    (name) =>
      `Inputs '${name}' and 'wait-for-service-stability: false' do not go together: nobody would be there to watch. Remove one of them.`,
  )
}

/** The official action has these beside a task definition that it only registers, and does nothing with them. */
export function ignoredWithoutService(inputs: Inputs): readonly string[] {
  if (inputs.service !== undefined) return []
  const { settings } = inputs
  const ignored = setOf({
    'desired-count': inputs.desiredCount,
    'force-new-deployment': inputs.forceNewDeployment,
    'propagate-tags': settings.propagateTags,
    // The one-off task gets them as well.
    'enable-ecs-managed-tags': inputs.runTask ? undefined : settings.enableEcsManagedTags,
    'service-managed-ebs-volume': settings.volumeConfigurations,
  })
  if (ignored.length === 0) return []
  return [`Without 'service' nothing is deployed, so these have no effect: ${ignored.join(', ')}.`]
}

/** The inputs for services that CodeDeploy deploys: those of the official action, under its names. */
import { text } from '@ecs-pipeline/action-kit'
import { lastPart, type GroupName, type ServiceView } from '@ecs-pipeline/rollout'
import type { DeployInputs } from '../inputs.ts'

export const codeDeployKinds = {
  'codedeploy-appspec': text({ default: 'appspec.yaml' }),
  'codedeploy-application': text(),
  'codedeploy-deployment-group': text(),
  'codedeploy-deployment-description': text(),
  'codedeploy-deployment-config': text(),
}

/** What the AWS console calls them when it makes them; the official action has the same defaults. */
export function groupNameOf(
  { codedeployApplication, codedeployDeploymentGroup }: DeployInputs,
  service: Pick<ServiceView, 'clusterArn' | 'name'>,
): GroupName {
  const place = `${lastPart(service.clusterArn)}-${service.name}`
  return {
    application: codedeployApplication ?? `AppECS-${place}`,
    group: codedeployDeploymentGroup ?? `DgpECS-${place}`,
  }
}

/** For a service that ECS deploys; the official action leaves them out in silence. */
export function caveatsWithoutCodeDeploy(inputs: DeployInputs): readonly string[] {
  const given = {
    'codedeploy-application': inputs.codedeployApplication,
    'codedeploy-deployment-group': inputs.codedeployDeploymentGroup,
    'codedeploy-deployment-description': inputs.codedeployDeploymentDescription,
    'codedeploy-deployment-config': inputs.codedeployDeploymentConfig,
  }
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : name))
  if (names.length === 0) return []
  return [
    `The service is deployed by ECS and not by CodeDeploy, so these have no effect: ${names.join(', ')}.`,
  ]
}

/** CodeDeploy takes a task definition only; the official action leaves the others out in silence. */
export function withoutSettings(inputs: DeployInputs): {
  readonly inputs: DeployInputs
  readonly caveats: readonly string[]
} {
  const { desiredCount, settings } = inputs
  const given = {
    'desired-count': desiredCount,
    'propagate-tags': settings.propagateTags,
    'enable-ecs-managed-tags': settings.enableEcsManagedTags,
    'service-managed-ebs-volume': settings.volumeConfigurations,
  }
  const names = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : name))
  const caveats =
    names.length === 0
      ? []
      : [
          `CodeDeploy deploys a task definition and nothing else, so these have no effect: ${names.join(', ')}. Change them in the service itself.`,
        ]
  return { inputs: { ...inputs, desiredCount: undefined, settings: {} }, caveats }
}

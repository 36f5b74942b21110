/** What a service of CodeDeploy needs before anything is changed; whatever is wrong with it ends the run `refused`. */
import {
  lastPart,
  NotFound,
  Refusal,
  withCodeDeploy,
  type CodeDeploySetup,
  type DeploymentGroupView,
  type GroupName,
  type Ports,
  type RolloutTools,
  type ServiceView,
} from '@ecs-pipeline/rollout'
import type { DeployInputs } from '../inputs.ts'
import { readAppSpec } from './app-spec.ts'
import { groupNameOf } from './inputs.ts'

/** The same tools, for a service of either controller. `workspace`: where the AppSpec file is looked for. */
export function forEitherController<Tools extends RolloutTools>(
  inputs: DeployInputs,
  workspace: string,
  tools: Tools,
): Tools {
  const open = (service: ServiceView): Promise<CodeDeploySetup> =>
    openCodeDeploy(inputs, workspace, service, tools.ports)
  return { ...tools, ports: withCodeDeploy({ ...tools, open }) }
}

async function openCodeDeploy(
  inputs: DeployInputs,
  workspace: string,
  service: ServiceView,
  ports: Ports,
): Promise<CodeDeploySetup> {
  if (inputs.strategy) {
    throw new Refusal(
      `strategy: ${service.name} is deployed by CodeDeploy, which moves traffic as its deployment configuration says. Use \`codedeploy-deployment-config\`, for example CodeDeployDefault.ECSCanary10Percent5Minutes.`,
    )
  }
  const appSpec = await readAppSpec(inputs.codedeployAppspec, workspace)
  const name = groupNameOf(inputs, service)
  const group = await readGroup(name, service, ports)
  const config = inputs.codedeployDeploymentConfig
  const routing = await orRefusal(
    () => ports.codeDeploy.routing(config ?? group.config),
    `codedeploy-deployment-config: there is no deployment configuration ${config ?? group.config}.`,
  )
  const description = inputs.codedeployDeploymentDescription
  return { name, group, routing, appSpec, description, config }
}

async function readGroup(
  name: GroupName,
  service: ServiceView,
  ports: Ports,
): Promise<DeploymentGroupView> {
  const group = await orRefusal(
    () => ports.codeDeploy.group(name),
    `codedeploy-deployment-group: there is no deployment group ${name.group} of the application ${name.application}. Set \`codedeploy-application\` and \`codedeploy-deployment-group\`.`,
  )
  const cluster = lastPart(service.clusterArn)
  const isItsOwn = group.services.some(
    (each) => lastPart(each.cluster) === cluster && lastPart(each.service) === service.name,
  )
  if (isItsOwn) return group
  const others = group.services.map((each) => `${each.cluster}/${each.service}`).join(', ')
  throw new Refusal(
    `codedeploy-deployment-group: ${name.group} of the application ${name.application} deploys to ${others || `no ECS service (its platform is ${group.platform})`}, and not to ${cluster}/${service.name}.`,
  )
}

async function orRefusal<T>(ask: () => Promise<T>, message: string): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    throw new Refusal(`${message} ${error.message}`, 'input', { cause: error })
  }
}

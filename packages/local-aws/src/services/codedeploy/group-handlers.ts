import { randomUUID } from 'node:crypto'
import type * as codedeploy from '@aws-sdk/client-codedeploy'
import type {
  CreateDeploymentGroupInput,
  DeploymentGroupInfo,
  LastDeploymentInfo,
} from '@aws-sdk/client-codedeploy'
import type { BlueGreenServices } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { groupExists, pageOf } from './errors.ts'
import { requireApplication, requireConfig, requireGroup } from './find.ts'
import { checkGroup } from './group-checks.ts'
import { isOver, type CodeDeployState, type DeploymentRecord, type GroupRecord } from './model.ts'
import { ALL_AT_ONCE } from './routing.ts'

export function groupHandlers(
  state: CodeDeployState,
  services: BlueGreenServices,
): Handlers<typeof codedeploy> {
  return {
    CreateDeploymentGroup(input) {
      const { applicationName = '', deploymentGroupName = '' } = input
      const { groups } = requireApplication(state, applicationName)
      if (groups.has(deploymentGroupName)) throw groupExists(deploymentGroupName)
      const deploymentGroupId = randomUUID()
      const info: DeploymentGroupInfo = {
        applicationName,
        deploymentGroupId,
        deploymentGroupName,
        computePlatform: 'ECS',
        deploymentConfigName: ALL_AT_ONCE,
        autoRollbackConfiguration: { enabled: false, events: [] },
        triggerConfigurations: [],
        ...given(input),
      }
      requireConfig(state, info.deploymentConfigName ?? '')
      checkGroup(info, undefined, state, services)
      groups.set(deploymentGroupName, { info, deployments: [] })
      return { deploymentGroupId }
    },
    UpdateDeploymentGroup(input) {
      const { applicationName, currentDeploymentGroupName = '' } = input
      const group = requireGroup(state, applicationName, currentDeploymentGroupName)
      const info = { ...group.info, ...given(input) }
      requireConfig(state, info.deploymentConfigName ?? '')
      checkGroup(info, group, state, services)
      Object.assign(group.info, info)
      const { newDeploymentGroupName } = input
      if (newDeploymentGroupName !== undefined) {
        const { groups } = requireApplication(state, applicationName)
        if (groups.has(newDeploymentGroupName)) throw groupExists(newDeploymentGroupName)
        groups.delete(currentDeploymentGroupName)
        groups.set(newDeploymentGroupName, group)
        group.info.deploymentGroupName = newDeploymentGroupName
      }
      return {}
    },
    GetDeploymentGroup: ({ applicationName, deploymentGroupName }) => ({
      deploymentGroupInfo: shown(requireGroup(state, applicationName, deploymentGroupName)),
    }),
    BatchGetDeploymentGroups({ applicationName, deploymentGroupNames = [] }) {
      const { groups } = requireApplication(state, applicationName)
      const found = deploymentGroupNames.flatMap((name) => groups.get(name) ?? [])
      return { deploymentGroupsInfo: found.map(shown) }
    },
    ListDeploymentGroups({ applicationName, nextToken }) {
      const { groups } = requireApplication(state, applicationName)
      const { page, ...rest } = pageOf([...groups.keys()], nextToken)
      return { applicationName, deploymentGroups: page, ...rest }
    },
    DeleteDeploymentGroup({ applicationName, deploymentGroupName = '' }) {
      const { groups } = requireApplication(state, applicationName)
      for (const { run } of groups.get(deploymentGroupName)?.deployments ?? []) run?.stop()
      groups.delete(deploymentGroupName)
      return { hooksNotCleanedUp: [] }
    },
  }
}

/** The members of a request that a group for ECS keeps. */
function given(input: Partial<CreateDeploymentGroupInput>): DeploymentGroupInfo {
  const members: DeploymentGroupInfo = {
    deploymentConfigName: input.deploymentConfigName,
    serviceRoleArn: input.serviceRoleArn,
    triggerConfigurations: input.triggerConfigurations,
    alarmConfiguration: input.alarmConfiguration,
    autoRollbackConfiguration: input.autoRollbackConfiguration,
    deploymentStyle: input.deploymentStyle,
    outdatedInstancesStrategy: input.outdatedInstancesStrategy,
    blueGreenDeploymentConfiguration: input.blueGreenDeploymentConfiguration,
    loadBalancerInfo: input.loadBalancerInfo,
    ecsServices: input.ecsServices,
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function shown({ info, deployments }: GroupRecord): DeploymentGroupInfo {
  const succeeded = deployments.find((each) => each.info.status === 'Succeeded')
  const attempted = deployments.find(isOver)
  return {
    ...info,
    ...(deployments[0] && { targetRevision: deployments[0].info.revision }),
    ...(succeeded && { lastSuccessfulDeployment: last(succeeded) }),
    ...(attempted && { lastAttemptedDeployment: last(attempted) }),
  }
}

const last = ({ info }: DeploymentRecord): LastDeploymentInfo => ({
  deploymentId: info.deploymentId,
  status: info.status,
  endTime: info.completeTime,
  createTime: info.createTime,
})

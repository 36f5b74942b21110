/** CodeDeploy over the SDK; its client is loaded when a service turns out to be deployed by it. */
import { createHash } from 'node:crypto'
import type * as CodeDeploySdk from '@aws-sdk/client-codedeploy'
import type {
  CodeDeployClient,
  DeploymentGroupInfo,
  DeploymentInfo,
  DeploymentStatus,
  DeploymentTarget,
  TrafficRoutingConfig,
} from '@aws-sdk/client-codedeploy'
import {
  NotFound,
  type CodeDeployments,
  type CodeDeploymentView,
  type DeploymentGroupView,
  type GroupName,
  type TargetProgress,
  type TrafficRouting,
} from '@ecs-pipeline/rollout'
import { load } from './lazy-sdk.ts'
import { groupArns } from './target-groups.ts'
import type { AwsAccess } from './toolbox.ts'

/** "The configuration that is used by default" of the API reference's CreateDeploymentGroup, for ECS. */
const DEFAULT_CONFIG = 'CodeDeployDefault.ECSAllAtOnce'
/** BatchGetDeployments takes this many. */
const PER_READ = 25

export function createCodeDeployments({ clients, call }: AwsAccess): CodeDeployments {
  const open = async (): Promise<{ sdk: typeof CodeDeploySdk; client: CodeDeployClient }> => {
    const sdk = await load.codeDeploy()
    return { sdk, client: clients.of(sdk.CodeDeployClient) }
  }

  return {
    async group(name) {
      const { sdk, client } = await open()
      const asked = { action: 'codedeploy:GetDeploymentGroup', resource: describe(name) }
      const answer = await call(asked, (options) =>
        client.send(new sdk.GetDeploymentGroupCommand(inputOf(name)), options),
      )
      const info = answer.deploymentGroupInfo ?? {}
      const names = pairOf(info).targetGroups?.flatMap((each) => each.name ?? []) ?? []
      return groupView(info, await groupArns({ clients, call }, names))
    },

    async routing(config) {
      const { sdk, client } = await open()
      const asked = {
        action: 'codedeploy:GetDeploymentConfig',
        resource: `deployment configuration ${config}`,
      }
      const input = { deploymentConfigName: config }
      const answer = await call(asked, (options) =>
        client.send(new sdk.GetDeploymentConfigCommand(input), options),
      )
      return routingOf(answer.deploymentConfigInfo?.trafficRoutingConfig)
    },

    async deployments(name, { atMost, statuses, createdAfter }) {
      const { sdk, client } = await open()
      const asked = { action: 'codedeploy:ListDeployments', resource: describe(name) }
      const input = {
        ...inputOf(name),
        // The SDK's enum is closed; AWS's is not.
        ...(statuses && { includeOnlyStatuses: statuses as DeploymentStatus[] }),
        ...(createdAfter !== undefined && { createTimeRange: { start: new Date(createdAfter) } }),
      }
      const answer = await call(asked, (options) =>
        client.send(new sdk.ListDeploymentsCommand(input), options),
      )
      const ids = (answer.deployments ?? []).slice(0, Math.min(atMost, PER_READ))
      if (ids.length === 0) return []
      const reading = { action: 'codedeploy:BatchGetDeployments', resource: ids.join(', ') }
      const found = await call(reading, (options) =>
        client.send(new sdk.BatchGetDeploymentsCommand({ deploymentIds: ids }), options),
      )
      return (found.deploymentsInfo ?? [])
        .map(deploymentView)
        .sort((a, b) => b.createdAt - a.createdAt)
    },

    async deployment(id) {
      const { sdk, client } = await open()
      const asked = { action: 'codedeploy:GetDeployment', resource: `deployment ${id}` }
      const answer = await call(asked, (options) =>
        client.send(new sdk.GetDeploymentCommand({ deploymentId: id }), options),
      )
      if (answer.deploymentInfo) return deploymentView(answer.deploymentInfo)
      throw new NotFound(`CodeDeploy shows no deployment ${id}.`, asked.action)
    },

    async progress(id, target) {
      const { sdk, client } = await open()
      const asked = {
        action: 'codedeploy:GetDeploymentTarget',
        resource: `target ${target} of deployment ${id}`,
      }
      const input = { deploymentId: id, targetId: target }
      const answer = await call(asked, (options) =>
        client.send(new sdk.GetDeploymentTargetCommand(input), options),
      )
      return progressOf(answer.deploymentTarget)
    },

    async create(name, { content, description, config }) {
      const { sdk, client } = await open()
      const asked = { action: 'codedeploy:CreateDeployment', resource: describe(name) }
      const sha256 = createHash('sha256').update(content).digest('hex')
      const command = new sdk.CreateDeploymentCommand({
        ...inputOf(name),
        revision: { revisionType: 'AppSpecContent', appSpecContent: { content, sha256 } },
        ...(description !== undefined && { description }),
        ...(config !== undefined && { deploymentConfigName: config }),
      })
      const answer = await call({ ...asked, onlyOnce: true }, (options) =>
        client.send(command, options),
      )
      return answer.deploymentId ?? ''
    },

    async stop(id) {
      const { sdk, client } = await open()
      const asked = { action: 'codedeploy:StopDeployment', resource: `deployment ${id}` }
      const input = { deploymentId: id, autoRollbackEnabled: true }
      await call(asked, (options) => client.send(new sdk.StopDeploymentCommand(input), options))
    },
  }
}

const inputOf = ({
  application,
  group,
}: GroupName): { applicationName: string; deploymentGroupName: string } => ({
  applicationName: application,
  deploymentGroupName: group,
})

const describe = ({ application, group }: GroupName): string =>
  `deployment group ${group} of application ${application}`

const pairOf = ({
  loadBalancerInfo,
}: DeploymentGroupInfo): NonNullable<
  NonNullable<DeploymentGroupInfo['loadBalancerInfo']>['targetGroupPairInfoList']
>[number] => loadBalancerInfo?.targetGroupPairInfoList?.[0] ?? {}

function groupView(
  info: DeploymentGroupInfo,
  targetGroups: readonly string[],
): DeploymentGroupView {
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: termination } =
    info.blueGreenDeploymentConfiguration ?? {}
  const isKept = termination?.action === 'KEEP_ALIVE'
  return {
    platform: info.computePlatform ?? 'Server',
    services: (info.ecsServices ?? []).map(({ clusterName = '', serviceName = '' }) => ({
      cluster: clusterName,
      service: serviceName,
    })),
    config: info.deploymentConfigName ?? DEFAULT_CONFIG,
    targetGroups,
    hasTestListener: (pairOf(info).testTrafficRoute?.listenerArns ?? []).length > 0,
    // "Applies only to the STOP_DEPLOYMENT option for actionOnTimeout" (DeploymentReadyOption of the API reference).
    readyWaitMinutes:
      ready?.actionOnTimeout === 'STOP_DEPLOYMENT' ? (ready.waitTimeInMinutes ?? 0) : 0,
    terminationWaitMinutes: isKept ? 0 : (termination?.terminationWaitTimeInMinutes ?? 0),
  }
}

function routingOf(config: TrafficRoutingConfig | undefined): TrafficRouting {
  const { timeBasedCanary: canary, timeBasedLinear: linear } = config ?? {}
  if (canary) {
    const { canaryPercentage = 0, canaryInterval = 0 } = canary
    return { kind: 'canary', percent: canaryPercentage, minutes: canaryInterval }
  }
  if (linear) {
    const { linearPercentage = 100, linearInterval = 0 } = linear
    return { kind: 'linear', percent: linearPercentage, minutes: linearInterval }
  }
  return { kind: 'all-at-once' }
}

function deploymentView(info: DeploymentInfo): CodeDeploymentView {
  const { errorInformation: error, rollbackInfo: rollback } = info
  const { enabled, events = [] } = info.autoRollbackConfiguration ?? {}
  const content = info.revision?.appSpecContent?.content
  return {
    id: info.deploymentId ?? '',
    status: info.status ?? '',
    creator: info.creator ?? '',
    taskDefinition: content === undefined ? undefined : taskDefinitionIn(content),
    createdAt: info.createTime?.getTime() ?? 0,
    finishedAt: info.completeTime?.getTime(),
    error: error && { code: error.code ?? '', message: error.message ?? '' },
    rollbackId: rollback?.rollbackDeploymentId,
    rollbackOf: rollback?.rollbackTriggeringDeploymentId,
    rollsBackOn: enabled === true ? events : [],
    isTerminating: info.instanceTerminationWaitTimeStarted ?? false,
  }
}

/** Of an AppSpec file in JSON or YAML, which other tools may have written. */
const taskDefinitionIn = (content: string): string | undefined =>
  /\btaskdefinition["']?\s*:\s*["']?(arn:[^\s"',}]+)/i.exec(content)?.[1]

function progressOf(target: DeploymentTarget | undefined): TargetProgress {
  const { lifecycleEvents = [], taskSetsInfo = [] } = target?.ecsTarget ?? {}
  const underWay = lifecycleEvents.findLast(({ status }) => status === 'InProgress')
  return {
    event: underWay?.lifecycleEventName,
    weight: taskSetsInfo.find(({ taskSetLabel }) => taskSetLabel === 'Green')?.trafficWeight,
  }
}

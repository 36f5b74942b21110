import { randomBytes } from 'node:crypto'
import type {
  AutoRollbackEvent,
  CreateDeploymentInput,
  DeploymentInfo,
} from '@aws-sdk/client-codedeploy'
import type {
  AlarmStates,
  BlueGreenServices,
  Clock,
  ListenerRules,
  TrafficRoutes,
} from '../../parts.ts'
import { parseAppSpec } from './app-spec.ts'
import { FAILURE, type DeploymentFailure } from './deployment-failure.ts'
import { DeploymentRun, type RunDeps } from './deployment-run.ts'
import type { HookExecutions } from './hook-executions.ts'
import { newEvents } from './lifecycle-events.ts'
import type { CodeDeployState, DeploymentRecord, GroupRecord } from './model.ts'
import { PairTraffic } from './pair-traffic.ts'
import { ALL_AT_ONCE, shiftsOf } from './routing.ts'
import { deploy, rollBack, type Scene } from './story.ts'

export interface DeploymentsDeps {
  readonly state: CodeDeployState
  readonly clock: Clock
  readonly alarms: AlarmStates
  readonly services: BlueGreenServices
  readonly listenerRules: ListenerRules
  readonly routes: TrafficRoutes
  readonly hooks: HookExecutions
}

/** The deployments of all groups, and the rollbacks that they cause. */
export class Deployments {
  private readonly deps: DeploymentsDeps

  constructor(deps: DeploymentsDeps) {
    this.deps = deps
  }

  /** Begins a deployment of the group; the input has been checked. */
  create(group: GroupRecord, input: CreateDeploymentInput, configName: string): DeploymentRecord {
    const { state, alarms, clock, hooks } = this.deps
    const { description, revision, autoRollbackConfiguration, overrideAlarmConfiguration } = input
    const record = this.add(group, {
      deploymentConfigName: configName,
      revision,
      creator: 'user',
      ...(description !== undefined && { description }),
      autoRollbackConfiguration: autoRollbackConfiguration ?? group.info.autoRollbackConfiguration,
      ...(overrideAlarmConfiguration && { overrideAlarmConfiguration }),
    })
    const { enabled, alarms: watched = [] } =
      overrideAlarmConfiguration ?? group.info.alarmConfiguration ?? {}
    const content = revision?.appSpecContent?.content ?? revision?.string?.content ?? ''
    const { trafficRoutingConfig = {} } = state.configs.get(configName) ?? {}
    this.run(record, {
      clock,
      alarms,
      alarmNames: enabled === true ? watched.map(({ name = '' }) => name) : [],
      open: () => this.open(record),
      story: (scene) =>
        deploy(scene, {
          spec: parseAppSpec(content),
          shifts: shiftsOf(trafficRoutingConfig),
          hooks,
        }),
      onFailed: (failure, scene) => {
        if (isRolledBack(record, failure)) this.rollBack(record, scene)
      },
    }).begin()
    return record
  }

  close(): void {
    for (const { run } of this.deps.state.deployments.values()) run?.close()
  }

  /** Traffic goes back in the moment the deployment ends (seen live); the rollback is all at once, whatever the group has. */
  private rollBack(stopped: DeploymentRecord, before: Scene | undefined): void {
    const { clock, alarms } = this.deps
    const record = this.add(stopped.group, {
      deploymentConfigName: ALL_AT_ONCE,
      revision: lastSuccessful(stopped.group)?.info.revision,
      creator: 'codeDeployRollback',
      autoRollbackConfiguration: { enabled: false, events: [] },
    })
    record.blue = stopped.blue
    record.green = stopped.green
    record.info.rollbackInfo = {
      rollbackTriggeringDeploymentId: stopped.id,
      rollbackMessage: `Deployment ${record.id} is triggered to roll back deployment ${stopped.id}.`,
    }
    stopped.info.rollbackInfo = {
      rollbackDeploymentId: record.id,
      rollbackMessage: `Deployment ${stopped.id} terminated. Automatic rollback is triggered with a DeploymentId ${record.id}.`,
    }
    this.run(record, {
      clock,
      alarms,
      alarmNames: [],
      open: () => ({ ...(before ?? this.open(record)), record }),
      story: (scene) => rollBack(scene, stopped),
      onFailed: () => undefined,
    }).look()
  }

  private add(
    group: GroupRecord,
    own: Pick<
      DeploymentInfo,
      'deploymentConfigName' | 'revision' | 'creator' | 'autoRollbackConfiguration'
    >,
  ): DeploymentRecord {
    const { state, clock } = this.deps
    const id = deploymentId()
    const { applicationName, deploymentGroupName } = group.info
    const record: DeploymentRecord = {
      id,
      group,
      info: {
        applicationName,
        deploymentGroupName,
        deploymentId: id,
        previousRevision: lastSuccessful(group)?.info.revision,
        status: 'Created',
        createTime: new Date(clock.now()),
        ignoreApplicationStopFailures: false,
        updateOutdatedInstancesOnly: false,
        deploymentStyle: group.info.deploymentStyle,
        instanceTerminationWaitTimeStarted: false,
        blueGreenDeploymentConfiguration: group.info.blueGreenDeploymentConfiguration,
        loadBalancerInfo: group.info.loadBalancerInfo,
        fileExistsBehavior: 'DISALLOW',
        deploymentStatusMessages: [],
        computePlatform: 'ECS',
        ...own,
      },
      events: newEvents(),
      blue: undefined,
      green: undefined,
      taskSets: [],
      waits: undefined,
      rollBackOnStop: undefined,
      lastUpdatedAt: clock.now(),
      run: undefined,
    }
    group.deployments.unshift(record)
    state.deployments.set(id, record)
    return record
  }

  private run(record: DeploymentRecord, deps: RunDeps): DeploymentRun {
    record.run = new DeploymentRun(record, deps)
    return record.run
  }

  private open(record: DeploymentRecord): Scene {
    const { services, listenerRules, routes, clock } = this.deps
    const { ecsServices, loadBalancerInfo } = record.group.info
    const { clusterName = '', serviceName = '' } = ecsServices?.[0] ?? {}
    const service = services.find(clusterName, serviceName)
    if (!service) throw FAILURE.noService(serviceName)
    const pair = loadBalancerInfo?.targetGroupPairInfoList?.[0] ?? {}
    return { record, service, clock, traffic: new PairTraffic(pair, listenerRules, routes) }
  }
}

const lastSuccessful = ({ deployments }: GroupRecord): DeploymentRecord | undefined =>
  deployments.find(({ info }) => info.status === 'Succeeded' && info.creator === 'user')

/** `d-` and nine capital letters and digits. */
function deploymentId(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return `d-${[...randomBytes(9)].map((byte) => alphabet[byte % alphabet.length]).join('')}`
}

const eventOf = ({ code }: DeploymentFailure): AutoRollbackEvent => {
  if (code === 'ALARM_ACTIVE') return 'DEPLOYMENT_STOP_ON_ALARM'
  return code === 'MANUAL_STOP' ? 'DEPLOYMENT_STOP_ON_REQUEST' : 'DEPLOYMENT_FAILURE'
}

/** What StopDeployment was told goes before what the deployment and its group say. */
function isRolledBack(
  { info, rollBackOnStop }: DeploymentRecord,
  failure: DeploymentFailure,
): boolean {
  const event = eventOf(failure)
  if (event === 'DEPLOYMENT_STOP_ON_REQUEST' && rollBackOnStop !== undefined) return rollBackOnStop
  const { enabled, events = [] } = info.autoRollbackConfiguration ?? {}
  return enabled === true && events.includes(event)
}

import type * as codedeploy from '@aws-sdk/client-codedeploy'
import type { DeploymentTarget, TargetStatus } from '@aws-sdk/client-codedeploy'
import { arn } from '../../ids.ts'
import type { Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { noTarget } from './errors.ts'
import { requireDeployment } from './find.ts'
import type { CodeDeployState, DeploymentRecord } from './model.ts'

/** A deployment of ECS has one target, `CLUSTER:SERVICE`. */
export function targetHandlers(state: CodeDeployState, place: Place): Handlers<typeof codedeploy> {
  const target = (record: DeploymentRecord, id: string | undefined): DeploymentTarget => {
    if (id !== targetId(record)) throw noTarget(id ?? '')
    return shown(record, place)
  }
  return {
    ListDeploymentTargets: ({ deploymentId }) => ({
      targetIds: [targetId(requireDeployment(state, deploymentId))],
    }),
    GetDeploymentTarget: ({ deploymentId, targetId: id }) => ({
      deploymentTarget: target(requireDeployment(state, deploymentId), id),
    }),
    BatchGetDeploymentTargets({ deploymentId, targetIds = [] }) {
      const record = requireDeployment(state, deploymentId)
      return { deploymentTargets: targetIds.map((id) => target(record, id)) }
    },
  }
}

function targetId({ group }: DeploymentRecord): string {
  const { clusterName = '', serviceName = '' } = group.info.ecsServices?.[0] ?? {}
  return `${clusterName}:${serviceName}`
}

function shown(record: DeploymentRecord, place: Place): DeploymentTarget {
  record.run?.noteTaskSets()
  const id = targetId(record)
  return {
    deploymentTargetType: 'ECSTarget',
    ecsTarget: {
      deploymentId: record.id,
      targetId: id,
      targetArn: arn('ecs', place, `service/${id.replace(':', '/')}`),
      lastUpdatedAt: new Date(record.lastUpdatedAt),
      lifecycleEvents: record.events,
      status: statusOf(record),
      taskSetsInfo: record.taskSets,
    },
  }
}

/** How the states of a deployment map to those of its target is unproven. */
function statusOf({ info }: DeploymentRecord): TargetStatus {
  switch (info.status) {
    case 'InProgress':
    case 'Ready':
    case 'Succeeded':
    case 'Failed':
      return info.status
    case 'Stopped':
      return 'Failed'
    default:
      return 'Pending'
  }
}

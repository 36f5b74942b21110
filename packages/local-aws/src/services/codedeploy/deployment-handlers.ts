import { createHash } from 'node:crypto'
import type * as codedeploy from '@aws-sdk/client-codedeploy'
import {
  InvalidDeploymentWaitTypeException,
  type ListDeploymentsInput,
  type RevisionLocation,
} from '@aws-sdk/client-codedeploy'
import type { Handlers } from '../../wire/service.ts'
import type { Deployments } from './deployments.ts'
import { active, completed, invalidRevision, notReady, pageOf, revisionRequired } from './errors.ts'
import { requireConfig, requireDeployment, requireGroup } from './find.ts'
import type { HookExecutions } from './hook-executions.ts'
import { isOver, type CodeDeployState, type DeploymentRecord } from './model.ts'
import { ALL_AT_ONCE } from './routing.ts'

export function deploymentHandlers(
  state: CodeDeployState,
  deployments: Deployments,
  hooks: HookExecutions,
): Handlers<typeof codedeploy> {
  return {
    CreateDeployment(input) {
      const { applicationName, deploymentGroupName, deploymentConfigName } = input
      const group = requireGroup(state, applicationName, deploymentGroupName)
      checkRevision(input.revision)
      const config = deploymentConfigName ?? group.info.deploymentConfigName ?? ALL_AT_ONCE
      requireConfig(state, config)
      const current = group.deployments.find((each) => !isOver(each))
      if (current) throw active(deploymentGroupName ?? '', current.id)
      return { deploymentId: deployments.create(group, input, config).id }
    },
    GetDeployment: ({ deploymentId }) => ({
      deploymentInfo: requireDeployment(state, deploymentId).info,
    }),
    BatchGetDeployments: ({ deploymentIds = [] }) => ({
      deploymentsInfo: deploymentIds.map((id) => requireDeployment(state, id).info),
    }),
    ListDeployments(input) {
      const chosen = listed(state, input).map(({ id }) => id)
      const { page, ...rest } = pageOf(chosen, input.nextToken)
      return { deployments: page, ...rest }
    },
    StopDeployment({ deploymentId, autoRollbackEnabled }) {
      const record = requireDeployment(state, deploymentId)
      // "After the pending operation is complete, subsequent calls to stop the deployment return a status of succeeded."
      if (record.info.status === 'Stopped') {
        return { status: 'Succeeded', statusMessage: 'No more commands will be scheduled' }
      }
      if (isOver(record)) throw completed(record.id)
      record.rollBackOnStop = autoRollbackEnabled
      record.run?.stop()
      // The words are unproven.
      return { status: 'Pending', statusMessage: 'The deployment is being stopped' }
    },
    ContinueDeployment({ deploymentId, deploymentWaitType = 'READY_WAIT' }) {
      const record = requireDeployment(state, deploymentId)
      if (deploymentWaitType !== 'READY_WAIT' && deploymentWaitType !== 'TERMINATION_WAIT') {
        const message = 'The wait type is not valid'
        throw new InvalidDeploymentWaitTypeException({ message, $metadata: {} })
      }
      if (isOver(record)) throw completed(record.id)
      if (record.waits !== deploymentWaitType) throw notReady(record.id)
      record.run?.goOn()
      return {}
    },
    PutLifecycleEventHookExecutionStatus({ lifecycleEventHookExecutionId, status }) {
      hooks.answer(lifecycleEventHookExecutionId, status)
      return { lifecycleEventHookExecutionId }
    },
  }
}

/** The content itself is looked at when the deployment runs. The words are unproven. */
function checkRevision(revision: RevisionLocation | undefined): void {
  const { revisionType, appSpecContent, string } = revision ?? {}
  if (revisionType === 'S3' || revisionType === 'GitHub') {
    throw invalidRevision(`The local endpoint takes AppSpecContent, not ${revisionType}.`)
  }
  const { content, sha256 } = appSpecContent ?? string ?? {}
  if (content === undefined || content === '') throw revisionRequired()
  if (sha256 === undefined) return
  const actual = createHash('sha256').update(content).digest('hex')
  if (actual === sha256.toLowerCase()) return
  throw invalidRevision('The SHA256 hash value does not match the content of the revision')
}

/** Newest first. */
function listed(
  { deployments }: CodeDeployState,
  {
    applicationName,
    deploymentGroupName,
    includeOnlyStatuses,
    createTimeRange,
  }: ListDeploymentsInput,
): readonly DeploymentRecord[] {
  const { start, end } = createTimeRange ?? {}
  return [...deployments.values()]
    .toReversed()
    .filter(({ info }) => (applicationName ?? info.applicationName) === info.applicationName)
    .filter(
      ({ info }) => (deploymentGroupName ?? info.deploymentGroupName) === info.deploymentGroupName,
    )
    .filter(({ info }) => {
      const { status, createTime } = info
      const isChosen =
        !includeOnlyStatuses?.length || includeOnlyStatuses.includes(status ?? 'Failed')
      const isAfter = !start || !createTime || createTime >= start
      return isChosen && isAfter && (!end || !createTime || createTime <= end)
    })
}

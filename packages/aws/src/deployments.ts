import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration as SdkConfiguration,
  type ServiceDeploymentStatus,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs'
import {
  NotFound,
  type Deployments,
  type ServiceChange,
  type ServiceDeploymentBrief,
  type ServiceRevisionView,
} from '@ecs-pipeline/rollout'
import { inBatches } from './batches.ts'
import {
  serviceDeploymentBrief,
  serviceDeploymentView,
  serviceRevisionView,
  serviceView,
} from './views.ts'
import type { Toolbox } from './toolbox.ts'

/** DescribeServiceRevisions takes this many (Amazon ECS API Reference). */
const REVISIONS_PER_CALL = 20
/** ListServiceDeployments gives this many at most. */
const DEPLOYMENTS_PER_PAGE = 100

export function createDeployments({ clients, call, cluster, service }: Toolbox): Deployments {
  const ecs = (): ECSClient => clients.of(ECSClient)
  const resource = `service ${service} in cluster ${cluster}`

  return {
    async service() {
      const action = 'ecs:DescribeServices'
      const answer = await call({ action, resource }, (options) =>
        ecs().send(new DescribeServicesCommand({ cluster, services: [service] }), options),
      )
      const found = answer.services?.[0]
      if (found) return serviceView(found)
      const reason = answer.failures?.[0]?.reason ?? 'no reason given'
      throw new NotFound(
        `There is no service ${service} in cluster ${cluster} (${action}: ${reason}). Look at the two names, the region and the account.`,
        action,
      )
    },

    async update(change) {
      const onlyOnce = change.forceNewDeployment === true
      const answer = await call({ action: 'ecs:UpdateService', resource, onlyOnce }, (options) =>
        // Members that are undefined are not sent; empty arrays would be, and would clear what Terraform set.
        ecs().send(new UpdateServiceCommand({ cluster, service, ...sdkChange(change) }), options),
      )
      return serviceView(answer.service ?? {})
    },

    async history({ createdAfter, statuses, atMost = Infinity }) {
      const found: ServiceDeploymentBrief[] = []
      let nextToken: string | undefined
      do {
        const answer = await call({ action: 'ecs:ListServiceDeployments', resource }, (options) =>
          ecs().send(
            new ListServiceDeploymentsCommand({
              cluster,
              service,
              // The SDK's enum is closed; AWS's is not.
              status: statuses && ([...statuses] as ServiceDeploymentStatus[]),
              createdAt: createdAfter === undefined ? undefined : { after: new Date(createdAfter) },
              maxResults: Math.min(DEPLOYMENTS_PER_PAGE, atMost - found.length),
              nextToken,
            }),
            options,
          ),
        )
        found.push(...(answer.serviceDeployments ?? []).map(serviceDeploymentBrief))
        nextToken = answer.nextToken
      } while (nextToken !== undefined && found.length < atMost)
      return found.sort((a, b) => b.createdAt - a.createdAt)
    },

    async serviceDeployment(arn) {
      const asked = {
        action: 'ecs:DescribeServiceDeployments',
        resource: `service deployment ${arn}`,
      }
      const answer = await call(asked, (options) =>
        ecs().send(
          new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
          options,
        ),
      )
      const found = answer.serviceDeployments?.[0]
      return found && serviceDeploymentView(found)
    },

    async revisions(arns) {
      const action = 'ecs:DescribeServiceRevisions'
      return inBatches(arns, REVISIONS_PER_CALL, async (batch): Promise<ServiceRevisionView[]> => {
        const answer = await call({ action, resource: `revisions of ${resource}` }, (options) =>
          ecs().send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: batch }), options),
        )
        return (answer.serviceRevisions ?? []).map(serviceRevisionView)
      })
    },

    async rollBack(arn) {
      const asked = { action: 'ecs:StopServiceDeployment', resource: `service deployment ${arn}` }
      await call(asked, (options) =>
        ecs().send(
          new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }),
          options,
        ),
      )
    },

    async endPause(arn, hookId, action) {
      const asked = {
        action: 'ecs:ContinueServiceDeployment',
        resource: `service deployment ${arn}`,
      }
      await call(asked, (options) =>
        ecs().send(
          new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId, action }),
          options,
        ),
      )
    },
  }
}

/** The SDK's types are closed and mutable; the domain's are open, because AWS adds to them. */
function sdkChange({
  deploymentConfiguration,
  ...change
}: ServiceChange): Partial<UpdateServiceRequest> {
  if (!deploymentConfiguration) return change
  return {
    ...change,
    deploymentConfiguration: structuredClone<unknown>(deploymentConfiguration) as SdkConfiguration,
  }
}

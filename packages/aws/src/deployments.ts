import {
  ContinueServiceDeploymentCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type ServiceDeploymentStatus,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import {
  NotFound,
  type Deployments,
  type ServiceChange,
  type ServiceDeploymentBrief,
} from '@ecs-pipeline/rollout'
import { sendingBody } from './raw-json.ts'
import { askAll } from './shared-reads.ts'
import { serviceDeploymentBrief, serviceView } from './views.ts'
import type { Toolbox } from './toolbox.ts'

/** ListServiceDeployments gives this many at most. */
const DEPLOYMENTS_PER_PAGE = 100

export function createDeployments({
  clients,
  call,
  cluster,
  service,
  reads,
}: Toolbox): Deployments {
  const ecs = (): ECSClient => clients.of(ECSClient)
  const resource = `service ${service} in cluster ${cluster}`

  return {
    async service() {
      const answer = await reads.services.ask(service)
      if (answer && 'view' in answer) return answer.view
      const action = 'ecs:DescribeServices'
      throw new NotFound(
        `There is no ${resource} (${action}: ${answer?.missing ?? 'no answer'}). Look at the two names, the region and the account.`,
        action,
      )
    },

    async update(change) {
      const onlyOnce = change.forceNewDeployment === true
      const request = updateRequest(cluster, service, change)
      const answer = await call({ action: 'ecs:UpdateService', resource, onlyOnce }, (options) => {
        // The SDK's types are closed and mutable; the domain's are open, because AWS adds to them.
        const command = new UpdateServiceCommand(request as unknown as UpdateServiceCommandInput)
        // Members of a volume or a configuration that AWS has added since the SDK was made go out too.
        command.middlewareStack.use(sendingBody(request))
        return ecs().send(command, options)
      })
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

    serviceDeployment: (arn) => reads.serviceDeployments.ask(arn),

    revisions: (arns) => askAll(reads.revisions, arns),

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

/** Only what is asked for: an empty list that nobody asked for would take away what Terraform has set. */
function updateRequest(
  cluster: string,
  service: string,
  { enableEcsManagedTags, ...change }: ServiceChange,
): Readonly<Record<string, unknown>> {
  return {
    cluster,
    service,
    ...change,
    ...(enableEcsManagedTags !== undefined && { enableECSManagedTags: enableEcsManagedTags }),
  }
}

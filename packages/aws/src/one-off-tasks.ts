import {
  DescribeTasksCommand,
  ECSClient,
  RunTaskCommand,
  StopTaskCommand,
  type ContainerOverride,
  type LaunchType,
  type RunTaskCommandInput,
  type TaskVolumeConfiguration,
} from '@aws-sdk/client-ecs'
import type { NetworkView, OneOffTasks, TaskToRun } from '@ecs-pipeline/rollout'
import { randomUUID } from 'node:crypto'
import type { Toolbox } from './toolbox.ts'
import { taskView } from './views.ts'

export function createOneOffTasks({ clients, call, cluster }: Toolbox): OneOffTasks {
  const ecs = (): ECSClient => clients.of(ECSClient)

  return {
    async run(task) {
      const asked = {
        action: 'ecs:RunTask',
        resource: `task definition ${task.taskDefinition} in cluster ${cluster}`,
      }
      // One token for all tries: a request that has arrived and got no answer is not done twice (Amazon ECS API
      // Reference, 'Ensuring idempotency').
      const input = { ...inputFor(task), cluster, clientToken: randomUUID() }
      const answer = await call(asked, (options) => ecs().send(new RunTaskCommand(input), options))
      return {
        arns: (answer.tasks ?? []).flatMap(({ taskArn }) => taskArn ?? []),
        failures: (answer.failures ?? []).map(({ arn, reason, detail }) => ({
          arn,
          reason: reason ?? 'no reason given',
          detail,
        })),
      }
    },

    async describe(arn) {
      const asked = { action: 'ecs:DescribeTasks', resource: `task ${arn}` }
      const answer = await call(asked, (options) =>
        ecs().send(new DescribeTasksCommand({ cluster, tasks: [arn] }), options),
      )
      const found = answer.tasks?.[0]
      return found && taskView(found)
    },

    async stop(arn, reason) {
      const asked = { action: 'ecs:StopTask', resource: `task ${arn}` }
      await call(asked, (options) =>
        ecs().send(new StopTaskCommand({ cluster, task: arn, reason }), options),
      )
    },
  }
}

/**
 * Only what was asked for: an empty list is not 'none' to every member. What came out of documents has the API's own
 * members, and was checked when it was read; the SDK's enums are closed, AWS's are not.
 */
function inputFor(task: TaskToRun): Omit<RunTaskCommandInput, 'cluster'> {
  const { capacityProviderStrategy, containerOverrides, tags, volume } = task
  return {
    taskDefinition: task.taskDefinition,
    startedBy: task.startedBy,
    ...(capacityProviderStrategy.length > 0
      ? { capacityProviderStrategy: [...capacityProviderStrategy] }
      : { launchType: task.launchType as LaunchType }),
    ...(task.network && { networkConfiguration: networkFor(task.network) }),
    ...(containerOverrides.length > 0 && {
      overrides: { containerOverrides: containerOverrides as unknown as ContainerOverride[] },
    }),
    ...(tags.length > 0 && { tags: [...tags] }),
    ...(task.managedTags !== undefined && { enableECSManagedTags: task.managedTags }),
    ...(volume && { volumeConfigurations: [volume] as unknown as TaskVolumeConfiguration[] }),
  }
}

const networkFor = ({
  subnets,
  securityGroups,
  assignPublicIp,
}: NetworkView): NonNullable<RunTaskCommandInput['networkConfiguration']> => ({
  awsvpcConfiguration: {
    subnets: [...subnets],
    ...(securityGroups.length > 0 && { securityGroups: [...securityGroups] }),
    ...(assignPublicIp !== undefined && {
      assignPublicIp: assignPublicIp as 'ENABLED' | 'DISABLED',
    }),
  },
})

import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs'
import { lastPart, type Tasks, type TaskView } from '@ecs-pipeline/rollout'
import { inBatches } from './batches.ts'
import type { Toolbox } from './toolbox.ts'
import { taskView } from './views.ts'

/** DescribeTasks takes this many (Amazon ECS API Reference). */
const TASKS_PER_CALL = 100

export function createTasks({ clients, call, cluster, service }: Toolbox): Tasks {
  const ecs = (): ECSClient => clients.of(ECSClient)
  const resource = `tasks of service ${service} in cluster ${cluster}`

  async function list(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<readonly string[]> {
    const arns: string[] = []
    let nextToken: string | undefined
    do {
      const answer = await call({ action: 'ecs:ListTasks', resource }, (options) =>
        ecs().send(
          new ListTasksCommand({
            cluster,
            // 'The name of the service': ARNs are not mentioned.
            serviceName: lastPart(service),
            desiredStatus,
            nextToken,
          }),
          options,
        ),
      )
      arns.push(...(answer.taskArns ?? []))
      nextToken = answer.nextToken
    } while (nextToken !== undefined)
    return arns
  }

  async function tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<readonly TaskView[]> {
    return inBatches(await list(desiredStatus), TASKS_PER_CALL, async (batch) => {
      const answer = await call({ action: 'ecs:DescribeTasks', resource }, (options) =>
        ecs().send(new DescribeTasksCommand({ cluster, tasks: batch }), options),
      )
      return (answer.tasks ?? []).map(taskView)
    })
  }

  return { stopped: () => tasks('STOPPED'), running: () => tasks('RUNNING') }
}

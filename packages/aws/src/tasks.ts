import { ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs'
import { lastPart, type Tasks, type TaskView } from '@ecs-pipeline/rollout'
import type { DesiredStatus } from './cluster-tasks.ts'
import { askAll } from './shared-reads.ts'
import type { Toolbox } from './toolbox.ts'

export function createTasks({ clients, call, cluster, service, reads }: Toolbox): Tasks {
  const ecs = (): ECSClient => clients.of(ECSClient)
  const resource = `tasks of service ${service} in cluster ${cluster}`

  async function list(desiredStatus: DesiredStatus): Promise<readonly string[]> {
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

  async function tasks(desiredStatus: DesiredStatus): Promise<readonly TaskView[]> {
    const shared = await reads.clusterTasks[desiredStatus].ask(lastPart(service))
    if (shared) return shared
    const own = await askAll(reads.tasks, await list(desiredStatus))
    return own.map(({ view }) => view)
  }

  return { stopped: () => tasks('STOPPED'), running: () => tasks('RUNNING') }
}

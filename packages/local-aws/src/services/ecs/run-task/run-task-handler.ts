import type { RunTaskRequest, Tag } from '@aws-sdk/client-ecs'
import { type ApiDeps, type EcsHandlers, invalidParameter } from '../api.ts'
import type { ClusterRecord, TaskDefinitionRecord, TaskLifecycle } from '../model.ts'
import { requireActiveTaskDefinition, requireCluster } from '../resolve.ts'
import { checkTags } from '../tags.ts'
import { describeTask } from '../task-shape.ts'
import { RunTaskTokens } from './run-task-tokens.ts'
import { checkOverrides, checkStartedBy, checkVolumes, placementOf } from './run-task-checks.ts'

const STARTED_AT_ONCE = 10

/** RunTask on Fargate. A request that comes twice with one client token starts its tasks once. */
export function runTaskHandler({
  state,
  clock,
  lifecycle,
}: ApiDeps & { readonly lifecycle: TaskLifecycle }): NonNullable<EcsHandlers['RunTask']> {
  const tokens = new RunTaskTokens()
  return (input) => {
    const cluster = requireCluster(state, input.cluster)
    const known = tokens.find(cluster, input, clock.now())
    if (known) return { tasks: known, failures: [] }
    const taskDefinition = requireActiveTaskDefinition(state, input.taskDefinition)
    const count = input.count ?? 1
    if (count < 1 || count > STARTED_AT_ONCE) {
      throw invalidParameter(`count must be between 1 and ${STARTED_AT_ONCE}.`)
    }
    const capacityProviderName = placementOf(input, taskDefinition, cluster)
    checkOverrides(input.overrides, taskDefinition)
    checkVolumes(input.volumeConfigurations ?? [], taskDefinition)
    checkStartedBy(input.startedBy)
    checkTags(input.tags ?? [])
    const tasks = Array.from({ length: count }, () =>
      lifecycle.start({
        cluster,
        taskDefinition,
        group: input.group ?? `family:${taskDefinition.family}`,
        launchType: 'FARGATE',
        tags: tagsFor(input, taskDefinition, cluster),
        volumes: input.volumeConfigurations ?? [],
        ...(capacityProviderName !== undefined && { capacityProviderName }),
        ...(input.startedBy !== undefined && { startedBy: input.startedBy }),
        ...(input.overrides && { overrides: input.overrides }),
      }),
    )
    tokens.remember(cluster, input, tasks, clock.now())
    return { tasks: tasks.map((task) => describeTask(task)), failures: [] }
  }
}

function tagsFor(
  { tags = [], propagateTags, enableECSManagedTags }: RunTaskRequest,
  taskDefinition: TaskDefinitionRecord,
  cluster: ClusterRecord,
): readonly Tag[] {
  const keys = new Set(tags.map(({ key }) => key))
  const propagated = propagateTags === 'TASK_DEFINITION' ? taskDefinition.tags : []
  return [
    ...tags,
    ...propagated.filter(({ key }) => !keys.has(key)),
    ...(enableECSManagedTags === true ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : []),
  ]
}

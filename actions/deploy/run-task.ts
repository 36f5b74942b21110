/** The one-off task of a release: planned before anything is changed, run before the service is updated. */
import {
  markOneOffTask,
  mayGoOn,
  networkFor,
  Refusal,
  runOneOffTask,
  type Journal,
  type NetworkView,
  type OneOffTaskReport,
  type OneOffTaskTools,
  type ServiceView,
  type TaskDefinitionDocument,
  type TaskDefinitionView,
  type TaskToRun,
} from '@ecs-pipeline/rollout'
import { containerName, containersOf } from './containers.ts'
import { checkVolume } from './ebs-volume.ts'
import type { DeployInputs } from './inputs.ts'
import { readOverrides, readStrategy, readTags, type PlacedOverride } from './run-task-documents.ts'
import { unusedRunTaskInputs } from './run-task-inputs.ts'
import type { DeployTools } from './tools.ts'

/** What the inputs ask for; which revision it runs from is not known yet. */
export interface RunTaskOrder extends Pick<
  TaskToRun,
  'startedBy' | 'launchType' | 'capacityProviderStrategy' | 'tags' | 'managedTags' | 'volume'
> {
  readonly overrides: readonly PlacedOverride[]
}

export type PlannedTask = Omit<TaskToRun, 'taskDefinition'>

/** `undefined` when there is to be none. Throws a {@link Refusal} that lists everything that is wrong. */
export async function readRunTask(
  inputs: DeployInputs,
  journal: Journal,
): Promise<RunTaskOrder | undefined> {
  const unused = unusedRunTaskInputs(inputs)
  if (unused.length > 0) {
    const [names, are] = [unused.join(', '), unused.length === 1 ? 'is' : 'are']
    journal.caveat(`${names} ${are} not used: there is no one-off task without \`run-task: true\`.`)
  }
  if (!inputs.runTask) return undefined
  return {
    startedBy: inputs.runTaskStartedBy,
    launchType: inputs.runTaskLaunchType,
    overrides: await readOverrides(inputs.runTaskContainerOverrides),
    capacityProviderStrategy: await readStrategy(inputs.runTaskCapacityProviderStrategy),
    tags: await readTags(inputs.runTaskTags),
    managedTags: inputs.settings.enableEcsManagedTags,
    volume: inputs.taskVolume,
  }
}

/** What the task is to run from, and where the service runs that it belongs to; it need not belong to any. */
export interface TaskGround {
  readonly document: TaskDefinitionDocument
  readonly network: NetworkView | undefined
}

/** What can be found out of the task before anything is changed. Throws a {@link Refusal}. */
export function planTask(
  { overrides, ...order }: RunTaskOrder,
  inputs: DeployInputs,
  { document, network }: TaskGround,
): PlannedTask {
  const containers = containersOf(document).map(containerName)
  const unknown = overrides.filter(({ override }) => !containers.includes(override.name))
  if (unknown.length > 0) {
    const problems = unknown.map(
      ({ at, override }) =>
        `${at}: there is no container \`${override.name}\` in the task definition. It has: ${containers.join(', ')}.`,
    )
    throw new Refusal(problems.join('\n'))
  }
  if (order.volume) checkVolume('run-task-managed-ebs-volume', order.volume, document)
  const wanted = {
    subnets: inputs.runTaskSubnets,
    securityGroups: inputs.runTaskSecurityGroups,
    assignPublicIp: inputs.runTaskAssignPublicIP,
  }
  return {
    ...order,
    containerOverrides: overrides.map(({ override }) => override),
    network: networkFor(wanted, network, document),
  }
}

/** Runs it, to its end where that is waited for. Throws a {@link Refusal} when the release must not go on. */
export async function runTask(
  planned: PlannedTask,
  taskDefinition: TaskDefinitionView,
  inputs: DeployInputs,
  tools: DeployTools & OneOffTaskTools,
): Promise<OneOffTaskReport> {
  const task = { ...planned, taskDefinition: taskDefinition.arn }
  const settings = { ...inputs, waits: inputs.waitForTaskStopped }
  const report = await runOneOffTask(task, taskDefinition, settings, tools)
  tools.journal.progress(`one-off task: ${report.reason}`)
  if (!mayGoOn(report)) throw new Refusal(report.reason, report.reasonCode)
  await markOneOffTask(taskDefinition, report, tools)
  return report
}

/**
 * The service after the task, which may have run for long. Throws a {@link Refusal} when somebody else has deployed in
 * the meantime, unless theirs is to be replaced.
 */
export async function serviceAfterTask(
  before: ServiceView,
  { onConcurrent }: DeployInputs,
  { ports, journal }: DeployTools,
): Promise<ServiceView> {
  const service = await ports.deployments.service()
  const [then, now] = [primaryOf(before), primaryOf(service)]
  if (then === now) return service
  const said = `Another deployment (${now ?? 'unknown'}) began while the one-off task ran`
  if (onConcurrent === 'replace') {
    journal.caveat(`${said}, and is replaced.`)
    return service
  }
  throw new Refusal(
    `${said}. Nothing was deployed over it. Run again when it has ended.`,
    'concurrent-deployment',
  )
}

const primaryOf = ({ deployments }: ServiceView): string | undefined =>
  deployments.find(({ status }) => status === 'PRIMARY')?.id

import type { Container, ContainerDefinition, Task } from '@aws-sdk/client-ecs'
import { dateOf } from './api.ts'
import type { ContainerRecord, TaskRecord, TaskStatus } from './model.ts'

/** In order; a task's `version` counts its changes of state. */
const STATES: readonly TaskStatus[] = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
]

/** A task as DescribeTasks shows it, without its tags. */
export function describeTask(task: TaskRecord): Task {
  const { shape } = task.taskDefinition
  const { cpu, memory, ephemeralStorage } = { ...shape, ...defined(task.overrides) }
  const definitions = shape.containerDefinitions ?? []
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: task.taskDefinition.arn,
    group: task.group,
    startedBy: task.startedBy,
    launchType: task.launchType,
    capacityProviderName: task.capacityProviderName,
    platformFamily: 'Linux',
    ...(task.launchType === 'FARGATE' && { platformVersion: '1.4.0' }),
    attributes: [
      {
        name: 'ecs.cpu-architecture',
        value: (shape.runtimePlatform?.cpuArchitecture ?? 'X86_64').toLowerCase(),
      },
    ],
    attachments: task.attachments,
    containers: task.containers.map((container) =>
      describeContainer(
        container,
        task,
        definitions.find(({ name }) => name === container.name),
      ),
    ),
    cpu,
    memory,
    ephemeralStorage: ephemeralStorage ?? { sizeInGiB: 20 },
    overrides: task.overrides,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.healthStatus,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    connectivity: 'CONNECTED',
    connectivityAt: dateOf(task.pullStartedAt ?? task.createdAt),
    createdAt: dateOf(task.createdAt),
    pullStartedAt: dateOf(task.pullStartedAt),
    pullStoppedAt: dateOf(task.pullStoppedAt),
    startedAt: dateOf(task.startedAt),
    stoppingAt: dateOf(task.stoppingAt),
    executionStoppedAt: dateOf(task.executionStoppedAt),
    stoppedAt: dateOf(task.stoppedAt),
    enableExecuteCommand: false,
    inferenceAccelerators: [],
    version: STATES.indexOf(task.lastStatus) + 1,
    tags: [],
  }
}

function describeContainer(
  container: ContainerRecord,
  task: TaskRecord,
  definition: ContainerDefinition | undefined,
): Container {
  const attachmentId = task.attachments[0]?.id
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId && `${task.id}-${container.runtimeId}`,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    healthStatus: container.healthStatus,
    networkBindings: [],
    networkInterfaces: [{ attachmentId, privateIpv4Address: task.privateIp }],
    cpu: String(definition?.cpu ?? 0),
    ...(definition?.memory !== undefined && { memory: String(definition.memory) }),
    ...(definition?.memoryReservation !== undefined && {
      memoryReservation: String(definition.memoryReservation),
    }),
  }
}

/** Without members that are `undefined`, so that they do not hide those under them. */
const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>

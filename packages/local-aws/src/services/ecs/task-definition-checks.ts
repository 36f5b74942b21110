/** What RegisterTaskDefinition refuses. Words from recorded errors unless marked unproven. */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs'
import { clientError } from './api.ts'

/** MiB that go with CPU units: from, to, step ("Task CPU and memory" of the Fargate guide). */
const FARGATE_MEMORY: Readonly<Record<number, readonly [number, number, number]>> = {
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
}

/** Throws ClientException as AWS words it. Container defaults need not be filled in yet. */
export function checkTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  // The words for a bad family are unproven.
  if (!/^[\w-]{1,255}$/.test(input.family ?? '')) {
    throw clientError('Family contains invalid characters.')
  }
  if (input.tags?.length === 0) throw clientError('Tags can not be empty.')
  const containers = input.containerDefinitions ?? []
  if (containers.length === 0) throw clientError('Container list cannot be empty.')
  for (const container of containers) checkContainer(container, input)
  checkTogether(containers)
  if (input.requiresCompatibilities?.includes('FARGATE')) checkFargate(input, containers)
}

function checkContainer(
  container: ContainerDefinition,
  input: RegisterTaskDefinitionRequest,
): void {
  const { name = '', image = '' } = container
  if (name === '') throw clientError('Container.name should not be null or empty.')
  if (!/^[\w-]{1,255}$/.test(name)) throw clientError('Container.name contains invalid characters.')
  if (image === '') throw clientError('Container.image should not be null or empty.')
  if (!/^[\w\-.:/#@]{1,255}$/.test(image)) {
    throw clientError('Container.image contains invalid characters.')
  }
  const hasMemory = input.memory ?? container.memory ?? container.memoryReservation ?? undefined
  if (hasMemory === undefined) {
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    )
  }
  const moved = container.portMappings?.some(
    ({ hostPort, containerPort }) => hostPort !== undefined && hostPort !== containerPort,
  )
  if (input.networkMode === 'awsvpc' && moved) {
    throw clientError(
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    )
  }
  if (container.secrets?.length && input.executionRoleArn === undefined) {
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    )
  }
}

/** The words here are unproven. */
function checkTogether(containers: readonly ContainerDefinition[]): void {
  const names = containers.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw clientError(`Container.name should be unique: '${twice}'.`)
  if (!containers.some(({ essential }) => essential !== false)) {
    throw clientError('At least one container should be marked as essential.')
  }
  for (const { name, dependsOn = [] } of containers) {
    const unknown = dependsOn.find(({ containerName }) => !names.includes(containerName))
    if (unknown) {
      throw clientError(
        `Container '${name}' depends on container '${unknown.containerName}' which is not in the task definition.`,
      )
    }
  }
  const inCycle = containers.find(({ name }) => dependenciesOf(name, containers).has(name))
  if (inCycle) throw clientError(`Container '${inCycle.name}' depends on itself.`)
}

/** Everything that a container waits for, directly or not. */
function dependenciesOf(
  name: string | undefined,
  containers: readonly ContainerDefinition[],
  found = new Set<string | undefined>(),
): Set<string | undefined> {
  const container = containers.find((each) => each.name === name)
  for (const { containerName } of container?.dependsOn ?? []) {
    if (found.has(containerName)) continue
    found.add(containerName)
    dependenciesOf(containerName, containers, found)
  }
  return found
}

function checkFargate(
  input: RegisterTaskDefinitionRequest,
  containers: readonly ContainerDefinition[],
): void {
  const { cpu, memory, executionRoleArn } = input
  if (input.networkMode !== 'awsvpc') {
    throw clientError('Fargate only supports network mode ‘awsvpc’.')
  }
  if (cpu === undefined)
    throw clientError("Fargate requires that 'cpu' be defined at the task level.")
  if (memory === undefined) {
    throw clientError("Fargate requires that 'memory' be defined at the task level.")
  }
  if (!isFargateSize(cpu, memory)) {
    throw clientError(
      `No Fargate configuration exists for given values: ${cpuUnits(cpu) ?? cpu} CPU, ${mebibytes(memory) ?? memory} memory. See the Amazon ECS documentation for the valid values.`,
    )
  }
  if (executionRoleArn !== undefined) return
  const needsRole = 'Fargate requires task definition to have execution role ARN to support'
  if (containers.some(({ image }) => isEcrImage(image ?? ''))) {
    throw clientError(`${needsRole} ECR images.`)
  }
  const logged = containers.find(
    ({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs',
  )
  if (logged) throw clientError(`${needsRole} log driver awslogs.`)
}

export const isEcrImage = (image: string): boolean =>
  /^\d{12}\.dkr[.-]ecr\.[a-z0-9-]+\.(amazonaws\.com|on\.aws)\//.test(image)

/** Whether Fargate has a size for the task's `cpu` and `memory`. */
export function isFargateSize(cpu: string | undefined, memory: string | undefined): boolean {
  const units = cpuUnits(cpu)
  const size = mebibytes(memory)
  if (units === undefined || size === undefined) return false
  if (units === 256) return [512, 1024, 2048].includes(size)
  const [from, to, step] = FARGATE_MEMORY[units] ?? [1, 0, 1]
  return size >= from && size <= to && size % step === 0
}

/** `256` or `.25 vCPU` in CPU units. */
export function cpuUnits(text: string | undefined): number | undefined {
  const [, number, unit] = /^\s*(\d*\.?\d+)\s*(vcpu)?\s*$/i.exec(text ?? '') ?? []
  return number === undefined ? undefined : Number(number) * (unit === undefined ? 1 : 1024)
}

/** `512` or `0.5 GB` in MiB. */
export function mebibytes(text: string | undefined): number | undefined {
  const [, number, unit] = /^\s*(\d*\.?\d+)\s*(gb)?\s*$/i.exec(text ?? '') ?? []
  return number === undefined ? undefined : Number(number) * (unit === undefined ? 1 : 1024)
}

/** How a registered task definition looks when it is described: as given, with what ECS fills in. */
import type {
  Attribute,
  Compatibility,
  ContainerDefinition,
  NetworkMode,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import { cpuUnits, isEcrImage, isFargateSize, mebibytes } from './task-definition-checks.ts'

/** Every member of `input` is kept, unknown ones too; `tags` are not part of the shape. */
export function registeredShape(
  { tags: _, ...input }: RegisterTaskDefinitionRequest,
  identity: Pick<
    TaskDefinition,
    'taskDefinitionArn' | 'revision' | 'registeredAt' | 'registeredBy'
  >,
): TaskDefinition {
  const { networkMode, cpu, memory } = input
  return {
    volumes: [],
    placementConstraints: [],
    ...input,
    ...(cpu !== undefined && { cpu: String(cpuUnits(cpu) ?? cpu) }),
    ...(memory !== undefined && { memory: String(mebibytes(memory) ?? memory) }),
    containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
      registeredContainer(container, networkMode),
    ),
    ...identity,
    status: 'ACTIVE',
    compatibilities: compatibilitiesOf(input),
    requiresAttributes: requiredAttributes(input),
  }
}

function registeredContainer(
  container: ContainerDefinition,
  networkMode: NetworkMode | undefined,
): ContainerDefinition {
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      ...mapping,
      hostPort: mapping.hostPort ?? (networkMode === 'awsvpc' ? mapping.containerPort : 0),
      protocol: mapping.protocol ?? 'tcp',
    })),
  }
}

function compatibilitiesOf(input: RegisterTaskDefinitionRequest): Compatibility[] {
  const fargate = input.networkMode === 'awsvpc' && isFargateSize(input.cpu, input.memory)
  return fargate ? ['EC2', 'FARGATE'] : ['EC2']
}

/** The attributes that a container instance would need; a plausible selection. */
function requiredAttributes(input: RegisterTaskDefinitionRequest): Attribute[] {
  const containers = input.containerDefinitions ?? []
  const logs = containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')
  const ecr = containers.some(({ image }) => isEcrImage(image ?? ''))
  const secrets = containers.flatMap((container) => container.secrets ?? [])
  const fromManager = secrets.some(({ valueFrom }) =>
    valueFrom?.startsWith('arn:aws:secretsmanager:'),
  )
  const names = [
    logs && 'com.amazonaws.ecs.capability.logging-driver.awslogs',
    logs && input.executionRoleArn && 'ecs.capability.execution-role-awslogs',
    ecr && 'com.amazonaws.ecs.capability.ecr-auth',
    ecr && input.executionRoleArn && 'ecs.capability.execution-role-ecr-pull',
    fromManager && 'ecs.capability.secrets.asm.environment-variables',
    secrets.length > 0 && !fromManager && 'ecs.capability.secrets.ssm.environment-variables',
    input.taskRoleArn && 'com.amazonaws.ecs.capability.task-iam-role',
    input.networkMode === 'awsvpc' && 'ecs.capability.task-eni',
    containers.some(({ healthCheck }) => healthCheck) && 'ecs.capability.container-health-check',
    containers.some(({ dependsOn }) => dependsOn) && 'ecs.capability.container-ordering',
    'com.amazonaws.ecs.capability.docker-remote-api.1.18',
  ]
  return names.flatMap((name) => (name ? [{ name }] : []))
}

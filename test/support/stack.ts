/** The stack that tests, the demo and the bench deploy to, made through the AWS APIs as a user's Terraform would. */
import { CodeDeploy } from '@aws-sdk/client-codedeploy'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { ECR } from '@aws-sdk/client-ecr'
import {
  ECS,
  type CreateServiceCommandInput,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { buildImage } from '../../packages/local-aws/src/oci/image.ts'
import { pushImage } from '../../packages/local-aws/src/oci/push.ts'
import type { LoadBalancer } from './load-balancer.ts'

export * from './load-balancer.ts'

export const CLUSTER = 'production'
export const LOG_GROUP = '/ecs/ledger'

export interface Endpoint {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string
  /** `127.0.0.1:5000` */
  readonly registry: string
  readonly account: string
  readonly region: string
}

/** The variables that point an AWS client of any kind at the endpoint. */
export const awsEnvironment = (aws: Endpoint): Record<string, string> => ({
  AWS_ENDPOINT_URL: aws.endpoint,
  AWS_REGION: aws.region,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
})

export interface Clients {
  readonly ecs: ECS
  readonly elb: ElasticLoadBalancingV2
  readonly ecr: ECR
  readonly logs: CloudWatchLogs
  readonly codedeploy: CodeDeploy
}

export function clientsFor(aws: Endpoint): Clients {
  const options = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  }
  return {
    ecs: new ECS(options),
    elb: new ElasticLoadBalancingV2(options),
    ecr: new ECR(options),
    logs: new CloudWatchLogs(options),
    codedeploy: new CodeDeploy(options),
  }
}

/** What exists once for every service of a stack. */
export async function createGround({ ecs, ecr, logs }: Clients): Promise<void> {
  await ecs.createCluster({ clusterName: CLUSTER })
  await ecr.createRepository({ repositoryName: 'ledger', imageTagMutability: 'IMMUTABLE' })
  await logs.createLogGroup({ logGroupName: LOG_GROUP })
}

export interface ImageToPush {
  readonly tag: string
  /** Path in the image to content. */
  readonly files: Readonly<Record<string, string | Buffer>>
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Builds and pushes an image to the repository `ledger`; gives the reference that a workflow would deploy. */
export async function publishImage(
  aws: Endpoint,
  { ecr }: Clients,
  image: ImageToPush,
): Promise<string> {
  const token = await ecr.getAuthorizationToken({})
  const authorization = token.authorizationData?.[0]?.authorizationToken ?? ''
  const built = await buildImage({
    files: image.files,
    config: {
      Cmd: [...image.command],
      Env: Object.entries(image.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    },
  })
  await pushImage(built, {
    registry: `http://${aws.registry}`,
    repository: 'ledger',
    tag: image.tag,
    authorization: `Basic ${authorization}`,
  })
  return imageReference(aws, image.tag)
}

export const imageReference = (aws: Endpoint, tag: string): string =>
  `${aws.account}.dkr.ecr.${aws.region}.amazonaws.com/ledger:${tag}`

/** A Fargate task definition with one container `app` on port 3000 that logs to the log group. */
export const taskDefinitionFor = (
  family: string,
  image: string,
  region: string,
  environment: Readonly<Record<string, string>> = {},
): RegisterTaskDefinitionCommandInput => ({
  family,
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  containerDefinitions: [
    {
      name: 'app',
      image,
      essential: true,
      portMappings: [{ containerPort: 3000, protocol: 'tcp' }],
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': LOG_GROUP,
          'awslogs-region': region,
          'awslogs-stream-prefix': 'ledger',
        },
      },
    },
  ],
})

/** On a fast clock a process takes a lot of AWS time to start: a minute before failed health checks stop its tasks. */
export const FAST_CLOCK_GRACE = { healthCheckGracePeriodSeconds: 60 }

export interface ServiceToCreate {
  readonly name: string
  readonly image: string
  readonly desiredCount?: number
  readonly loadBalancer?: LoadBalancer
  readonly environment?: Readonly<Record<string, string>>
  readonly settings?: Partial<CreateServiceCommandInput>
}

/** Registers the first task definition and creates the service; does not wait for it. Gives the definition's ARN. */
export async function createService(
  aws: Endpoint,
  { ecs }: Clients,
  service: ServiceToCreate,
): Promise<string> {
  const { name, loadBalancer } = service
  const definition = await ecs.registerTaskDefinition(
    taskDefinitionFor(name, service.image, aws.region, service.environment),
  )
  const arn = definition.taskDefinition?.taskDefinitionArn ?? ''
  await ecs.createService({
    cluster: CLUSTER,
    serviceName: name,
    taskDefinition: arn,
    desiredCount: service.desiredCount ?? 2,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-0a1b2c3d4e5f60001'],
        securityGroups: ['sg-0a1b2c3d4e5f60001'],
      },
    },
    ...(loadBalancer
      ? {
          loadBalancers: [
            {
              targetGroupArn: loadBalancer.targetGroupArn,
              containerName: 'app',
              containerPort: 3000,
              ...(loadBalancer.shift && { advancedConfiguration: loadBalancer.shift }),
            },
          ],
        }
      : {}),
    ...service.settings,
  })
  return arn
}

/**
 * The real AWS CLI v2 and the real docker client against the endpoint: the whole stack made by commands, an image
 * built and pushed, and real requests served by it. Needs awscli, docker.io (with dockerd) and root.
 */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { run } from '../support/command.ts'
import { startDockerDaemon, type DockerDaemon } from '../docker/docker-daemon.ts'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { ROOT } from '../support/run-bundle.ts'
import { taskDefinitionFor } from '../support/stack.ts'
import { AwsCli } from './aws-cli.ts'

jest.setTimeout(120_000)

let folder: string
let aws: LocalAwsProcess
let cli: AwsCli
let daemon: DockerDaemon | undefined
let docker: (...args: readonly string[]) => ReturnType<typeof run>
/** Made along the way, in the order of the tests. */
const made = { targetGroup: '', listener: '', loadBalancer: '', loadBalancerDimension: '' }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-cli-'))
  aws = await startLocalAwsProcess(['--speed', '60'])
  cli = new AwsCli(aws)
  daemon = await startDockerDaemon()
  const env = {
    DOCKER_HOST: daemon.host,
    DOCKER_CONFIG: join(folder, 'docker'),
    DOCKER_BUILDKIT: '0',
  }
  docker = (...args) => run('docker', args, { env })
})

afterAll(async () => {
  await daemon?.stop()
  expect(await aws.stop()).toBe(0)
  await rm(folder, { recursive: true, force: true })
})

test('it is the CLI of version 2', async () => {
  expect((await cli.command('--version')).stdout).toMatch(/^aws-cli\/2\./)
})

describe('an image', () => {
  test('goes to a repository by docker login and docker push', async () => {
    await cli.json('ecr', 'create-repository', '--repository-name', 'web')
    const password = await cli.text('ecr', 'get-login-password')
    const login = await run(
      'docker',
      ['login', '--username', 'AWS', '--password-stdin', aws.registry],
      {
        input: password,
        env: { DOCKER_HOST: daemon?.host ?? '', DOCKER_CONFIG: join(folder, 'docker') },
      },
    )
    expect(login.output).toContain('Login Succeeded')

    await copyFile(join(ROOT, 'test/support/task-app.cjs'), join(folder, 'app.cjs'))
    await writeFile(
      join(folder, 'Dockerfile'),
      'FROM scratch\nCOPY app.cjs /app.cjs\nENV VERSION=from-docker\nCMD ["node", "/app.cjs"]\n',
    )
    const tag = `${aws.registry}/web:1`
    expect(await docker('build', '--tag', tag, folder)).toMatchObject({ exitCode: 0 })
    expect(await docker('push', tag)).toMatchObject({ exitCode: 0 })
  })

  test('is described with the digest that docker pushed', async () => {
    const described = await cli.json<{ imageDetails: { imageDigest: string }[] }>(
      'ecr',
      'describe-images',
      '--repository-name',
      'web',
      '--image-ids',
      'imageTag=1',
    )
    const { stdout } = await docker(
      'inspect',
      '--format',
      '{{index .RepoDigests 0}}',
      `${aws.registry}/web:1`,
    )
    expect(stdout).toBe(`${aws.registry}/web@${described.imageDetails[0]?.imageDigest ?? ''}`)
  })

  test('that is not there is an error as AWS words it', async () => {
    const { exitCode, output } = await cli.command(
      'ecr',
      'describe-images',
      '--repository-name',
      'web',
      '--image-ids',
      'imageTag=2',
    )
    expect(exitCode).not.toBe(0)
    expect(output).toContain('(ImageNotFoundException)')
    expect(output).toContain("imageTag:'2'")
  })
})

describe('a service', () => {
  test('is made of load balancer, target group, listener, log group, cluster and task definition', async () => {
    const subnets = ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002']
    made.loadBalancer = await cli.text(
      'elbv2',
      'create-load-balancer',
      '--name',
      'web',
      '--subnets',
      ...subnets,
      '--query',
      'LoadBalancers[0].LoadBalancerArn',
    )
    made.loadBalancerDimension = made.loadBalancer.split(':loadbalancer/')[1] ?? ''
    made.targetGroup = await cli.text(
      'elbv2',
      'create-target-group',
      '--name',
      'web',
      '--protocol',
      'HTTP',
      '--port',
      '3000',
      '--vpc-id',
      'vpc-0a1b2c3d4e5f60001',
      '--target-type',
      'ip',
      '--health-check-path',
      '/health',
      '--health-check-interval-seconds',
      '10',
      '--query',
      'TargetGroups[0].TargetGroupArn',
    )
    made.listener = await cli.text(
      'elbv2',
      'create-listener',
      '--load-balancer-arn',
      made.loadBalancer,
      '--protocol',
      'HTTP',
      '--port',
      '80',
      '--default-actions',
      `Type=forward,TargetGroupArn=${made.targetGroup}`,
      '--query',
      'Listeners[0].ListenerArn',
    )
    await cli.json('logs', 'create-log-group', '--log-group-name', '/ecs/ledger')
    await cli.json('ecs', 'create-cluster', '--cluster-name', 'prod')
    const file = join(folder, 'task.json')
    await writeFile(
      file,
      JSON.stringify(taskDefinitionFor('web', `${aws.registry}/web:1`, aws.region)),
    )
    const registered = await cli.json(
      'ecs',
      'register-task-definition',
      '--cli-input-json',
      `file://${file}`,
    )
    expect(registered).toMatchObject({ taskDefinition: { family: 'web', revision: 1 } })
    const created = await cli.json(
      'ecs',
      'create-service',
      '--cluster',
      'prod',
      '--service-name',
      'web',
      '--task-definition',
      'web',
      '--desired-count',
      '2',
      '--health-check-grace-period-seconds',
      '300',
      '--launch-type',
      'FARGATE',
      '--network-configuration',
      `awsvpcConfiguration={subnets=[${subnets.join(',')}]}`,
      '--load-balancers',
      `targetGroupArn=${made.targetGroup},containerName=app,containerPort=3000`,
    )
    expect(created).toMatchObject({ service: { status: 'ACTIVE', desiredCount: 2 } })
  })

  test('becomes stable, as the CLI waits for it', async () => {
    const waited = await cli.command(
      'ecs',
      'wait',
      'services-stable',
      '--cluster',
      'prod',
      '--services',
      'web',
    )
    expect(waited).toMatchObject({ exitCode: 0, output: '' })
    const states = await cli.text(
      'elbv2',
      'describe-target-health',
      '--target-group-arn',
      made.targetGroup,
      '--query',
      'TargetHealthDescriptions[].TargetHealth.State',
    )
    expect(states.split(/\s+/)).toEqual(['healthy', 'healthy'])
  })

  test('serves real requests from the image that docker pushed, and they are counted', async () => {
    const url = await aws.listenerUrl(made.listener)
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(url)).text()),
    )
    expect(new Set(answers)).toEqual(new Set(['from-docker']))
    const from = new Date(aws.now() - 600_000).toISOString()
    const to = new Date(aws.now() + 600_000).toISOString()
    const queries = JSON.stringify([
      {
        Id: 'requests',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/ApplicationELB',
            MetricName: 'RequestCount',
            Dimensions: [{ Name: 'LoadBalancer', Value: made.loadBalancerDimension }],
          },
          Period: 60,
          Stat: 'Sum',
        },
      },
      { Id: 'doubled', Expression: '2*requests' },
    ])
    const data = await cli.json<{ MetricDataResults: { Id: string; Values: number[] }[] }>(
      'cloudwatch',
      'get-metric-data',
      '--metric-data-queries',
      queries,
      '--start-time',
      from,
      '--end-time',
      to,
    )
    const requests = data.MetricDataResults.find((each) => each.Id === 'requests')?.Values ?? []
    expect(requests.reduce((a, b) => a + b, 0)).toBe(20)
    const doubled = data.MetricDataResults.find((each) => each.Id === 'doubled')?.Values ?? []
    expect(doubled.reduce((a, b) => a + b, 0)).toBe(40)
    const statistics = await cli.json<{ Datapoints: { Sum: number }[] }>(
      'cloudwatch',
      'get-metric-statistics',
      '--namespace',
      'AWS/ApplicationELB',
      '--metric-name',
      'HTTPCode_Target_2XX_Count',
      '--dimensions',
      `Name=LoadBalancer,Value=${made.loadBalancerDimension}`,
      '--start-time',
      from,
      '--end-time',
      to,
      '--period',
      '60',
      '--statistics',
      'Sum',
    )
    expect(statistics.Datapoints.reduce((sum, each) => sum + each.Sum, 0)).toBe(20)
  })

  test('shows its deployment, its tasks and what they were made of', async () => {
    const described = await cli.json<{ services: { deployments: { rolloutState: string }[] }[] }>(
      'ecs',
      'describe-services',
      '--cluster',
      'prod',
      '--services',
      'web',
    )
    expect(described.services[0]?.deployments[0]?.rolloutState).toBe('COMPLETED')
    const tasks = await cli.text(
      'ecs',
      'list-tasks',
      '--cluster',
      'prod',
      '--service-name',
      'web',
      '--query',
      'taskArns',
    )
    const images = await cli.text(
      'ecs',
      'describe-tasks',
      '--cluster',
      'prod',
      '--tasks',
      ...tasks.split(/\s+/),
      '--query',
      'tasks[].containers[].imageDigest',
    )
    expect(images.split(/\s+/)).toHaveLength(2)
  })
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs'
import { call } from './call.ts'
import { createTestEcs, FARGATE, type TestEcs } from './test-ecs.ts'

let ecs: TestEcs
beforeEach(() => {
  ecs = createTestEcs()
})

afterEach(() => ecs.close())

const send = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  call(ecs.service, operation, input)

const register = async (
  input: Partial<RegisterTaskDefinitionRequest> = {},
): Promise<Record<string, unknown>> =>
  (await send('RegisterTaskDefinition', { ...FARGATE, ...input }))['taskDefinition'] as Record<
    string,
    unknown
  >

const ARN = 'arn:aws:ecs:us-east-1:123456789012:task-definition'

describe('revisions', () => {
  test('count up per family and never reuse a number', async () => {
    await register()
    await register()
    await send('DeregisterTaskDefinition', { taskDefinition: 'app:2' })
    await send('DeleteTaskDefinitions', { taskDefinitions: ['app:2'] })
    expect((await register())['taskDefinitionArn']).toBe(`${ARN}/app:3`)
    expect((await register({ family: 'other' }))['revision']).toBe(1)
  })

  test('are described by family (the latest ACTIVE one), by number and by ARN', async () => {
    await register()
    await register()
    await send('DeregisterTaskDefinition', { taskDefinition: `${ARN}/app:2` })
    const revisionOf = async (taskDefinition: string): Promise<unknown> => {
      const answer = await send('DescribeTaskDefinition', { taskDefinition })
      const { revision, status } = answer['taskDefinition'] as Record<string, unknown>
      return [revision, status]
    }
    expect(await revisionOf('app')).toEqual([1, 'ACTIVE'])
    expect(await revisionOf('app:2')).toEqual([2, 'INACTIVE'])
    expect(await revisionOf(`${ARN}/app:1`)).toEqual([1, 'ACTIVE'])
  })

  test.each([
    'nope',
    'app:9',
    `${ARN}/app:9`,
    'arn:aws:ecs:eu-west-1:123456789012:task-definition/app:1',
  ])('%s cannot be described', async (taskDefinition) => {
    await register()
    await expect(send('DescribeTaskDefinition', { taskDefinition })).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Unable to describe task definition.',
    })
  })

  test('are listed by family, status and order, in pages', async () => {
    for (const family of ['b', 'a', 'a', 'ab']) await register({ family })
    await send('DeregisterTaskDefinition', { taskDefinition: 'a:1' })
    const list = async (input = {}): Promise<unknown> =>
      ((await send('ListTaskDefinitions', input))['taskDefinitionArns'] as string[]).map(
        (arn) => arn.split('/')[1],
      )
    expect(await list()).toEqual(['a:2', 'ab:1', 'b:1'])
    expect(await list({ sort: 'DESC' })).toEqual(['b:1', 'ab:1', 'a:2'])
    expect(await list({ familyPrefix: 'a' })).toEqual(['a:2'])
    expect(await list({ status: 'INACTIVE' })).toEqual(['a:1'])
    const page = await send('ListTaskDefinitions', { maxResults: 2 })
    expect(await list({ nextToken: page['nextToken'] })).toEqual(['b:1'])
    expect((await send('ListTaskDefinitionFamilies', { familyPrefix: 'a' }))['families']).toEqual([
      'a',
      'ab',
    ])
    await send('DeregisterTaskDefinition', { taskDefinition: 'a:2' })
    expect((await send('ListTaskDefinitionFamilies', { status: 'INACTIVE' }))['families']).toEqual([
      'a',
    ])
  })

  test('only inactive ones can be deleted', async () => {
    await register()
    const answer = await send('DeleteTaskDefinitions', { taskDefinitions: ['app:1', 'app:7'] })
    expect(answer['taskDefinitions']).toEqual([])
    expect(answer['failures']).toMatchObject([
      { arn: `${ARN}/app:1` },
      { arn: 'app:7', reason: 'MISSING' },
    ])
  })
})

describe('what is registered', () => {
  test('keeps every member and gets the defaults of ECS', async () => {
    const shape = await register({
      ...FARGATE,
      cpu: '.25 vCPU',
      memory: '0.5 GB',
      containerDefinitions: [
        {
          name: 'app',
          image: 'app:1',
          portMappings: [{ containerPort: 80 }],
          dockerLabels: { a: 'b' },
        },
      ],
      ...({ somethingNew: { kept: true } } as object),
    })
    expect(shape).toMatchObject({
      cpu: '256',
      memory: '512',
      status: 'ACTIVE',
      volumes: [],
      compatibilities: ['EC2', 'FARGATE'],
      somethingNew: { kept: true },
      registeredAt: new Date(ecs.clock.now()),
      containerDefinitions: [
        {
          essential: true,
          cpu: 0,
          environment: [],
          dockerLabels: { a: 'b' },
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
        },
      ],
    })
    expect(shape['tags']).toBeUndefined()
  })

  test('shows tags only when asked', async () => {
    await register({ tags: [{ key: 'sha', value: 'abc' }] })
    expect(await send('DescribeTaskDefinition', { taskDefinition: 'app' })).not.toHaveProperty(
      'tags',
    )
    expect(
      await send('DescribeTaskDefinition', { taskDefinition: 'app', include: ['TAGS'] }),
    ).toMatchObject({
      tags: [{ key: 'sha', value: 'abc' }],
    })
  })
})

describe('what is refused', () => {
  const container = (more: ContainerDefinition): Partial<RegisterTaskDefinitionRequest> => ({
    containerDefinitions: [{ name: 'app', image: 'app:1', ...more }],
  })
  const secret = container({ secrets: [{ name: 'S', valueFrom: 'x' }] })
  const ecrImage = container({ image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1' })
  const logged = container({ logConfiguration: { logDriver: 'awslogs' } })

  test.each<[Partial<RegisterTaskDefinitionRequest>, string]>([
    [{ containerDefinitions: [] }, 'Container list cannot be empty.'],
    [container({ name: '' }), 'Container.name should not be null or empty.'],
    [container({ name: 'a b' }), 'Container.name contains invalid characters.'],
    [container({ image: '' }), 'Container.image should not be null or empty.'],
    [container({ image: '$IMAGE' }), 'Container.image contains invalid characters.'],
    [container({ essential: false }), 'essential'],
    [container({ dependsOn: [{ containerName: 'db', condition: 'START' }] }), "'db'"],
    [container({ dependsOn: [{ containerName: 'app', condition: 'START' }] }), 'depends on itself'],
    [
      {
        containerDefinitions: [
          { name: 'a', image: 'x' },
          { name: 'a', image: 'y' },
        ],
      },
      "unique: 'a'",
    ],
    [container({ portMappings: [{ containerPort: 80, hostPort: 81 }] }), 'must match'],
    [{ networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    [{ cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    [
      { memory: undefined, ...container({ memory: 1 }) },
      "Fargate requires that 'memory' be defined at the task level.",
    ],
    [
      { cpu: '256', memory: '4096' },
      'No Fargate configuration exists for given values: 256 CPU, 4096 memory.',
    ],
    [{ cpu: '300', memory: '512' }, 'No Fargate configuration exists for given values: 300 CPU'],
    [
      { requiresCompatibilities: ['EC2'], memory: undefined },
      "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      secret,
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      ecrImage,
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      logged,
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [{ tags: [] }, 'Tags can not be empty.'],
  ])('%j', async (input, message) => {
    await expect(register({ executionRoleArn: undefined, ...input })).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining(message),
    })
  })

  test('an unknown revision cannot be deregistered, and neither can a family', async () => {
    await register()
    await expect(send('DeregisterTaskDefinition', { taskDefinition: 'app' })).rejects.toThrow(
      'Revision',
    )
    await expect(send('DeregisterTaskDefinition', { taskDefinition: 'app:5' })).rejects.toThrow(
      'Unable to describe task definition.',
    )
  })
})

test.each([
  ['256', '2048', true],
  ['256', '3072', false],
  ['1 vCPU', '2 GB', true],
  ['1024', '2560', false],
  ['16384', '122880', true],
  ['8192', '20480', true],
  ['8192', '18432', false],
  ['3000', '8192', false],
])('Fargate with %s CPU and %s memory: %s', async (cpu, memory, ok) => {
  const outcome = register({ cpu, memory })
  if (ok) await expect(outcome).resolves.toBeDefined()
  else await expect(outcome).rejects.toThrow('No Fargate configuration exists for given values')
})

import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryPolicyCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  InvalidParameterException,
  InvalidTagParameterException,
  LifecyclePolicyNotFoundException,
  ListTagsForResourceCommand,
  PutLifecyclePolicyCommand,
  RepositoryPolicyNotFoundException,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  TooManyTagsException,
  UntagResourceCommand,
  type CreateRepositoryCommandInput,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startEcr, type TestEcr } from './test-ecr.ts'

let ecr: TestEcr

beforeEach(async () => {
  ecr = await startEcr()
})

afterEach(() => {
  ecr.stop()
})

const create = (input: Partial<CreateRepositoryCommandInput> = {}) =>
  ecr.client.send(new CreateRepositoryCommand({ repositoryName: 'app', ...input }))

const NOT_FOUND =
  "The repository with name 'nope' does not exist in the registry with id '123456789012'"

describe('policies are kept as they were given', () => {
  const repositoryName = 'app'
  const LIFECYCLE = JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
        action: { type: 'expire' },
      },
    ],
  })
  const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [] })

  beforeEach(() => create())

  test('the lifecycle policy, which has never been evaluated', async () => {
    const get = () => ecr.client.send(new GetLifecyclePolicyCommand({ repositoryName }))
    await expect(get()).rejects.toThrow(
      new LifecyclePolicyNotFoundException({
        message:
          "Lifecycle policy does not exist for the repository with name 'app' in the registry with id '123456789012'",
        $metadata: {},
      }),
    )
    await ecr.client.send(
      new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: LIFECYCLE }),
    )
    expect(await get()).toMatchObject({
      lifecyclePolicyText: LIFECYCLE,
      lastEvaluatedAt: new Date(0),
    })
    await ecr.client.send(new DeleteLifecyclePolicyCommand({ repositoryName }))
    await expect(get()).rejects.toBeInstanceOf(LifecyclePolicyNotFoundException)
  })

  test('the repository policy', async () => {
    const get = () => ecr.client.send(new GetRepositoryPolicyCommand({ repositoryName }))
    await expect(get()).rejects.toThrow(
      new RepositoryPolicyNotFoundException({
        message:
          "Repository policy does not exist for the repository with name 'app' in the registry with id '123456789012'",
        $metadata: {},
      }),
    )
    await ecr.client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: POLICY }))
    expect(await get()).toMatchObject({ policyText: POLICY })
    await ecr.client.send(new DeleteRepositoryPolicyCommand({ repositoryName }))
    await expect(get()).rejects.toBeInstanceOf(RepositoryPolicyNotFoundException)
  })

  test('and what is no policy is refused', async () => {
    await expect(
      ecr.client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: 'allow all' })),
    ).rejects.toThrow(
      "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    )
    await expect(
      ecr.client.send(
        new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '-'.repeat(100) }),
      ),
    ).rejects.toBeInstanceOf(InvalidParameterException)
  })
})

describe('resource tags', () => {
  const resourceArn = 'arn:aws:ecr:us-east-1:123456789012:repository/app'
  const tags = async () =>
    (await ecr.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags

  beforeEach(() => create({ tags: [{ Key: 'team', Value: 'a' }] }))

  test('are given at creation, added to, replaced and taken away', async () => {
    await ecr.client.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { Key: 'team', Value: 'b' },
          { Key: 'env', Value: 'test' },
        ],
      }),
    )
    expect(await tags()).toEqual([
      { Key: 'team', Value: 'b' },
      { Key: 'env', Value: 'test' },
    ])
    await ecr.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }))
    expect(await tags()).toEqual([{ Key: 'env', Value: 'test' }])
  })

  test('are at most fifty; one too many changes nothing', async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await expect(
      ecr.client.send(new TagResourceCommand({ resourceArn, tags: many })),
    ).rejects.toBeInstanceOf(TooManyTagsException)
    expect(await tags()).toHaveLength(1)
  })

  test('do not begin with aws: and belong to something that exists', async () => {
    const aws = new TagResourceCommand({ resourceArn, tags: [{ Key: 'aws:x', Value: '' }] })
    await expect(ecr.client.send(aws)).rejects.toBeInstanceOf(InvalidTagParameterException)
    for (const [arn, message] of [
      ['app', "Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'"],
      [resourceArn.replace('/app', '/nope'), NOT_FOUND],
    ]) {
      await expect(
        ecr.client.send(new ListTagsForResourceCommand({ resourceArn: arn })),
      ).rejects.toThrow(message)
    }
  })
})

import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  InvalidParameterException,
  PutImageTagMutabilityCommand,
  RepositoryAlreadyExistsException,
  RepositoryNotEmptyException,
  RepositoryNotFoundException,
  type CreateRepositoryCommandInput,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { makeImage, PLACE, startEcr, type TestEcr } from './test-ecr.ts'

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

describe('CreateRepository', () => {
  test('answers with where to push to and with the defaults', async () => {
    const { repository } = await create({ repositoryName: 'team/app' })
    expect(repository).toEqual({
      registryId: PLACE.account,
      repositoryName: 'team/app',
      repositoryArn: 'arn:aws:ecr:us-east-1:123456789012:repository/team/app',
      repositoryUri: `${ecr.registryHost}/team/app`,
      createdAt: new Date(ecr.clock.now()),
      imageTagMutability: 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: false },
      encryptionConfiguration: { encryptionType: 'AES256' },
    })
  })

  test('keeps what was chosen', async () => {
    const chosen = {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'pr-*' }],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/mine' },
    } as const
    await create({
      ...chosen,
      imageTagMutabilityExclusionFilters: [...chosen.imageTagMutabilityExclusionFilters],
    })
    const { repositories } = await ecr.client.send(
      new DescribeRepositoriesCommand({ repositoryNames: ['app'] }),
    )
    expect(repositories).toEqual([expect.objectContaining(chosen)])
  })

  test('refuses a name that is taken', async () => {
    await create()
    await expect(create()).rejects.toThrow(
      new RepositoryAlreadyExistsException({
        message:
          "The repository with name 'app' already exists in the registry with id '123456789012'",
        $metadata: {},
      }),
    )
  })

  test.each(['app', 'team/app', 'a1', 'a.b_c-d', 'a__b', 'a--b', 'x'.repeat(256)])(
    'takes the name %s',
    async (repositoryName) => {
      await expect(create({ repositoryName })).resolves.toBeDefined()
    },
  )

  test.each([
    ['App', 'must satisfy regular expression'],
    ['app/', 'must satisfy regular expression'],
    ['-app', 'must satisfy regular expression'],
    ['a..b', 'must satisfy regular expression'],
    ['a', 'Member must have length greater than or equal to 2'],
    ['x'.repeat(257), 'Member must have length less than or equal to 256'],
  ])('refuses the name %s', async (repositoryName, constraint) => {
    const error = await create({ repositoryName }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidParameterException)
    expect((error as Error).message).toContain(
      `Invalid parameter at 'repositoryName' failed to satisfy constraint: '${constraint}`,
    )
  })

  test.each<[string, Partial<CreateRepositoryCommandInput>, string]>([
    [
      'an unknown mutability',
      { imageTagMutability: 'SOMETIMES' as 'MUTABLE' },
      'imageTagMutability',
    ],
    [
      'exclusions without filters',
      { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
      'imageTagMutabilityExclusionFilters',
    ],
    [
      'filters without exclusions',
      { imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'x' }] },
      'imageTagMutabilityExclusionFilters',
    ],
    [
      'a filter of an unknown type',
      {
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'REGEX' as 'WILDCARD', filter: 'x' }],
      },
      'imageTagMutabilityExclusionFilters.filterType',
    ],
    [
      'an unknown encryption',
      { encryptionConfiguration: { encryptionType: 'ROT13' as 'KMS' } },
      'encryptionConfiguration.encryptionType',
    ],
  ])('refuses %s', async (_, input, parameter) => {
    const error = await create(input).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidParameterException)
    expect((error as Error).message).toContain(`Invalid parameter at '${parameter}'`)
  })
})

describe('DescribeRepositories', () => {
  test('pages through all of them by name', async () => {
    for (const repositoryName of ['bb', 'dd', 'aa', 'cc']) await create({ repositoryName })
    const first = await ecr.client.send(new DescribeRepositoriesCommand({ maxResults: 3 }))
    const { nextToken } = first
    expect(first.repositories?.map((each) => each.repositoryName)).toEqual(['aa', 'bb', 'cc'])
    await ecr.client.send(new DeleteRepositoryCommand({ repositoryName: 'cc' }))
    const second = await ecr.client.send(
      new DescribeRepositoriesCommand({ maxResults: 3, nextToken }),
    )
    expect(second.repositories?.map((each) => each.repositoryName)).toEqual(['dd'])
    expect(second.nextToken).toBeUndefined()
  })

  test('gives 100 at a time when no number is asked for', async () => {
    for (let index = 0; index < 101; index++) await create({ repositoryName: `app-${index}` })
    const page = await ecr.client.send(new DescribeRepositoriesCommand({}))
    expect([page.repositories?.length, page.nextToken !== undefined]).toEqual([100, true])
  })

  test.each([
    [
      { maxResults: 0 },
      "'maxResults' failed to satisfy constraint: 'Member must have value greater than or equal to 1'",
    ],
    [
      { maxResults: 1001 },
      "'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
    ],
    [{ nextToken: 'made up' }, "'nextToken'"],
    [{ repositoryNames: ['app'], maxResults: 1 }, "'maxResults'"],
    [
      { repositoryNames: Array.from({ length: 101 }, (_, index) => `app-${index}`) },
      "'repositoryNames' failed to satisfy constraint: 'Member must have length less than or equal to 100'",
    ],
  ])('refuses %j', async (input, message) => {
    const error = await ecr.client
      .send(new DescribeRepositoriesCommand(input))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidParameterException)
    expect((error as Error).message).toContain(`Invalid parameter at ${message}`)
  })

  test('knows only the repositories of its own registry', async () => {
    await create()
    const elsewhere = { repositoryNames: ['app'], registryId: '999999999999' }
    await expect(ecr.client.send(new DescribeRepositoriesCommand(elsewhere))).rejects.toThrow(
      "The repository with name 'app' does not exist in the registry with id '999999999999'",
    )
  })

  test('names the one that is missing', async () => {
    const error = await ecr.client
      .send(new DescribeRepositoriesCommand({ repositoryNames: ['nope'] }))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RepositoryNotFoundException)
    expect(error).toMatchObject({ message: NOT_FOUND, $metadata: { httpStatusCode: 400 } })
  })
})

test('DeleteRepository needs force while images are in it, and then takes them and their bytes', async () => {
  await create()
  await ecr.push(await makeImage('one'), 'app', 'v1')
  const error = await ecr.client
    .send(new DeleteRepositoryCommand({ repositoryName: 'app' }))
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RepositoryNotEmptyException)
  expect((error as Error).message).toBe(
    "The repository with name 'app' in registry with id '123456789012' cannot be deleted because it still contains images",
  )
  await ecr.client.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }))
  expect([ecr.store.repositories.size, ecr.store.blobs.bytes]).toEqual([0, 0])
})

test('PutImageTagMutability changes the rule for the next push', async () => {
  await create()
  await ecr.push(await makeImage('one'), 'app', 'v1')
  const answer = await ecr.client.send(
    new PutImageTagMutabilityCommand({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' }),
  )
  expect(answer).toMatchObject({ repositoryName: 'app', imageTagMutability: 'IMMUTABLE' })
  await expect(ecr.push(await makeImage('two'), 'app', 'v1')).rejects.toThrow('immutable')
})

test('the registry is the account', async () => {
  const registry = await ecr.client.send(new DescribeRegistryCommand({}))
  expect(registry).toMatchObject({
    registryId: PLACE.account,
    replicationConfiguration: { rules: [] },
  })
  const { authorizationData } = await ecr.client.send(
    new GetAuthorizationTokenCommand({ registryIds: [PLACE.account, '999999999999'] }),
  )
  expect(authorizationData?.map((each) => each.proxyEndpoint)).toEqual([
    `http://${ecr.registryHost}`,
    'https://999999999999.dkr.ecr.us-east-1.amazonaws.com',
  ])
})

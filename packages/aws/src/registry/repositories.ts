import { NotFound, Refused } from '@ecs-pipeline/rollout'
import type { NewRepository, Registry, RegistryLogin, Repository } from '@ecs-pipeline/image'
import type {
  AuthorizationData,
  CreateRepositoryCommandInput,
  Repository as EcrRepository,
} from '@aws-sdk/client-ecr'
import { errorName } from '../error-name.ts'
import type { RegistryAccess } from './access.ts'

export function createRepositories({
  sdk,
  client,
  call,
  place,
  resource,
}: RegistryAccess): Pick<Registry, 'login' | 'repository' | 'create'> {
  const { registryId, repositoryName } = place
  const ofRegistry = registryId === undefined ? {} : { registryId }
  return {
    async login() {
      const asked = { action: 'ecr:GetAuthorizationToken', resource: 'the registry' }
      const answer = await call(asked, (send) =>
        client.send(new sdk.GetAuthorizationTokenCommand({}), send),
      )
      return loginOf(answer.authorizationData?.[0], registryId)
    },

    async repository() {
      const command = { ...ofRegistry, repositoryNames: [repositoryName] }
      try {
        const answer = await call({ action: 'ecr:DescribeRepositories', resource }, (send) =>
          client.send(new sdk.DescribeRepositoriesCommand(command), send),
        )
        const [found] = answer.repositories ?? []
        return found && repositoryOf(found)
      } catch (error) {
        if (error instanceof NotFound) return undefined
        throw error
      }
    },

    async create(wanted) {
      try {
        await call({ action: 'ecr:CreateRepository', resource }, (send) =>
          client.send(new sdk.CreateRepositoryCommand({ ...place, ...settingsOf(wanted) }), send),
        )
      } catch (error) {
        // Two runs of a new repository; the other one's is as good.
        if (errorName(error) !== 'RepositoryAlreadyExistsException') throw error
      }
      const policy = { ...place, lifecyclePolicyText: wanted.lifecyclePolicy }
      await call({ action: 'ecr:PutLifecyclePolicy', resource }, (send) =>
        client.send(new sdk.PutLifecyclePolicyCommand(policy), send),
      )
    },
  }
}

/** Throws {@link Refused} when it is none. The token is `AWS:` and the password, in base 64. */
function loginOf(
  data: AuthorizationData | undefined,
  registryId: string | undefined,
): RegistryLogin {
  const token = Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8')
  const [user = '', ...password] = token.split(':')
  if (password.length === 0 || data?.proxyEndpoint === undefined) {
    throw new Refused('ECR gave no login.', 'ecr:GetAuthorizationToken')
  }
  const { host } = new URL(data.proxyEndpoint)
  // The token is good for every registry that the role may use; the address is that of the caller's own account.
  const other = registryId === undefined ? host : host.replace(/^\d{12}(?=\.)/, registryId)
  return { host: other, user, password: password.join(':') }
}

const repositoryOf = (found: EcrRepository): Repository => ({
  name: found.repositoryName ?? '',
  uri: found.repositoryUri ?? '',
  mutability: found.imageTagMutability?.startsWith('IMMUTABLE') === true ? 'immutable' : 'mutable',
  exceptTags: (found.imageTagMutabilityExclusionFilters ?? []).flatMap(
    ({ filter }) => filter ?? [],
  ),
  scansOnPush: found.imageScanningConfiguration?.scanOnPush === true,
})

function settingsOf({
  movingTags,
}: NewRepository): Omit<CreateRepositoryCommandInput, 'repositoryName'> {
  const exceptions = movingTags.map((filter) => ({ filterType: 'WILDCARD' as const, filter }))
  return {
    ...(exceptions.length === 0
      ? { imageTagMutability: 'IMMUTABLE' }
      : {
          imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
          imageTagMutabilityExclusionFilters: exceptions,
        }),
    imageScanningConfiguration: { scanOnPush: true },
    tags: [{ Key: 'managed-by', Value: 'ecs-pipeline' }],
  }
}

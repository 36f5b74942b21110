import {
  EncryptionType,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilterType,
  type EncryptionConfiguration,
  type ImageTagMutabilityExclusionFilter,
  type Repository,
} from '@aws-sdk/client-ecr'
import type { Place } from '../../../parts.ts'
import { invalidParameter } from '../errors.ts'
import type { RepositoryRecord, TagRules } from '../repository.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkEnum, checkLength, checkRepositoryName } from './checks.ts'
import { nameOf, repositoryIn, required } from './checks.ts'
import { pageOf, refusePaging } from './paging.ts'
import { addResourceTags } from './resource-tags.ts'

/** Repositories, and the registry that they are in. */
export function repositoryHandlers(parts: ApiParts): EcrHandlers {
  const { store, place, tokens } = parts
  const describe = (repository: RepositoryRecord): Repository =>
    repositoryShape(repository, parts.registryHost())
  return {
    CreateRepository(input) {
      const name = required('repositoryName', input.repositoryName)
      checkRepositoryName(name)
      const repository = store.createRepository({
        name,
        tagRules: tagRulesOf(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
        scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
        encryption: encryptionOf(input.encryptionConfiguration, place),
        resourceTags: addResourceTags(new Map(), input.tags ?? []),
      })
      return { repository: describe(repository) }
    },

    DescribeRepositories(input) {
      const names = input.repositoryNames
      if (names === undefined) {
        const page = pageOf(store.repositories.values(), (each) => each.name, input)
        return { repositories: page.items.map(describe), nextToken: page.nextToken }
      }
      checkLength('repositoryNames', names, 1, 100)
      refusePaging('repositories with repositoryNames', input)
      const found = names.map((name) => store.repository(name, input.registryId))
      return { repositories: found.map(describe) }
    },

    DeleteRepository(input) {
      const repository = repositoryIn(store, input)
      store.deleteRepository(repository, input.force ?? false)
      return { repository: describe(repository) }
    },

    PutImageTagMutability(input) {
      const repository = repositoryIn(store, input)
      repository.tagRules = tagRulesOf(
        required('imageTagMutability', input.imageTagMutability),
        input.imageTagMutabilityExclusionFilters,
      )
      return { ...nameOf(repository), ...tagRulesShape(repository.tagRules) }
    },

    DescribeRegistry: () => ({
      registryId: place.account,
      replicationConfiguration: { rules: [] },
    }),

    /** `proxyEndpoint` is the local registry, over http, for this account; as ECR's for any other. */
    GetAuthorizationToken(input) {
      const registryIds = input.registryIds ?? [place.account]
      checkLength('registryIds', registryIds, 1, 10)
      return {
        authorizationData: registryIds.map((registryId) => {
          const { password, expiresAt } = tokens.issue()
          return {
            authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
            expiresAt,
            proxyEndpoint:
              registryId === place.account
                ? `http://${parts.registryHost()}`
                : `https://${registryId}.dkr.ecr.${place.region}.amazonaws.com`,
          }
        }),
      }
    },
  }
}

const repositoryShape = (repository: RepositoryRecord, registryHost: string): Repository => ({
  ...nameOf(repository),
  ...tagRulesShape(repository.tagRules),
  repositoryArn: repository.arn,
  repositoryUri: `${registryHost}/${repository.name}`,
  createdAt: repository.createdAt,
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: repository.encryption,
})

const tagRulesShape = (
  rules: TagRules,
): Pick<Repository, 'imageTagMutability' | 'imageTagMutabilityExclusionFilters'> => ({
  imageTagMutability: rules.mutability,
  ...(rules.exclusions.length > 0
    ? { imageTagMutabilityExclusionFilters: [...rules.exclusions] }
    : {}),
})

/** Wordings about filters are unproven; that there are 1 to 5 of them is in the API reference. */
function tagRulesOf(
  mutability: ImageTagMutability = 'MUTABLE',
  exclusions: readonly ImageTagMutabilityExclusionFilter[] = [],
): TagRules {
  checkEnum('imageTagMutability', mutability, ImageTagMutability)
  const parameter = 'imageTagMutabilityExclusionFilters'
  if (mutability.endsWith('_WITH_EXCLUSION')) {
    checkLength(parameter, exclusions, 1, 5)
  } else if (exclusions.length > 0) {
    throw invalidParameter(parameter, `Not allowed when imageTagMutability is ${mutability}`)
  }
  for (const { filter = '', filterType } of exclusions) {
    checkEnum(`${parameter}.filterType`, filterType, ImageTagMutabilityExclusionFilterType)
    if (!/^[0-9a-zA-Z._*-]{1,128}$/.test(filter)) {
      throw invalidParameter(parameter, "must satisfy regular expression '[0-9a-zA-Z._*-]{1,128}'")
    }
  }
  return { mutability, exclusions }
}

function encryptionOf(
  chosen: EncryptionConfiguration | undefined,
  place: Place,
): EncryptionConfiguration {
  const encryptionType = chosen?.encryptionType ?? 'AES256'
  checkEnum('encryptionConfiguration.encryptionType', encryptionType, EncryptionType)
  if (encryptionType === 'AES256') return { encryptionType }
  const ownKey = `arn:aws:kms:${place.region}:${place.account}:alias/aws/ecr`
  return { encryptionType, kmsKey: chosen?.kmsKey ?? ownKey }
}

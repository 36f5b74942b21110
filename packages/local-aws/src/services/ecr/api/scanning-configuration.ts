import {
  ScanFrequency,
  ScanningRepositoryFilterType,
  ScanType,
  type RegistryScanningRule,
  type RepositoryScanningConfiguration,
  type RepositoryScanningConfigurationFailure,
} from '@aws-sdk/client-ecr'
import { invalidParameter } from '../errors.ts'
import type { RepositoryRecord } from '../repository.ts'
import { settingsFor } from '../scanning/configuration.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkEnum, checkLength, nameOf, repositoryIn, required } from './checks.ts'

const MOST_RULES = 2
const MOST_FILTERS = 100
const MOST_REPOSITORIES = 25
const FILTER = '[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*'

/** Which repositories are scanned, how and when; of the registry and of single repositories. */
export function scanningConfigurationHandlers({ store, place }: ApiParts): EcrHandlers {
  const { scanner } = store
  return {
    PutImageScanningConfiguration(input) {
      const repository = repositoryIn(store, input)
      const chosen = required('imageScanningConfiguration', input.imageScanningConfiguration)
      repository.scanOnPush = chosen.scanOnPush ?? false
      return {
        ...nameOf(repository),
        imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
      }
    },

    GetRegistryScanningConfiguration: () => ({
      registryId: place.account,
      scanningConfiguration: scanner.settings,
    }),

    /** What is left out stays as it is where it is the type, and goes where it is the rules. */
    PutRegistryScanningConfiguration(input) {
      checkEnum('scanType', input.scanType, ScanType)
      const scanType = input.scanType ?? scanner.settings.scanType
      const rules = input.rules ?? []
      checkRules(scanType, rules)
      scanner.configure({ scanType, rules }, store.repositories.values())
      return { registryScanningConfiguration: scanner.settings }
    },

    BatchGetRepositoryScanningConfiguration(input) {
      const names = required('repositoryNames', input.repositoryNames)
      checkLength('repositoryNames', names, 1, MOST_REPOSITORIES)
      const scanningConfigurations: RepositoryScanningConfiguration[] = []
      const failures: RepositoryScanningConfigurationFailure[] = []
      for (const repositoryName of names) {
        const repository = store.repositories.get(repositoryName)
        if (repository) scanningConfigurations.push(shape(repository))
        else failures.push(notFound(repositoryName, place.account))
      }
      return { scanningConfigurations, failures }
    },
  }

  function shape(repository: RepositoryRecord): RepositoryScanningConfiguration {
    const { frequency, filters } = settingsFor(scanner.settings, repository)
    return {
      repositoryArn: repository.arn,
      repositoryName: repository.name,
      scanOnPush: frequency !== 'MANUAL',
      scanFrequency: frequency,
      appliedScanFilters: [...filters],
    }
  }
}

/** The words are unproven; what goes with which type is in the API reference. */
function checkRules(scanType: ScanType, rules: readonly RegistryScanningRule[]): void {
  checkLength('rules', rules, 0, MOST_RULES)
  for (const { scanFrequency, repositoryFilters = [] } of rules) {
    checkEnum('rules.scanFrequency', scanFrequency, ScanFrequency)
    if (scanType === 'BASIC' && scanFrequency === 'CONTINUOUS_SCAN') {
      throw invalidParameter('rules.scanFrequency', 'CONTINUOUS_SCAN needs the scan type ENHANCED')
    }
    checkLength('rules.repositoryFilters', repositoryFilters, 0, MOST_FILTERS)
    for (const { filter = '', filterType } of repositoryFilters) {
      checkEnum('rules.repositoryFilters.filterType', filterType, ScanningRepositoryFilterType)
      if (new RegExp(`^${FILTER}$`).test(filter)) continue
      throw invalidParameter(
        'rules.repositoryFilters.filter',
        `must satisfy regular expression '${FILTER}'`,
      )
    }
  }
  if (new Set(rules.map((rule) => rule.scanFrequency)).size < rules.length) {
    throw invalidParameter('rules', 'Each scan frequency can have one rule')
  }
}

/** The reason is unproven. */
const notFound = (
  repositoryName: string,
  registryId: string,
): RepositoryScanningConfigurationFailure => ({
  repositoryName,
  failureCode: 'REPOSITORY_NOT_FOUND',
  failureReason: `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
})

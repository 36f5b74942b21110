import type {
  RegistryScanningRule,
  ScanFrequency,
  ScanningRepositoryFilter,
  ScanType,
} from '@aws-sdk/client-ecr'
import type { RepositoryRecord } from '../repository.ts'
import { matchesWildcard } from '../wildcard.ts'

/** How a registry is scanned: by ECR itself (BASIC) or by Inspector (ENHANCED), and which repositories when. */
export interface ScanSettings {
  readonly scanType: ScanType
  readonly rules: RegistryScanningRule[]
}

export const DEFAULT_SCAN_SETTINGS: ScanSettings = { scanType: 'BASIC', rules: [] }

export interface AppliedSettings {
  readonly frequency: ScanFrequency
  readonly filters: readonly ScanningRepositoryFilter[]
}

/**
 * What holds for one repository; continuous scanning wins where both frequencies match (user guide). With basic
 * scanning a repository's own `scanOnPush` counts beside the registry's rules; that both count is unproven.
 */
export function settingsFor(
  { scanType, rules }: ScanSettings,
  repository: RepositoryRecord,
): AppliedSettings {
  for (const frequency of ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH'] as const) {
    const filters = rules
      .filter((rule) => rule.scanFrequency === frequency)
      .flatMap((rule) => rule.repositoryFilters ?? [])
      .filter((each) => isMatch(each.filter ?? '', repository.name))
    if (filters.length > 0) return { frequency, filters }
  }
  const isOwn = scanType === 'BASIC' && repository.scanOnPush
  return { frequency: isOwn ? 'SCAN_ON_PUSH' : 'MANUAL', filters: [] }
}

/** A filter without a wildcard matches every name that has it somewhere (user guide). */
const isMatch = (filter: string, name: string): boolean =>
  filter.includes('*') ? matchesWildcard(filter, name) : name.includes(filter)

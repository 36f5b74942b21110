/**
 * The constraints of the API's model, which the SDK does not check. The form of the message is ECR's; 'enum value
 * set' and 'regular expression' are recorded constraints, the other ones follow other AWS services and are unproven.
 */
import { isTag } from '../tag.ts'
import { invalidParameter } from '../errors.ts'
import type { RepositoryRecord } from '../repository.ts'
import type { EcrStore } from '../store.ts'

const REPOSITORY_NAME = '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*'

/** Throws InvalidParameterException when the value was left out. */
export function required<T>(parameter: string, value: T | undefined): T {
  if (value === undefined) throw invalidParameter(parameter, 'Member must not be null')
  return value
}

/** The repository that a request names. Throws RepositoryNotFoundException. */
export const repositoryIn = (
  store: EcrStore,
  input: { readonly repositoryName?: string | undefined; readonly registryId?: string | undefined },
): RepositoryRecord =>
  store.repository(required('repositoryName', input.repositoryName), input.registryId)

/** What most answers begin with. */
export const nameOf = (
  repository: RepositoryRecord,
): { readonly registryId: string; readonly repositoryName: string } => ({
  registryId: repository.registryId,
  repositoryName: repository.name,
})

export function checkRepositoryName(name: string): void {
  checkLength('repositoryName', name, 2, 256)
  if (!new RegExp(`^${REPOSITORY_NAME}$`).test(name)) {
    throw invalidParameter('repositoryName', `must satisfy regular expression '${REPOSITORY_NAME}'`)
  }
}

export function checkTag(tag: string | undefined): void {
  if (tag === undefined || isTag(tag)) return
  throw invalidParameter(
    'imageTag',
    "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'",
  )
}

/** `value` is a text or a list. */
export function checkLength(
  parameter: string,
  value: { readonly length: number } | undefined,
  least: number,
  most: number,
): void {
  if (value === undefined) return
  checkBounds(parameter, 'length', value.length, least, most)
}

export function checkRange(
  parameter: string,
  value: number | undefined,
  least: number,
  most: number,
): void {
  if (value !== undefined) checkBounds(parameter, 'value', value, least, most)
}

export function checkEnum(
  parameter: string,
  value: string | undefined,
  allowed: Readonly<Record<string, string>>,
): void {
  const values = Object.values(allowed)
  if (value === undefined || values.includes(value)) return
  throw invalidParameter(parameter, `Member must satisfy enum value set: [${values.join(', ')}]`)
}

function checkBounds(
  parameter: string,
  what: 'length' | 'value',
  actual: number,
  least: number,
  most: number,
): void {
  if (actual < least) {
    throw invalidParameter(parameter, `Member must have ${what} greater than or equal to ${least}`)
  }
  if (actual > most) {
    throw invalidParameter(parameter, `Member must have ${what} less than or equal to ${most}`)
  }
}

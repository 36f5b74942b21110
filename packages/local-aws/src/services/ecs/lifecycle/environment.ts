import type { ContainerDefinition, ContainerOverride } from '@aws-sdk/client-ecs'
import type { Place } from '../../../parts.ts'
import { secretNotFound } from './failures.ts'

/** What stands behind a secret's `valueFrom`; `undefined` when there is no such secret. */
export type Secrets = (valueFrom: string) => string | undefined

/**
 * The environment that a container gets beside its image's own: what Fargate sets, the task definition's variables,
 * its secrets, then the overrides. Throws {@link TaskStartError} for an unknown secret. Left out:
 * ECS_CONTAINER_METADATA_URI_V4 (there is no metadata endpoint) and `environmentFiles` (there is no S3).
 */
export function containerEnvironment(
  definition: ContainerDefinition,
  override: ContainerOverride | undefined,
  place: Place,
  secrets: Secrets,
): Record<string, string> {
  const environment: Record<string, string> = {
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
  }
  for (const { name, value } of definition.environment ?? []) {
    if (name !== undefined) environment[name] = value ?? ''
  }
  for (const { name, valueFrom } of definition.secrets ?? []) {
    const value = secrets(valueFrom ?? '')
    if (value === undefined) throw secretNotFound(valueFrom ?? '')
    if (name !== undefined) environment[name] = value
  }
  for (const { name, value } of override?.environment ?? []) {
    if (name !== undefined) environment[name] = value ?? ''
  }
  return environment
}

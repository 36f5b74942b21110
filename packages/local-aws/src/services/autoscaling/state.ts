/** What the service remembers, and how a request names and pages it. */
import {
  InvalidNextTokenException,
  ObjectNotFoundException,
  ValidationException,
  type ScalableTarget,
  type ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling'

export interface ScalingState {
  /** By {@link keyOf}. */
  readonly targets: Map<string, ScalableTarget>
  /** By {@link keyOf} and name. */
  readonly policies: Map<string, ScalingPolicy>
}

/** What a scalable target is named by. */
export interface Resource {
  readonly ServiceNamespace?: string | undefined
  readonly ResourceId?: string | undefined
  readonly ScalableDimension?: string | undefined
}

export const keyOf = (resource: Resource): string =>
  [resource.ServiceNamespace, resource.ResourceId, resource.ScalableDimension].join('|')

const $metadata = {}

export const invalid = (message: string): Error => new ValidationException({ message, $metadata })

/** `what` in AWS's words, for example `scalable target registered`. */
export const notFound = (what: string, resource: Resource): Error =>
  new ObjectNotFoundException({
    message: `No ${what} for service namespace: ${resource.ServiceNamespace}, resource ID: ${resource.ResourceId}, scalable dimension: ${resource.ScalableDimension}`,
    $metadata,
  })

/** One page of a list; the token counts the items before the next one. */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number,
): { readonly page: Item[]; readonly NextToken: string | undefined } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString() || NaN)
  if (!Number.isInteger(start) || start < 0) {
    throw new InvalidNextTokenException({ message: 'The next token is not valid', $metadata })
  }
  const end = start + size
  const NextToken = end < items.length ? Buffer.from(String(end)).toString('base64') : undefined
  return { page: items.slice(start, end), NextToken }
}

/** API reference of both Describe operations: a dimension alone is refused. */
export function checkFilter(dimension: string | undefined, hasResource: boolean): void {
  if (dimension !== undefined && !hasResource) {
    throw invalid('If you specify a scalable dimension, you must also specify a resource ID')
  }
}

export function checkPageSize(size: number, most: number): void {
  if (size < 1 || size > most) throw invalid(`MaxResults must be between 1 and ${most}`)
}

/** What all ECS handlers share: their type, the usual errors, and pages. */
import type * as ecs from '@aws-sdk/client-ecs'
import { ClientException, InvalidParameterException } from '@aws-sdk/client-ecs'
import type { Clock } from '../../clock/clock.ts'
import type { Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import type { EcsState } from './model.ts'

export type EcsHandlers = Handlers<typeof ecs>

export interface ApiDeps {
  readonly state: EcsState
  readonly place: Place
  readonly clock: Clock
}

export const clientError = (message: string): ClientException =>
  new ClientException({ message, $metadata: {} })

export const invalidParameter = (message: string): InvalidParameterException =>
  new InvalidParameterException({ message, $metadata: {} })

/** Dates of the API from milliseconds of AWS time; nothing for nothing. */
export const dateOf = (ms: number | undefined): Date | undefined =>
  ms === undefined ? undefined : new Date(ms)

/** One page of `items`, 100 at most. The token is opaque to callers. Throws InvalidParameterException. */
export function pageOf<Item>(
  items: readonly Item[],
  nextToken: string | undefined,
  maxResults: number | undefined,
): { readonly items: Item[]; readonly nextToken?: string } {
  const size = maxResults ?? 100
  if (size < 1 || size > 100) throw invalidParameter('maxResults must be between 1 and 100.')
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url'))
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('Invalid token.')
  const end = from + size
  const page = items.slice(from, end)
  if (end >= items.length) return { items: page }
  return { items: page, nextToken: Buffer.from(String(end)).toString('base64url') }
}

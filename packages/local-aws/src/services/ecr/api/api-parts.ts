import type * as sdk from '@aws-sdk/client-ecr'
import type { Clock, Place } from '../../../parts.ts'
import type { Handlers } from '../../../wire/service.ts'
import type { EcrStore } from '../store.ts'
import type { Tokens } from '../tokens.ts'

/** What the operations work on. */
export interface ApiParts {
  readonly clock: Clock
  readonly store: EcrStore
  readonly tokens: Tokens
  readonly place: Place
  /** Host and port of the registry, for example `127.0.0.1:5000`. */
  readonly registryHost: () => string
}

export type EcrHandlers = Handlers<typeof sdk>

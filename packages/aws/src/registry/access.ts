import type { ECRClient } from '@aws-sdk/client-ecr'
import type * as ecr from '@aws-sdk/client-ecr'
import type { Call } from '../call.ts'

/** How to reach one repository of ECR. */
export interface RegistryAccess {
  readonly sdk: typeof ecr
  readonly client: ECRClient
  readonly call: Call
  /** What every request about the repository says. */
  readonly place: { readonly registryId?: string; readonly repositoryName: string }
  /** For people: `repository team/app`. */
  readonly resource: string
}

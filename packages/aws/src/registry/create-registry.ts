import type { Registry } from '@ecs-pipeline/image'
import type { Clock } from '@ecs-pipeline/rollout'
import { createCall, type CallRecord } from '../call.ts'
import { createClients } from '../clients.ts'
import { load } from '../lazy-sdk.ts'
import { createRepositories } from './repositories.ts'
import { createScans } from './scans.ts'
import { createStoredImages } from './stored-images.ts'

export interface RegistryOptions {
  /** The name of the repository, without a host. */
  readonly repository: string
  /** The account of the registry; without it, that of the credentials. */
  readonly registryId?: string | undefined
  /** Without it, the environment's (`AWS_REGION`). */
  readonly region?: string | undefined
  readonly clock: Clock
  /** In [0, 1): spreads the pauses between attempts. */
  readonly random?: () => number
  /** Told of every attempt, for debug logs. */
  readonly onCall?: (record: CallRecord) => void
  /** Ends all calls. */
  readonly signal?: AbortSignal
}

/** One repository of ECR, over the AWS SDK. Nothing is sent before it is used. */
export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  const { repository, registryId, region, clock, random = Math.random, signal, onCall } = options
  const sdk = await load.ecr()
  const access = {
    sdk,
    client: createClients(region).of(sdk.ECRClient),
    call: createCall({ clock, random, ...(onCall && { onCall }), ...(signal && { signal }) }),
    place: { ...(registryId !== undefined && { registryId }), repositoryName: repository },
    resource: `repository ${repository}`,
  }
  return {
    ...createRepositories(access),
    ...createStoredImages(access, signal),
    ...createScans(access),
  }
}

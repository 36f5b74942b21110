import * as sdk from '@aws-sdk/client-ecr'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Images, Place } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import type { ApiParts } from './api/api-parts.ts'
import { accountSettingHandlers } from './api/account-settings.ts'
import { imageChangeHandlers } from './api/image-changes.ts'
import { imageLookupHandlers } from './api/image-lookups.ts'
import { imageScanHandlers } from './api/image-scans.ts'
import { layerHandlers } from './api/layers.ts'
import { lifecyclePolicyHandlers } from './api/lifecycle-policies.ts'
import { policyHandlers } from './api/policies.ts'
import { repositoryHandlers } from './api/repositories.ts'
import { resourceTagHandlers } from './api/resource-tags.ts'
import { scanningConfigurationHandlers } from './api/scanning-configuration.ts'
import { createImages } from './pull.ts'
import { createRegistry } from './registry.ts'
import { RegistryFaults } from './registry/faults.ts'
import type { ScanChoices } from './scanning/choices.ts'
import { EcrStore } from './store.ts'
import { Tokens } from './tokens.ts'

export interface EcrDependencies {
  readonly clock: Clock
  readonly place: Place
  /**
   * Host and port at which the registry is served, for example `127.0.0.1:5000`; asked for when an answer names
   * it, so the port may be chosen later.
   */
  readonly registryHost: () => string
}

export interface Ecr {
  readonly service: Service
  readonly images: Images
  /** For a node:http server of its own. */
  readonly registry: (request: IncomingMessage, response: ServerResponse) => void
  readonly store: EcrStore
  readonly scans: ScanChoices
  readonly registryFaults: RegistryFaults
  /** Lets go of everything that was pushed. */
  close(): void
}

/**
 * ECR: the API, the registry behind it, and what tasks pull from; all three see the same images. A repository's
 * `repositoryUri` is `<registryHost>/<name>`, so that `docker push` works as the answer prints it; the account's own
 * host name (`….dkr.ecr.….amazonaws.com/<name>`) works in task definitions too. What scans find is chosen
 * by `scans`.
 */
export function createEcr(dependencies: EcrDependencies): Ecr {
  const { clock, place, registryHost } = dependencies
  const store = new EcrStore(clock, place)
  const registryFaults = new RegistryFaults()
  const parts: ApiParts = { clock, store, tokens: new Tokens(clock), place, registryHost }
  return {
    service: defineService(sdk, new sdk.ECRClient({ region: place.region }), {
      ...repositoryHandlers(parts),
      ...imageLookupHandlers(parts),
      ...imageChangeHandlers(parts),
      ...layerHandlers(parts),
      ...policyHandlers(parts),
      ...lifecyclePolicyHandlers(parts),
      ...imageScanHandlers(parts),
      ...scanningConfigurationHandlers(parts),
      ...resourceTagHandlers(parts),
      ...accountSettingHandlers(parts),
    }),
    images: createImages(parts),
    registry: createRegistry({ ...parts, registryFaults }),
    store,
    scans: store.scanner.choices,
    registryFaults,
    close: () => {
      store.clear()
    },
  }
}

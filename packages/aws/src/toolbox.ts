import type { Call } from './call.ts'
import type { Clients } from './clients.ts'
import type { SharedReads } from './shared-reads.ts'

/** How to reach AWS. */
export interface AwsAccess {
  readonly clients: Clients
  readonly call: Call
}

/** What the ports of a service are made from: how to reach AWS, and the one service that all of them are about. */
export interface Toolbox extends AwsAccess {
  /** Name or ARN. */
  readonly cluster: string
  /** Name or ARN. */
  readonly service: string
  readonly reads: SharedReads
}

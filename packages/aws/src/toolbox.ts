import type { Call } from './call.ts'
import type { Clients } from './clients.ts'

/** What every port is made from: how to reach AWS, and the one service that all of them are about. */
export interface Toolbox {
  readonly clients: Clients
  readonly call: Call
  /** Name or ARN. */
  readonly cluster: string
  /** Name or ARN. */
  readonly service: string
}

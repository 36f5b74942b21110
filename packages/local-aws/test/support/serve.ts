import { CallLog } from '../../src/calls.ts'
import type { Clock } from '../../src/clock/clock.ts'
import { ScaledClock } from '../../src/clock/scaled-clock.ts'
import { Faults } from '../../src/wire/faults.ts'
import { awsHandler } from '../../src/wire/handler.ts'
import { closeServer, openServer, portOf } from '../../src/wire/http-server.ts'
import type { Service } from '../../src/wire/service.ts'

export interface Served {
  /** What a client of the SDK is made with. */
  readonly client: {
    readonly endpoint: string
    readonly region: string
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
    readonly maxAttempts: number
  }
  readonly url: string
  readonly calls: CallLog
  readonly faults: Faults
  close(): void
}

/** Opens the AWS door alone, for services under test. */
export async function serve(
  services: readonly Service[],
  clock: Clock = new ScaledClock(),
): Promise<Served> {
  const calls = new CallLog()
  const faults = new Faults()
  const server = await openServer('services', awsHandler({ services, calls, clock, faults }))
  const url = `http://127.0.0.1:${portOf(server)}`
  return {
    client: {
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'secret' },
      maxAttempts: 1,
    },
    url,
    calls,
    faults,
    close: () => {
      void closeServer(server)
    },
  }
}

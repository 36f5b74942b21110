import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import {
  createCloudWatch,
  type CloudWatch as LocalCloudWatch,
} from '../../src/services/cloudwatch/cloudwatch.ts'
import { createSns, type Sns } from '../../src/services/sns/sns.ts'
import { serve, type Served } from '../support/serve.ts'

export interface TestCloudWatch {
  /** Stands at 2026-11-20 10:00:00 UTC. */
  readonly clock: VirtualClock
  readonly local: LocalCloudWatch
  readonly sns: Sns
  /** A real client, over HTTP. */
  readonly client: CloudWatch
  readonly served: Served
  close(): void
}

export const START = Date.UTC(2026, 10, 20, 10, 0, 0)
export const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alerts'

export async function testCloudWatch(): Promise<TestCloudWatch> {
  const clock = new VirtualClock(START)
  const place = { account: '123456789012', region: 'us-east-1' }
  const sns = createSns({ clock, place })
  const local = createCloudWatch({ clock, place, topics: sns.topics })
  const served = await serve([local.service, sns.service], clock)
  const client = new CloudWatch(served.client)
  return {
    clock,
    local,
    sns,
    client,
    served,
    close: () => {
      client.destroy()
      local.close()
      served.close()
    },
  }
}

/** Minutes after the start, as a date. */
export const minute = (count: number): Date => new Date(START + count * 60_000)

/** `-` is a period without data; other words are numbers. */
export const series = (words: string): readonly (number | undefined)[] =>
  words.split(/\s+/).map((word) => (word === '-' ? undefined : Number(word)))

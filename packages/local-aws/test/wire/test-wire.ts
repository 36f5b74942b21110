/** A few operations of real services, to see what the wire makes of them. */
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as ecs from '@aws-sdk/client-ecs'
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor'
import { request } from 'node:http'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { defineService } from '../../src/wire/service.ts'
import { serve, type Served } from '../support/serve.ts'

const $metadata = {}
const options = { region: 'us-east-1' }

/** `ListClusters` answers; `DescribeServices`, `DescribeTargetHealth` and `SetAlarmState` fail as AWS does. */
export const serveWire = (): Promise<Served> =>
  serve(
    [
      defineService(
        ecs,
        new ecs.ECSClient(options),
        {
          ListClusters: () => ({ clusterArns: [] }),
          ListServices: () => {
            throw new Error('a mistake with a secret in it')
          },
          DescribeServices: () => {
            throw new ecs.ClusterNotFoundException({ message: 'Cluster not found.', $metadata })
          },
          StopServiceDeployment: () => {
            throw new ecs.ConflictException({
              message: 'Not now.',
              resourceIds: ['arn:one', 'arn:two'],
              $metadata,
            })
          },
          RegisterTaskDefinition: () => ({}),
          CreateService: () => ({ service: {} }),
        },
        {
          CreateService: [
            { path: 'launchType', oneOf: ['EC2', 'FARGATE'] },
            { path: 'serviceName', pattern: /^[\w-]+$/ },
            { path: 'desiredCount', minimum: 0, maximum: 5000 },
            { path: 'tags', maxLength: 2 },
            { path: 'tags.key', minLength: 1, maxLength: 3 },
          ],
        },
      ),
      defineService(elb, new elb.ElasticLoadBalancingV2Client(options), {
        DescribeLoadBalancers: () => ({ LoadBalancers: [] }),
        DescribeTargetHealth: () => {
          throw new elb.TargetGroupNotFoundException({ message: 'No such group', $metadata })
        },
      }),
      defineService(cloudwatch, new cloudwatch.CloudWatchClient(options), {
        ListMetrics: () => ({ Metrics: [] }),
        PutMetricData: () => ({}),
        SetAlarmState: () => {
          throw new cloudwatch.ResourceNotFound({ message: 'Alarm not found', $metadata })
        },
      }),
    ],
    new VirtualClock(),
  )

export const CBOR = { protocol: SmithyRpcV2CborProtocol }

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A request as no SDK would write it. */
export function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

/** What a call was refused with. */
export async function failure(
  work: Promise<unknown>,
): Promise<Error & { readonly $metadata?: { readonly httpStatusCode?: number } }> {
  try {
    await work
  } catch (error) {
    return error as Error
  }
  throw new Error('It did not fail.')
}

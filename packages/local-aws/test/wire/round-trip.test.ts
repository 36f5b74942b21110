/**
 * Every operation of every supported client, both ways: a generated input from the real client to a handler, and a
 * generated output from the handler to the client, each deeply equal at its end. Guards every upgrade of the SDK.
 */
import { afterAll, describe, expect, test } from '@jest/globals'
import * as autoscaling from '@aws-sdk/client-application-auto-scaling'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as codedeploy from '@aws-sdk/client-codedeploy'
import * as ecr from '@aws-sdk/client-ecr'
import * as ecs from '@aws-sdk/client-ecs'
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import * as route53 from '@aws-sdk/client-route-53'
import * as sns from '@aws-sdk/client-sns'
import * as sts from '@aws-sdk/client-sts'
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor'
import { NormalizedSchema } from '@smithy/core/schema'
import { defineService } from '../../src/wire/service.ts'
import { serve, type Served } from '../support/serve.ts'

type Sdk = Readonly<Record<string, unknown>>
interface AnyClient {
  readonly config: object
  send(command: unknown): Promise<Record<string, unknown>>
}
type ClientClass = new (options: object) => AnyClient
type CommandClass = new (input: unknown) => unknown
type StaticOperation = readonly [9, string, string, unknown, unknown, unknown]

/** Answers that are event streams; the wire does not speak those. */
const EVENT_STREAMS = ['CloudWatch Logs GetLogObject', 'CloudWatch Logs StartLiveTail']

const CLIENTS: readonly (readonly [string, Sdk, ClientClass, boolean])[] = [
  ['ECS', ecs, ecs.ECSClient, false],
  ['ECR', ecr, ecr.ECRClient, false],
  ['CloudWatch', cloudwatch, cloudwatch.CloudWatchClient, false],
  ['CloudWatch in CBOR', cloudwatch, cloudwatch.CloudWatchClient, true],
  ['ELBv2', elb, elb.ElasticLoadBalancingV2Client, false],
  ['SNS', sns, sns.SNSClient, false],
  ['STS', sts, sts.STSClient, false],
  ['CloudWatch Logs', logs, logs.CloudWatchLogsClient, false],
  ['CodeDeploy', codedeploy, codedeploy.CodeDeployClient, false],
  ['Route 53', route53, route53.Route53Client, false],
  ['Auto Scaling', autoscaling, autoscaling.ApplicationAutoScalingClient, false],
]

const isOperation = (value: unknown): value is StaticOperation =>
  Array.isArray(value) && value[0] === 9

const servers: Served[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

describe.each(CLIENTS)('%s', (name, sdk, Client, isCbor) => {
  test('every operation arrives as it was sent, and so does its answer', async () => {
    const options = isCbor ? { protocol: SmithyRpcV2CborProtocol } : {}
    const operations = Object.values(sdk).filter(isOperation)
    let received: unknown
    let reply: unknown
    const handlers = Object.fromEntries(
      operations.map(([, , operation]) => [
        operation,
        (input: unknown) => {
          received = input
          return reply
        },
      ]),
    )
    const service = defineService(sdk, new Client({ region: 'us-east-1' }), handlers as never)
    const served = await serve([service])
    servers.push(served)
    const client = new Client({ ...served.client, ...options, disableHostPrefix: true })
    const wrong: string[] = []
    for (const [, , operation, , inputSchema, outputSchema] of operations) {
      const input = sample(NormalizedSchema.of(inputSchema as never))
      reply = sample(NormalizedSchema.of(outputSchema as never))
      received = undefined
      const Command = sdk[`${operation}Command`] as CommandClass
      try {
        const { $metadata: _metadata, ...output } = await client.send(
          // A fresh one: structuredClone makes the dates of another realm.
          new Command(sample(NormalizedSchema.of(inputSchema as never))),
        )
        expect(plain(received)).toEqual(plain(input))
        expect(plain(output)).toEqual(plain(reply))
      } catch (error) {
        const said = (error as Error).message.split('\n').slice(0, 12).join(' | ')
        if (!EVENT_STREAMS.includes(`${name} ${operation}`)) wrong.push(`${operation}: ${said}`)
      }
    }
    expect(operations.length).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  }, 30_000)
})

/** Bytes compare by their content, whichever class holds them. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? {}, (_key, each: unknown) =>
      each instanceof Uint8Array ? { bytes: [...each] } : each,
    ),
  )

/** A value that uses every member, with the characters that are easy to get wrong. */
function sample(schema: NormalizedSchema, name = 'v', depth = 0): unknown {
  if (schema.isUnitSchema()) return {}
  if (schema.isStructSchema()) {
    const out: Record<string, unknown> = {}
    for (const [member, memberSchema] of schema.structIterator()) {
      const isNested =
        memberSchema.isStructSchema() || memberSchema.isListSchema() || memberSchema.isMapSchema()
      if (depth > 8 && isNested) continue
      if (memberSchema.isStreaming() && memberSchema.isStructSchema()) continue
      // A header of HTTP has no other letters.
      const isHeader = memberSchema.getMergedTraits().httpHeader !== undefined
      out[member] = isHeader ? `${member} x` : sample(memberSchema, member, depth + 1)
      if (schema.isUnionSchema()) break
    }
    return out
  }
  if (schema.isListSchema()) {
    const item = (): unknown => sample(schema.getValueSchema(), name, depth + 1)
    return [item(), item()]
  }
  if (schema.isMapSchema()) {
    const value = (): unknown => sample(schema.getValueSchema(), name, depth + 1)
    return { k1: value(), 'k 2&': value() }
  }
  if (schema.isBlobSchema()) return new Uint8Array([1, 2, 250])
  if (schema.isTimestampSchema()) return new Date('2026-11-20T10:00:00Z')
  if (schema.isBooleanSchema()) return true
  if (schema.isNumericSchema()) return 7
  if (schema.isDocumentSchema()) return { a: [1, 'x'] }
  return /id$/i.test(name) ? 'Zab12' : `${name} <ü&'"> x`
}

/** Load balancers under test: the service behind the real wire, real targets, real requests. */
import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  ElasticLoadBalancingV2,
  type Action,
  type CreateTargetGroupCommandInput,
  type TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../../src/clock/clock.ts'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createElbv2, type Elbv2, type Elbv2Deps } from '../../src/services/elbv2/elbv2.ts'
import type { Target } from '../../src/services/elbv2/part.ts'
import { serve } from '../support/serve.ts'

export const PLACE = { account: '123456789012', region: 'us-east-1' }
const ARN = `arn:aws:elasticloadbalancing:${PLACE.region}:${PLACE.account}`
/** ARNs that nothing has. */
export const NO_GROUP = `${ARN}:targetgroup/none/0123456789abcdef`
export const NO_LISTENER = `${ARN}:listener/app/none/0123456789abcdef/0123456789abcdef`
export const SUBNETS = ['subnet-1', 'subnet-2']

export interface Recorded {
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly value: number
  readonly unit: string | undefined
}

export interface World<C extends Clock> {
  readonly clock: C
  readonly elb: Elbv2
  /** The SDK's own client, through the wire. */
  readonly client: ElasticLoadBalancingV2
  readonly metrics: Recorded[]
  close(): Promise<void>
}

export async function makeWorld<C extends Clock>(
  clock: C,
  options: Pick<Elbv2Deps, 'listenPort'> = {},
): Promise<World<C>> {
  const metrics: Recorded[] = []
  const elb = createElbv2({
    clock,
    place: PLACE,
    metrics: {
      record: (namespace, name, dimensions, value, unit) => {
        if (namespace !== 'AWS/ApplicationELB') throw new Error(`${namespace} is not ours.`)
        metrics.push({ name, dimensions, value, unit })
      },
    },
    ...options,
  })
  const served = await serve([elb.service], clock)
  const client = new ElasticLoadBalancingV2(served.client)
  return {
    clock,
    elb,
    client,
    metrics,
    close: async () => {
      client.destroy()
      served.close()
      await elb.close()
    },
  }
}

export const virtualWorld = (): Promise<World<VirtualClock>> => makeWorld(new VirtualClock())

export async function createLoadBalancer({ client }: World<Clock>, Name = 'web'): Promise<string> {
  const answer = await client.createLoadBalancer({ Name, Subnets: SUBNETS })
  return answer.LoadBalancers?.[0]?.LoadBalancerArn ?? ''
}

/** Health checks every 10 seconds at `/health`, two for either verdict, 20 seconds of draining. */
export async function createGroup(
  { client }: World<Clock>,
  Name: string,
  settings: Partial<CreateTargetGroupCommandInput> = {},
): Promise<string> {
  const answer = await client.createTargetGroup({
    Name,
    Protocol: 'HTTP',
    Port: 3000,
    VpcId: 'vpc-1',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    ...settings,
  })
  const TargetGroupArn = answer.TargetGroups?.[0]?.TargetGroupArn ?? ''
  await client.modifyTargetGroupAttributes({
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }],
  })
  return TargetGroupArn
}

export interface TestListener {
  readonly arn: string
  /** The real one. */
  readonly port: number
}

export async function createListener(
  { client, elb }: World<Clock>,
  LoadBalancerArn: string,
  DefaultActions: Action[],
  Port = 80,
): Promise<TestListener> {
  const answer = await client.createListener({
    LoadBalancerArn,
    Protocol: 'HTTP',
    Port,
    DefaultActions,
  })
  const arn = answer.Listeners?.[0]?.ListenerArn ?? ''
  return { arn, port: elb.listenerAddress(arn).port }
}

export interface Stack {
  readonly loadBalancer: string
  readonly group: string
  readonly listener: TestListener
}

/** A load balancer whose listener forwards to one target group. */
export async function createStack(
  world: World<Clock>,
  settings: Partial<CreateTargetGroupCommandInput> = {},
): Promise<Stack> {
  const loadBalancer = await createLoadBalancer(world)
  const group = await createGroup(world, 'web', settings)
  const listener = await createListener(world, loadBalancer, [
    { Type: 'forward', TargetGroupArn: group },
  ])
  return { loadBalancer, group, listener }
}

export interface TestTarget {
  /** As ECS would register it: an address of a network that is not here, and where it really is. */
  readonly target: Target
  /** Of every request but health checks. */
  readonly seen: readonly IncomingMessage[]
  readonly checks: readonly IncomingMessage[]
  close(): void
}

/** What a program does with a request; it may take its time. */
export type Program = (request: IncomingMessage, response: ServerResponse) => unknown

let nextAddress = 1

/** A real program. It passes its health checks, at `/health`, unless `health` says otherwise. */
export async function startTarget(
  answer: Program = (_request, response) => response.end('ok'),
  health: Program = (_request, response) => response.end(),
): Promise<TestTarget> {
  const seen: IncomingMessage[] = []
  const checks: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const isCheck = request.url === '/health'
    ;(isCheck ? checks : seen).push(request)
    if (isCheck) health(request, response)
    else answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const id = `10.0.0.${nextAddress++ % 250}`
  return {
    target: { id, port: 3000, dial: { host: '127.0.0.1', port } },
    seen,
    checks,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** A program that says its name. */
export const startNamed = (name: string): Promise<TestTarget> =>
  startTarget((_request, response) => response.end(name))

/** Registers the targets and lets time pass until they are healthy. */
export async function registerHealthy(
  { elb, clock }: World<VirtualClock>,
  group: string,
  ...targets: readonly TestTarget[]
): Promise<void> {
  for (const { target } of targets) elb.targetGroups.register(group, target)
  await clock.advance(1_000)
  for (const { target } of targets) {
    const health = elb.targetGroups.health(group, target)
    if (health?.State !== 'healthy') throw new Error(`${target.id} is ${health?.State}.`)
  }
}

/** What DescribeTargetHealth says of the group's targets, in their order. */
export async function healthOf(
  { client }: World<Clock>,
  TargetGroupArn: string,
): Promise<(TargetHealth | undefined)[]> {
  const answer = await client.describeTargetHealth({ TargetGroupArn })
  return answer.TargetHealthDescriptions?.map((each) => each.TargetHealth) ?? []
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Ask {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly agent?: Agent
  readonly signal?: AbortSignal
}

/** One real request to a port of this machine. */
export async function ask(port: number, given: Ask = {}): Promise<Answer> {
  const { path = '/', method = 'GET', headers = {}, body, agent, signal } = given
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method,
    // node:http frames the body of a DELETE only when it is told how.
    headers: {
      ...(body === undefined || 'transfer-encoding' in headers
        ? {}
        : { 'content-length': String(body.length) }),
      ...headers,
    },
    agent: agent ?? false,
    ...(signal ? { signal } : {}),
  })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
  }
}

/** `count` requests, one after the other; how many of each body came back. */
export async function tally(port: number, count: number, given: Ask = {}): Promise<Counts> {
  const agent = new Agent({ keepAlive: true })
  const counts: Counts = {}
  for (let index = 0; index < count; index++) {
    const { body } = await ask(port, { ...given, agent })
    counts[body] = (counts[body] ?? 0) + 1
  }
  agent.destroy()
  return counts
}

export type Counts = Record<string, number>

/** A promise and what settles it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  return {
    opened: promise,
    open: () => {
      resolve(undefined)
    },
  }
}

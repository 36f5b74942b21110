/** The data plane: what a listener does with one request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../clock/clock.ts'
import { answerError, answerFixed, answerRedirect } from './direct-answers.ts'
import { requestHeaders } from './headers.ts'
import {
  forwardsOf,
  type ElbState,
  type ListenerRecord,
  type TargetGroupRecord,
  type TargetRecord,
} from './model.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { finalAction, nextTarget, ruleFor, type GroupTurns } from './routing.ts'
import { idleTimeoutSeconds, leastWall } from './settings.ts'
import { attempt, type Outcome } from './upstream.ts'

export interface ProxyDeps {
  readonly state: ElbState
  readonly clock: Clock
  readonly metrics: RequestMetrics
}

interface Exchange {
  readonly listener: ListenerRecord
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Resolves when the request is answered, or its client gone. Never rejects. */
export async function handle(
  deps: ProxyDeps,
  turns: GroupTurns,
  exchange: Exchange,
): Promise<void> {
  const { listener, request, response } = exchange
  const balancer = listener.loadBalancer.dimension
  const action = finalAction(ruleFor(listener, request))
  switch (action?.Type) {
    case 'forward': {
      const arn = turns.next(action, forwardsOf(action))
      const group = deps.state.targetGroups.get(arn ?? '')
      const target = group && nextTarget(group)
      // No registered target: 503, and no request is counted (guide, RequestCount: 'only incremented for requests where
      // the load balancer node was able to choose a target').
      if (!group || !target) refuse(deps, exchange, 503)
      else await forward(deps, exchange, group, target)
      return
    }
    case 'fixed-response':
      deps.metrics.count('HTTP_Fixed_Response_Count', balancer)
      answerFixed(response, action)
      return
    case 'redirect':
      deps.metrics.count('HTTP_Redirect_Count', balancer)
      answerRedirect(request, response, action)
      return
    default:
      refuse(deps, exchange, 500)
  }
}

function refuse(deps: ProxyDeps, { listener, response }: Exchange, status: number): void {
  deps.metrics.refused(listener.loadBalancer.dimension, status)
  answerError(response, status)
}

/** May be sent twice without harm. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Requests that may be sent twice go over kept connections, and once more over a fresh one when the target had just
 * closed the kept one. All others get a fresh connection at once. So a connection that closes while it is idle, as
 * those of every leaving task do, costs no request.
 */
async function forward(
  deps: ProxyDeps,
  exchange: Exchange,
  group: TargetGroupRecord,
  target: TargetRecord,
): Promise<void> {
  const { request, response, listener } = exchange
  const { connections } = target
  deps.metrics.count('RequestCount', listener.loadBalancer.dimension, group.dimension)
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  const isRepeatable = IDEMPOTENT.has(request.method ?? '') && !hasBody
  const send = (isKept: boolean): Promise<Outcome> =>
    attemptAt(deps, exchange, group, target, { hasBody, isKept })

  const outcome = await connections.during(async () => {
    const first = await send(isRepeatable)
    const isWorthwhile = first === 'stale' && !connections.isClosed && !response.destroyed
    return isWorthwhile ? send(false) : first
  })
  conclude(deps, exchange, group, outcome)
}

function attemptAt(
  { clock, metrics }: ProxyDeps,
  { request, response, listener }: Exchange,
  group: TargetGroupRecord,
  { target, connections }: TargetRecord,
  { hasBody, isKept }: { readonly hasBody: boolean; readonly isKept: boolean },
): Promise<Outcome> {
  const sentAt = clock.now()
  const { loadBalancer } = listener
  return attempt({
    request,
    response,
    hasBody,
    options: {
      host: target.dial.host,
      port: target.dial.port,
      method: request.method,
      path: request.url,
      headers: requestHeaders(request, sentAt),
      agent: isKept ? connections.kept : connections.fresh,
      timeout: leastWall(clock, idleTimeoutSeconds(loadBalancer)),
    },
    onAnswer: (answer) => {
      const ms = clock.now() - sentAt + declaredLatency(answer)
      const status = answer.statusCode ?? 0
      metrics.answered(loadBalancer.dimension, group.dimension, status, ms / 1000)
    },
  })
}

/** Milliseconds that a target says it took, for programs under virtual time, which cannot be slow. Not of AWS. */
function declaredLatency(answer: IncomingMessage): number {
  const declared = Number(answer.headers['x-virtual-latency-ms'] ?? 0)
  return declared > 0 ? declared : 0
}

/** The codes are those of the guide, 'Troubleshoot your Application Load Balancers'. */
function conclude(
  deps: ProxyDeps,
  exchange: Exchange,
  group: TargetGroupRecord,
  outcome: Outcome,
): void {
  const balancer = exchange.listener.loadBalancer.dimension
  switch (outcome) {
    case 'answered':
      return
    case 'abandoned':
      deps.metrics.refused(balancer, 460)
      return
    case 'refused':
      deps.metrics.count('TargetConnectionErrorCount', balancer, group.dimension)
      refuse(deps, exchange, 502)
      return
    case 'stale':
    case 'broken':
      refuse(deps, exchange, 502)
      return
    case 'timed-out':
      refuse(deps, exchange, 504)
  }
}

import type { Evidence } from './evidence.ts'
import { oneLine } from './quote.ts'

/** A group of failed tasks, its texts cleaned. */
export interface Failure {
  readonly stopCode: string
  readonly container: string | undefined
  readonly exitCode: number | undefined
  readonly log: readonly string[]
}

/**
 * One thing that speaks of what went wrong. `task`: why tasks stopped. `health`: what the load balancer says of a
 * target. `event`: any other event of the service. `grace`: tasks were stopped for their health within no grace period.
 */
export interface Sign {
  readonly kind: 'task' | 'health' | 'event' | 'grace'
  readonly text: string
  readonly failure: Failure | undefined
}

export interface ContainerFacts {
  readonly name: string
  readonly image: string
  readonly memory: string
  readonly logGroup: string
  readonly hasLogs: boolean
  readonly healthCommand: string
}

export interface Facts {
  readonly signs: readonly Sign[]
  readonly containers: readonly ContainerFacts[]
  /** Where the load balancer sends requests, when there is only one such place. */
  readonly behindBalancer: { readonly container: string; readonly port: number } | undefined
  readonly gracePeriodSeconds: number
  readonly executionRole: string
  readonly architecture: string
  readonly memory: string
}

/** Reads the evidence; whatever has not the type it should have counts as missing. */
export function factsOf(evidence: Evidence): Facts {
  const { failures, unhealthyTargets, events, service } = evidence
  const document = record(evidence.taskDefinition)
  const balancers = list(service?.loadBalancers).map(record)
  const balancer = balancers.length === 1 ? balancers[0] : undefined
  const gracePeriodSeconds = number(service?.healthCheckGracePeriodSeconds) ?? 0
  const signs = [
    ...list(failures).flatMap(failureSigns),
    ...list(unhealthyTargets).map(targetSign),
    ...list(events).map(eventSign),
  ]
  return {
    signs: [...signs, ...graceSigns(signs, gracePeriodSeconds)],
    containers: list(document['containerDefinitions']).map(containerFacts),
    behindBalancer: balancer && {
      container: oneLine(balancer['containerName']) || 'the container',
      port: number(balancer['containerPort']) ?? 0,
    },
    gracePeriodSeconds,
    executionRole: oneLine(document['executionRoleArn']).split('/').at(-1) ?? '',
    architecture: oneLine(record(document['runtimePlatform'])['cpuArchitecture']) || 'X86_64',
    memory: word(document['memory']),
  }
}

const HEALTH_OF_TARGET = /failed ELB health checks/i

function failureSigns(value: unknown): readonly Sign[] {
  const given = record(value)
  const failure = {
    stopCode: oneLine(given['stopCode']),
    container: oneLine(given['container']) || undefined,
    exitCode: number(given['exitCode']),
    log: list(given['logTail'])
      .map(oneLine)
      .filter((text) => text !== ''),
  }
  const stoppedReason = oneLine(given['stoppedReason'])
  const detail = oneLine(given['containerReason'])
  // Beside a failed health check stands what the load balancer said, not the container.
  if (HEALTH_OF_TARGET.test(stoppedReason)) return [{ kind: 'health', text: detail, failure }]
  return [{ kind: 'task', text: `${stoppedReason} ${detail}`.trim(), failure }]
}

function targetSign(value: unknown): Sign {
  const target = record(value)
  const text = `${oneLine(target['reason'])} ${oneLine(target['description'])}`.trim()
  return { kind: 'health', text, failure: undefined }
}

/** The words around it: 'Amazon ECS service unhealthy event messages' in the developer guide. */
const UNHEALTHY_EVENT = /is unhealthy in \(?target-group.*? due to \(reason (.*)\)\.?$/

function eventSign(value: unknown): Sign {
  const text = oneLine(value)
  const reason = UNHEALTHY_EVENT.exec(text)?.[1]
  return reason === undefined
    ? { kind: 'event', text, failure: undefined }
    : { kind: 'health', text: reason, failure: undefined }
}

/** So many seconds give most programs the time to start. */
const COMMON_START_SECONDS = 60

/** A program that is still starting refuses, is silent, or lets a proxy before it answer 502, 503 or 504. */
const MAY_BE_STARTING =
  /Request timed out|^(Target\.FailedHealthChecks )?Health checks failed$|\[50[234]/

function graceSigns(signs: readonly Sign[], gracePeriodSeconds: number): readonly Sign[] {
  const wasStopped = signs.some(({ kind, failure }) => kind === 'health' && failure !== undefined)
  const mayStart = signs.some(({ kind, text }) => kind === 'health' && MAY_BE_STARTING.test(text))
  return wasStopped && mayStart && gracePeriodSeconds < COMMON_START_SECONDS
    ? [{ kind: 'grace', text: '', failure: undefined }]
    : []
}

function containerFacts(value: unknown): ContainerFacts {
  const container = record(value)
  const logs = record(container['logConfiguration'])
  return {
    name: oneLine(container['name']),
    image: oneLine(container['image']),
    memory: word(container['memory']),
    logGroup: oneLine(record(logs['options'])['awslogs-group']),
    hasLogs: oneLine(logs['logDriver']) !== '',
    healthCommand: list(record(container['healthCheck'])['command'])
      .map(oneLine)
      .filter((part) => part !== 'CMD' && part !== 'CMD-SHELL')
      .join(' '),
  }
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

const word = (value: unknown): string => oneLine(typeof value === 'number' ? `${value}` : value)

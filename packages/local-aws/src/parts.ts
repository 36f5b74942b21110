/**
 * What the services of the local endpoint need of each other. Each service implements its own part and sees the
 * others only through these interfaces, so that a service can be read, and tested, alone.
 */
import type { AlarmStates, MetricSink } from './services/cloudwatch/part.ts'
import type { Clock } from './clock/clock.ts'
import type { Images } from './services/ecr/part.ts'
import type { LogSink } from './services/logs/part.ts'
import type { BlueGreenServices } from './services/ecs/part.ts'
import type { ListenerRules, TargetGroups, TrafficRoutes } from './services/elbv2/part.ts'
import type { Topics } from './services/sns/part.ts'

export type {
  AlarmStates,
  BlueGreenServices,
  Clock,
  Images,
  ListenerRules,
  LogSink,
  MetricSink,
  TargetGroups,
  Topics,
  TrafficRoutes,
}

/** Where and for whom the endpoint pretends to be. */
export interface Place {
  /** Twelve digits. */
  readonly account: string
  /** For example `us-east-1`. One endpoint is one region. */
  readonly region: string
}

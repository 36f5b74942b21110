/** Settings of load balancers and target groups that the data plane goes by: AWS's defaults, and readers. */
import type { Clock } from '../../clock/clock.ts'
import type { LoadBalancerRecord, TargetGroupRecord } from './model.ts'

/**
 * Of health checks of HTTP target groups (Application Load Balancer guide, 'Health check settings'). The API reference
 * says 6 seconds for the timeout, the guide and the console 5.
 */
export const DEFAULTS = {
  path: '/',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  codes: '200',
} as const

/** Least time on the wall for a socket: this machine's own slowness under a fast clock is not the target's. */
const LEAST_WALL_MS = 1000

/** `seconds` of AWS time as milliseconds on the wall, for socket time-outs. */
export const leastWall = (clock: Clock, seconds: number): number =>
  Math.max(LEAST_WALL_MS, clock.wallMilliseconds(seconds * 1000))

/** Least time on the wall, under a clock that runs faster than it, for the requests that a leaving target still has. */
const LEAST_WALL_DRAIN_MS = 2000

/** Milliseconds of AWS time that a target may drain at least while it has requests; 0 at the wall's own pace. */
export function leastDrain(clock: Clock): number {
  const wallPerMillisecond = clock.wallMilliseconds(1)
  return wallPerMillisecond < 1 ? LEAST_WALL_DRAIN_MS / wallPerMillisecond : 0
}

/** Milliseconds. */
export const deregistrationDelay = (group: TargetGroupRecord): number =>
  numberOf(group.attributes, 'deregistration_delay.timeout_seconds', 300) * 1000

/** Seconds in which neither side of a connection sends anything, after which it is given up. */
export const idleTimeoutSeconds = (loadBalancer: LoadBalancerRecord): number =>
  numberOf(loadBalancer.attributes, 'idle_timeout.timeout_seconds', 60)

function numberOf(
  attributes: readonly { Key?: string | undefined; Value?: string | undefined }[],
  key: string,
  byDefault: number,
): number {
  return Number(attributes.find(({ Key }) => Key === key)?.Value ?? byDefault)
}

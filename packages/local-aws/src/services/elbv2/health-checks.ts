/** Real health checks of each target, at their interval in AWS time. */
import { get } from 'node:http'
import type { Clock } from '../../clock/clock.ts'
import type { TargetGroupRecord, TargetRecord } from './model.ts'
import type { Target } from './part.ts'
import { DEFAULTS, leastWall } from './settings.ts'
import { INITIAL, INITIAL_CHECKS, type ProbeFailure } from './target-health.ts'

/** Between registration and the first check, in milliseconds; AWS does not document it, so this is unproven. */
const FIRST_CHECK_AFTER = 1000

export interface HealthCheckDeps {
  readonly clock: Clock
  /** Whether a listener routes to the group; targets of other groups are not checked. */
  readonly isInUse: (group: TargetGroupRecord) => boolean
  /** After each check that changed the state of the target, and after each failed one. */
  readonly onCheck: (group: TargetGroupRecord, target: TargetRecord) => void
}

/** Checks the target until it drains or its record ends. */
export function checkRegularly(
  deps: HealthCheckDeps,
  group: TargetGroupRecord,
  record: TargetRecord,
): void {
  const checkAfter = (ms: number): void => {
    record.cancelTimer = deps.clock.after(ms, () => void check())
  }
  const check = async (): Promise<void> => {
    // How long a target takes to answer does not move the next check (guide, 'Health check settings').
    checkAfter((group.shape.HealthCheckIntervalSeconds ?? DEFAULTS.intervalSeconds) * 1000)
    if (!deps.isInUse(group)) {
      record.health = INITIAL
      record.passes = record.failures = 0
      return
    }
    const failure = await deps.clock.track(probe(deps.clock, group, record.target))
    if (record.drained || record.connections.isClosed) return
    const before = record.health
    apply(group, record, failure)
    if (failure || record.health !== before) deps.onCheck(group, record)
  }
  checkAfter(FIRST_CHECK_AFTER)
}

/**
 * One result more. A new target is healthy after one passed check ("After your target is registered, it must pass one
 * health check to be considered healthy"); an unhealthy one after as many as the threshold says (Application Load
 * Balancer guide, 'Health checks for target groups').
 */
export function apply(
  group: TargetGroupRecord,
  record: TargetRecord,
  failure: ProbeFailure | undefined,
): void {
  const {
    HealthyThresholdCount = DEFAULTS.healthyThreshold,
    UnhealthyThresholdCount = DEFAULTS.unhealthyThreshold,
  } = group.shape
  const { State } = record.health
  if (!failure) {
    record.passes++
    record.failures = 0
    const isEnough = State === 'initial' || record.passes >= HealthyThresholdCount
    if (isEnough && State !== 'healthy') record.health = { State: 'healthy' }
    return
  }
  record.failures++
  record.passes = 0
  if (record.failures >= UnhealthyThresholdCount) {
    record.health = { State: 'unhealthy', ...failure }
  } else if (State === 'initial') {
    record.health = INITIAL_CHECKS
  }
}

/** The port that a health check goes to, as the API names it. */
export function healthCheckPort(group: TargetGroupRecord, target: Target): number {
  const { HealthCheckPort = 'traffic-port' } = group.shape
  return HealthCheckPort === 'traffic-port' ? target.port : Number(HealthCheckPort)
}

function probe(
  clock: Clock,
  group: TargetGroupRecord,
  target: Target,
): Promise<ProbeFailure | undefined> {
  const {
    HealthCheckPath = DEFAULTS.path,
    HealthCheckTimeoutSeconds = DEFAULTS.timeoutSeconds,
    Matcher,
  } = group.shape
  const port = healthCheckPort(group, target)
  return new Promise((resolve) => {
    const request = get(
      {
        host: target.dial.host,
        port: port === target.port ? target.dial.port : port,
        path: HealthCheckPath,
        agent: false,
        timeout: leastWall(clock, HealthCheckTimeoutSeconds),
        headers: {
          'user-agent': 'ELB-HealthChecker/2.0',
          // Not of AWS: tells programs under virtual time what time it is.
          'x-local-aws-now': String(clock.now()),
        },
      },
      (response) => {
        response.resume()
        const status = response.statusCode ?? 0
        resolve(
          matches(Matcher?.HttpCode ?? DEFAULTS.codes, status)
            ? undefined
            : {
                Reason: 'Target.ResponseCodeMismatch',
                Description: `Health checks failed with these codes: [${status}]`,
              },
        )
      },
    )
    request.once('timeout', () => {
      resolve({ Reason: 'Target.Timeout', Description: 'Request timed out' })
      request.destroy()
    })
    request.on('error', () => {
      resolve({ Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' })
    })
    // An answer that is no answer (an upgrade nobody asked for) ends in neither of the above.
    request.once('close', () => {
      resolve({ Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' })
    })
  })
}

/** `200`, `200,302`, `200-299`. */
export function matches(codes: string, status: number): boolean {
  return codes.split(',').some((part) => {
    const [from = NaN, to = from] = part.split('-').map(Number)
    return status >= from && status <= to
  })
}

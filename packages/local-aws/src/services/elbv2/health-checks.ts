/** Real health checks of each target, at their interval in AWS time. */
import { get } from 'node:http'
import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../../clock/clock.ts'
import type { TargetGroupRecord, TargetRecord } from './model.ts'
import type { Target } from './part.ts'

/** Between registration and the first check, in milliseconds; AWS does not document it, so this is unproven. */
const FIRST_CHECK_AFTER = 1000
/** On the wall: this machine's own slowness under a fast clock is not the target's. */
const LEAST_WALL_TIMEOUT = 1000

export const INITIAL: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.RegistrationInProgress',
  Description: 'Target registration is in progress',
}
export const DRAINING: TargetHealth = {
  State: 'draining',
  Reason: 'Target.DeregistrationInProgress',
  Description: 'Target deregistration is in progress',
}
export const NOT_IN_USE: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotInUse',
  Description: 'Target group is not configured to receive traffic from the load balancer',
}
export const NOT_REGISTERED: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
}

export interface HealthCheckDeps {
  readonly clock: Clock
  /** Whether a listener routes to the group; targets of other groups are not checked. */
  readonly isInUse: (group: TargetGroupRecord) => boolean
  readonly onCheck: (group: TargetGroupRecord, target: TargetRecord) => void
}

/** Checks the target until its record is cancelled. */
export function checkRegularly(
  deps: HealthCheckDeps,
  group: TargetGroupRecord,
  record: TargetRecord,
): void {
  const again = (ms: number): void => {
    const cancel = deps.clock.after(ms, () => {
      record.cancel.delete(cancel)
      void check()
    })
    record.cancel.add(cancel)
  }
  const check = async (): Promise<void> => {
    if (deps.isInUse(group)) {
      const failure = await deps.clock.track(probe(deps.clock, group, record.target))
      if (record.health.State === 'draining' || !group.targets.has(keyOf(record))) return
      apply(group, record, failure)
      deps.onCheck(group, record)
    }
    again((group.shape.HealthCheckIntervalSeconds ?? 30) * 1000)
  }
  again(FIRST_CHECK_AFTER)
}

const keyOf = ({ target }: TargetRecord): string => `${target.id}:${target.port}`

export interface ProbeFailure {
  readonly Reason: NonNullable<TargetHealth['Reason']>
  readonly Description: string
}

/**
 * One result more. A new target is healthy after one passed check, a known one after as many as the threshold says
 * (Elastic Load Balancing guide, 'Health checks for target groups').
 */
export function apply(
  group: TargetGroupRecord,
  record: TargetRecord,
  failure: ProbeFailure | undefined,
): void {
  const { HealthyThresholdCount = 5, UnhealthyThresholdCount = 2 } = group.shape
  const isNew = record.health.State === 'initial'
  if (!failure) {
    record.passes++
    record.failures = 0
    if (isNew || record.passes >= HealthyThresholdCount) record.health = { State: 'healthy' }
    return
  }
  record.failures++
  record.passes = 0
  if (record.failures >= UnhealthyThresholdCount) {
    record.health = { State: 'unhealthy', ...failure }
  } else if (isNew) {
    record.health = {
      State: 'initial',
      Reason: 'Elb.InitialHealthChecking',
      Description: 'Initial health checks in progress',
    }
  }
}

function probe(
  clock: Clock,
  group: TargetGroupRecord,
  { dial }: Target,
): Promise<ProbeFailure | undefined> {
  const { HealthCheckPath = '/', HealthCheckTimeoutSeconds = 5, Matcher } = group.shape
  const wall = Math.max(
    LEAST_WALL_TIMEOUT,
    clock.wallMilliseconds(HealthCheckTimeoutSeconds * 1000),
  )
  return new Promise((resolve) => {
    const request = get(
      {
        host: dial.host,
        port: dial.port,
        path: HealthCheckPath,
        agent: false,
        timeout: wall,
        headers: {
          'user-agent': 'ELB-HealthChecker/2.0',
          'x-local-aws-now': String(clock.now()),
        },
      },
      (response) => {
        response.resume()
        const status = response.statusCode ?? 0
        const Description = `Health checks failed with these codes: [${status}]`
        resolve(
          matches(Matcher?.HttpCode ?? '200', status)
            ? undefined
            : { Reason: 'Target.ResponseCodeMismatch', Description },
        )
      },
    )
    request.once('timeout', () => {
      resolve({ Reason: 'Target.Timeout', Description: 'Request timed out' })
      request.destroy()
    })
    request.once('error', () => {
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

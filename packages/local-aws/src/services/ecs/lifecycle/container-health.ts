import type { HealthCheck } from '@aws-sdk/client-ecs'
import type { Clock } from '../../../clock/clock.ts'
import type { RunningContainer, TaskDriver } from '../../../tasks/driver.ts'
import { sleepUnless } from './waiting.ts'

/** A process cannot be made faster than it is, however fast AWS time runs. */
const SHORTEST_TIMEOUT_WALL_MS = 1_000

/**
 * Runs a container's health check until `over`, as Docker does for ECS: first after one interval, healthy after one
 * success, unhealthy after `retries` failures in a row of which those in the start period do not count. Defaults and
 * units (seconds) from API_HealthCheck. Calls `report` when the verdict changes.
 */
export async function watchHealth(
  container: RunningContainer,
  check: HealthCheck,
  deps: { readonly clock: Clock; readonly driver: TaskDriver },
  over: AbortSignal,
  report: (isHealthy: boolean) => void,
): Promise<void> {
  const { interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = check
  const { clock, driver } = deps
  const command = commandOf(check)
  const wallTimeout = Math.max(clock.wallMilliseconds(timeout * 1000), SHORTEST_TIMEOUT_WALL_MS)
  const countsFrom = clock.now() + startPeriod * 1000
  let failures = 0
  let verdict: boolean | undefined
  for (;;) {
    await sleepUnless(clock, interval * 1000, over)
    if (over.aborted) return
    const passed = await clock.track(driver.check(container, command, wallTimeout))
    if (over.aborted) return
    if (passed) failures = 0
    else if (clock.now() >= countsFrom) failures++
    const now = passed ? true : failures >= retries ? false : verdict
    if (now !== verdict && now !== undefined) report(now)
    verdict = now
  }
}

/** `CMD` runs as it stands; `CMD-SHELL`, or a single string, goes to the container's shell. */
function commandOf(check: HealthCheck): readonly string[] {
  const [kind = '', ...rest] = check.command ?? []
  if (kind === 'CMD') return rest
  return ['/bin/sh', '-c', kind === 'CMD-SHELL' ? rest.join(' ') : kind]
}

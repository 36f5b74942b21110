/** How many tasks a service starts and stops next: pure arithmetic on what runs. */

export interface Counts {
  readonly desired: number
  /** Percent of `desired`, rounded up: never fewer healthy tasks than this (API_DeploymentConfiguration). */
  readonly minimumHealthyPercent: number
  /** Percent of `desired`, rounded down: never more tasks RUNNING or PENDING than this. */
  readonly maximumPercent: number
  /** Tasks of the primary deployment that are meant to run, and how many of them are healthy. */
  readonly own: { readonly all: number; readonly healthy: number }
  /** The same for all other deployments. */
  readonly others: { readonly all: number; readonly healthy: number }
}

export interface Plan {
  /** Tasks of the primary deployment to start. */
  readonly start: number
  /** Tasks of other deployments to stop: unhealthy ones, and healthy ones. */
  readonly stopOthers: { readonly unhealthy: number; readonly healthy: number }
  /** Tasks of the primary deployment that are too many. */
  readonly stopOwn: number
}

export function planNext(counts: Counts): Plan {
  const { desired, own, others } = counts
  const least = Math.ceil((desired * counts.minimumHealthyPercent) / 100)
  const most = Math.floor((desired * counts.maximumPercent) / 100)
  const healthy = own.healthy + others.healthy
  const unhealthyOthers = others.all - others.healthy
  const room = most - own.all - others.all
  const spare = Math.max(0, healthy - least)
  const missing = Math.max(0, desired - own.all)
  return {
    start: Math.max(0, Math.min(missing, room)),
    // One that serves nobody may go at once; one that serves only when others do its work.
    stopOthers: { unhealthy: unhealthyOthers, healthy: Math.min(others.healthy, spare) },
    stopOwn: Math.max(0, own.all - desired),
  }
}

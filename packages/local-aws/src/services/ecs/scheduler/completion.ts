import type { Present } from './reconcile.ts'

export interface Progress {
  readonly desired: number
  /** Tasks of the primary deployment that are meant to run. */
  readonly own: readonly Pick<Present<unknown>, 'condition'>[]
  /** All other tasks of the service that have not come to STOPPED: old ones that drain still count. */
  readonly leaving: number
}

/**
 * Whether the service is as it is meant to be: the target revision runs, healthy, at 100 % of the desired count, and
 * the tasks of the source are gone (developer guide, 'Early success criteria'). That ends a deployment, and makes a
 * service steady.
 */
export const isSteady = ({ desired, own, leaving }: Progress): boolean =>
  leaving === 0 && own.length === desired && own.every(({ condition }) => condition === 'healthy')

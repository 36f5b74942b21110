/**
 * How long a service deployment shows the states that pass by themselves, in milliseconds of AWS time. Recordings show
 * some tenths of a second (`createdAt`, `startedAt` and `finishedAt` in kayac/ecspresso#899 and #929), and no page says
 * how long they may last, so a test that is about them makes them longer.
 */
export interface DeploymentPhases {
  /** PENDING, "created, but has not started" (service-deployment.html). With 0 until the next look at the service. */
  pending: number
  /**
   * STOP_REQUESTED, before STOPPED; with 0 it is not seen. That a deployment which a newer one replaces, or which fails
   * without a rollback, passes through it is unproven: the guide only says that it is a state of one under way.
   */
  stopRequested: number
}

export const shortPhases = (): DeploymentPhases => ({ pending: 0, stopRequested: 0 })

/**
 * The errors that ports throw, told apart by what a rollout does about them. Each message names what was asked,
 * of which resource, and AWS's own words; `cause` is the original error.
 */
export class PortError extends Error {
  /** For example `ecs:DescribeServices`: the IAM action that was tried. */
  readonly action: string

  constructor(message: string, action: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.action = action
  }
}

/** The caller may not do this. Final at once: asking again does not help. */
export class Denied extends PortError {}

/** The cluster, the service, the task definition … does not exist. */
export class NotFound extends PortError {}

/** AWS does not take the request as it is (validation, client and parameter errors). Final. */
export class Refused extends PortError {}

/** The resource changed in the meantime; look again and decide again. */
export class Conflict extends PortError {}

/** The credentials ran out. Final for this run. */
export class CredentialsExpired extends PortError {}

/** Throttled, 5xx or no answer, and still so after all tries. May pass. */
export class Unreachable extends PortError {}

/**
 * The errors that ports throw, told apart by what a rollout does about them. Each message names what was asked,
 * of which resource, and AWS's own words; `cause` is the original error.
 */
export class PortError extends Error {
  // Written out in each class: a bundler gives classes other names.
  override readonly name: string = 'PortError'
  /** For example `ecs:DescribeServices`: the IAM action that was tried. */
  readonly action: string

  constructor(message: string, action: string, options?: ErrorOptions) {
    super(message, options)
    this.action = action
  }
}

/** The caller may not do this. Final at once: asking again does not help. */
export class Denied extends PortError {
  override readonly name = 'Denied'
}

/** The cluster, the service, the task definition … does not exist. */
export class NotFound extends PortError {
  override readonly name = 'NotFound'
}

/** AWS does not take the request as it is (validation, client and parameter errors). Final. */
export class Refused extends PortError {
  override readonly name = 'Refused'
}

/** The resource changed in the meantime; look again and decide again. */
export class Conflict extends PortError {
  override readonly name = 'Conflict'
}

/** The credentials ran out. Final for this run. */
export class CredentialsExpired extends PortError {
  override readonly name = 'CredentialsExpired'
}

/** Throttled, 5xx or no answer, and still so after all tries. May pass. */
export class Unreachable extends PortError {
  override readonly name: string = 'Unreachable'
}

/** A change got no answer, and nobody can tell whether it arrived: neither 'changed' nor 'not changed' is true. */
export class Unanswered extends Unreachable {
  override readonly name = 'Unanswered'
}

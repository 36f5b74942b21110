/** What an error of the SDK means, and the {@link PortError} that says so. Pure. */
import {
  Conflict,
  CredentialsExpired,
  Denied,
  NotFound,
  PortError,
  Refused,
  Unreachable,
} from '@ecs-pipeline/rollout'
import { deniedMessage } from './denied.ts'

/** What was asked of AWS, in words that an error can show. */
export interface Asked {
  /** The IAM action, for example `ecs:DescribeServices`. */
  readonly action: string
  /** For people, for example `service web in cluster prod`. */
  readonly resource: string
}

/**
 * `not-sent`: AWS never saw the request. `unanswered`: it may have. Only these two and `throttled` can pass when
 * the same is asked again.
 */
export type FailureKind =
  | 'throttled'
  | 'unanswered'
  | 'not-sent'
  | 'denied'
  | 'no-credentials'
  | 'expired'
  | 'not-found'
  | 'conflict'
  | 'refused'

/** The members of an SDK or node error that something here reads; any of them may be missing. */
interface SdkError {
  readonly name?: string
  readonly message?: string
  readonly code?: string
  readonly cause?: unknown
  readonly $metadata?: {
    readonly httpStatusCode?: number
    readonly requestId?: string
    readonly clockSkewCorrected?: boolean
  }
}

/** Every spelling that AWS services use for 'too many requests' (the SDK's list, without its quota errors). */
const THROTTLING =
  /^(Throttl(ing|ed)(Exception)?|RequestThrottled(Exception)?|TooManyRequestsException|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded|PriorRequestNotComplete)$/
const EXPIRED = /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired)$/
const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError)$/
const DENIED =
  /^(AccessDenied(Exception)?|Unauthorized(Operation|Exception)|NotAuthorized(Exception)?|UnrecognizedClientException|InvalidClientTokenId|InvalidSignature(Exception)?|SignatureDoesNotMatch|MissingAuthenticationToken(Exception)?|IncompleteSignature(Exception)?|AuthFailure|OptInRequired)$/
/** CodeDeploy has a `…DoesNotExistException` for each of its resources; Route 53 says `NoSuchHostedZone`. */
const NOT_FOUND = /^NoSuch|(NotFound|DoesNotExist)(Exception)?$/
const CONFLICT =
  /^(ConflictException|UpdateInProgressException|ConcurrentUpdateException|DeploymentAlreadyCompletedException)$/
const TIMED_OUT = /^(TimeoutError|RequestTimeout(Exception)?)$/
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
const LOST = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_HTTP2_STREAM_ERROR',
  'UND_ERR_SOCKET',
])

/** What `error` means. An error that nobody knows is `refused`: asking again would only hide it. */
export function kindOf(error: unknown): FailureKind {
  if (error instanceof Unreachable) return 'unanswered'
  if (error instanceof PortError) return error instanceof Denied ? 'denied' : 'refused'
  const { name = '', message = '', code = '', cause, $metadata } = asSdkError(error)
  const status = $metadata?.httpStatusCode
  if (THROTTLING.test(name) || status === 429) return 'throttled'
  // The SDK has just corrected its clock by AWS's: the same request signed anew is good.
  if ($metadata?.clockSkewCorrected === true) return 'throttled'
  if (EXPIRED.test(name)) return 'expired'
  if (NO_CREDENTIALS.test(name)) return 'no-credentials'
  if (NEVER_SENT.has(code)) return 'not-sent'
  if (LOST.has(code) || TIMED_OUT.test(name)) return 'unanswered'
  if (status !== undefined && status >= 500) return 'unanswered'
  // A good status whose body cannot be read, as from a proxy on the way: whatever was asked may have been done.
  if (name === 'SyntaxError' || (status !== undefined && status < 300)) return 'unanswered'
  if (DENIED.test(name) || status === 403) return 'denied'
  // ECS has no exception of its own for a task definition that is not there.
  if (NOT_FOUND.test(name) || /^Unable to describe task definition/.test(message))
    return 'not-found'
  if (CONFLICT.test(name)) return 'conflict'
  if (status === undefined && cause instanceof Error && cause !== error) return kindOf(cause)
  return 'refused'
}

/** Whether asking again may help. `onlyOnce`: the request must not reach AWS twice. */
export function mayPass(kind: FailureKind, onlyOnce: boolean): boolean {
  if (kind === 'throttled' || kind === 'not-sent') return true
  return kind === 'unanswered' && !onlyOnce
}

/** The error that a port throws. `tries` says how often and how long it was asked, for those that may pass. */
export function portError(
  error: unknown,
  asked: Asked,
  tries: { readonly attempts: number; readonly milliseconds: number },
): PortError {
  const { action, resource } = asked
  const often = `asked ${tries.attempts} times in ${Math.round(tries.milliseconds / 1000)} s`
  // Of a server that is not AWS: whoever asked it knows what its answers mean.
  if (error instanceof Unreachable) {
    return new Unreachable(`${error.message} (${often})`, action, { cause: error })
  }
  if (error instanceof PortError) return error
  const words = wordsOf(error)
  const options = { cause: error }
  const kind = kindOf(error)
  switch (kind) {
    case 'denied':
      return new Denied(deniedMessage(asked, words), action, options)
    case 'no-credentials':
      return new Denied(
        `There are no AWS credentials for ${action} on ${resource}: ${words} Put a step with aws-actions/configure-aws-credentials before this one.`,
        action,
        options,
      )
    case 'expired':
      return new CredentialsExpired(
        `The AWS credentials ran out at ${action} on ${resource}: ${words} The role session has to last longer than this step: raise role-duration-seconds of aws-actions/configure-aws-credentials.`,
        action,
        options,
      )
    case 'not-found':
      return new NotFound(`AWS does not find ${resource} (${action}): ${words}`, action, options)
    case 'conflict':
      return new Conflict(
        `${action} on ${resource} came too late, it changed in the meantime: ${words}`,
        action,
        options,
      )
    case 'refused':
      return new Refused(
        `AWS does not take ${action} on ${resource}: ${words}${/^Region is missing/.test(words) ? NO_REGION : ''}`,
        action,
        options,
      )
    case 'throttled':
    case 'unanswered':
    case 'not-sent':
      return new Unreachable(
        `${WHY_UNREACHABLE[kind]} ${action} on ${resource}, ${often}: ${words}`,
        action,
        options,
      )
  }
}

const NO_REGION =
  ' Set aws-region of aws-actions/configure-aws-credentials in a step before this one, or the variable AWS_REGION.'

const WHY_UNREACHABLE = {
  throttled: 'AWS throttled',
  unanswered: 'AWS did not answer',
  'not-sent': 'AWS could not be reached for',
} as const

/** AWS's own words: message, error name and request id. */
function wordsOf(error: unknown): string {
  const { name, message, code, $metadata } = asSdkError(error)
  // A refused connection has an empty message when node tried several addresses (AggregateError).
  const given = message === undefined || message === '' ? (code ?? String(error)) : message
  const said = given.replace(SDK_HINT, '').trim()
  const facts = [name, $metadata?.requestId && `request ${$metadata.requestId}`]
    .filter((fact) => fact !== undefined && fact !== '' && fact !== 'Error')
    .join(', ')
  return `${said}${/[.!?]$/.test(said) ? '' : '.'}${facts === '' ? '' : ` (${facts})`}`
}

/** For programmers; a report has no hidden fields. */
const SDK_HINT = /\s*Deserialization error: to see the raw response.*$/s

const asSdkError = (error: unknown): SdkError =>
  typeof error === 'object' && error !== null ? error : { message: String(error) }

import { ArmedFaults, type Count } from '../../../wire/armed.ts'
import { GARBAGE, type LostAnswer } from '../../../wire/faults.ts'
import { RegistryError } from './answers.ts'
import type { Route } from './route.ts'

/** What happens to a request of the registry instead of, or after, what it asked for. */
export type RegistryFault = Aim & (Refusal | LostAnswer | CutBody | ExpiredTokens)

/** Which requests a fault hits; what is not given may be anything. */
interface Aim extends Count {
  /** For example `PATCH`. */
  readonly method?: string
  /**
   * What the request is about: `base` (`/v2/`, where docker logs in), `uploads` (where an upload begins), `upload` (one
   * that is open), `blob`, `manifest`, `tags` or `referrers`.
   */
  readonly request?: Route['kind']
  readonly repository?: string
}

/** The request is refused, and nothing is done. */
interface Refusal {
  readonly error: {
    readonly status: number
    /** As OCI distribution names it; follows from the status when not given. */
    readonly code?: string
    readonly message?: string
    /** For the header Retry-After, in seconds. */
    readonly retryAfter?: number
  }
}

/**
 * The connection breaks when so many bytes of the body have arrived, or at its end when it is shorter. What came
 * before is kept where an upload can be resumed.
 */
export interface CutBody {
  readonly cutAfter: number
}

/** All tokens that were given out until now have expired, that of the request too. */
interface ExpiredTokens {
  readonly token: 'expired'
}

/** `code` and words for a status; those of 429 are ECR's (awsdocs/amazon-ecr-user-guide#11), the others unproven. */
const USUAL: Readonly<Record<number, readonly [code: string, message: string]>> = {
  403: ['DENIED', 'requested access to the resource is denied'],
  405: ['UNSUPPORTED', 'The operation is unsupported'],
  429: ['TOOMANYREQUESTS', 'Rate exceeded'],
}

export class RegistryFaults {
  private readonly armed = new ArmedFaults<RegistryFault>()

  add(fault: RegistryFault): void {
    this.armed.add(fault)
  }

  clear(): void {
    this.armed.clear()
  }

  /** Counts the request. Throws RegistryError when a refusal is due for it; gives what else is due. */
  check(
    method: string,
    route: Route | undefined,
  ): LostAnswer | CutBody | ExpiredTokens | undefined {
    const repository = route && route.kind !== 'base' ? route.name : undefined
    const fault = this.armed.due(
      (each) =>
        isOpenOr(each.method, method) &&
        isOpenOr(each.request, route?.kind) &&
        isOpenOr(each.repository, repository),
    )
    if (!fault || !('error' in fault)) return fault
    const { status, retryAfter } = fault.error
    const [code, message] = USUAL[status] ?? ['UNKNOWN', 'An unknown error has occurred']
    throw new RegistryError(
      status,
      fault.error.code ?? code,
      fault.error.message ?? message,
      retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    )
  }
}

const isOpenOr = (wanted: string | undefined, actual: string | undefined): boolean =>
  wanted === undefined || wanted === actual

const WAYS_TO_LOSE: readonly LostAnswer['lost'][] = ['silence', 'reset', 'garbage']

/** Throws when it would not hit anything, or break on the first request. */
export function readRegistryFault(given: unknown): RegistryFault {
  const { error, lost, cutAfter, token } = (given ?? {}) as {
    readonly error?: { readonly status?: unknown }
    readonly lost?: unknown
    readonly cutAfter?: unknown
    readonly token?: unknown
  }
  const isKnown =
    typeof error?.status === 'number' ||
    WAYS_TO_LOSE.some((way) => way === lost) ||
    (typeof cutAfter === 'number' && cutAfter >= 0) ||
    token === 'expired'
  if (isKnown) return given as RegistryFault
  throw new Error(
    `A fault of the registry has an error with a status, a way to lose the answer (${WAYS_TO_LOSE.join(', ')}), the bytes after which the connection breaks (cutAfter), or an expired token.`,
  )
}

export const garbageOf = (lost: LostAnswer): string => lost.body ?? GARBAGE

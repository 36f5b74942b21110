import type { ReasonCode } from './outcome.ts'

/** Nothing has been changed, and nothing will be: the message says what to do about it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ReasonCode

  constructor(message: string, code: ReasonCode = 'input', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** For the moments before something is changed: what GitHub is ending should not begin anything that nobody watches. */
export function refuseWhenCancelled({ signal }: { readonly signal: AbortSignal }): void {
  if (!signal.aborted) return
  throw new Refusal('The run was cancelled before it changed the service.', 'cancelled')
}

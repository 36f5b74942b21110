import type { RegistryLogin } from '@ecs-pipeline/image'
import { failureOf, meaningOf, retryAfter, wordsOf, type Meaning } from './answers.ts'
import { Patience, type Again, type Waiting } from './patience.ts'
import { WireError, type Answer, type Wire, type WireRequest } from './wire.ts'

export interface Settled {
  readonly kind: 'settled'
  readonly answer: Answer
  readonly meaning: Exclude<Meaning, 'login' | 'busy'>
}

/** Requests in somebody's name. One login serves all; when it runs out, one of them fetches a new one. */
export class Session {
  private readonly wire: Wire
  private readonly waiting: Waiting
  private readonly fetchLogin: () => Promise<RegistryLogin>
  private authorization: string
  private renewing: Promise<void> | undefined

  constructor(
    wire: Wire,
    login: RegistryLogin,
    fetchLogin: () => Promise<RegistryLogin>,
    waiting: Waiting,
  ) {
    this.wire = wire
    this.authorization = authorizationOf(login)
    this.fetchLogin = fetchLogin
    this.waiting = waiting
  }

  patience(what: string): Patience {
    return new Patience(what, this.waiting)
  }

  /** Until there is an answer that `isGood`, or one that does not pass. Throws {@link PushFailed}. */
  async ask(
    what: string,
    request: WireRequest,
    isGood: (settled: Settled) => boolean,
  ): Promise<Settled> {
    const patience = this.patience(what)
    for (;;) {
      const outcome = await this.attempt(request)
      if (outcome.kind === 'again') {
        await patience.wait(outcome)
      } else if (isGood(outcome)) {
        return outcome
      } else {
        await patience.wait(strange(what, outcome))
      }
    }
  }

  async attempt(request: WireRequest): Promise<Settled | Again> {
    const { authorization } = this
    try {
      const answer = await this.wire.send({
        ...request,
        headers: { ...request.headers, authorization },
      })
      const meaning = meaningOf(answer)
      if (meaning !== 'login' && meaning !== 'busy') return { kind: 'settled', answer, meaning }
      const after = retryAfter(answer, this.waiting.clock.now())
      return {
        kind: 'again',
        why: wordsOf(answer),
        ...(after !== undefined && { after }),
        ...(meaning === 'login' && {
          login: {
            renew: () => this.renew(authorization),
            failure: (what: string) => failureOf(what, answer),
          },
        }),
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      return { kind: 'again', why: error.message }
    }
  }

  /** Nothing is fetched when somebody else has a newer one already. */
  private async renew(old: string): Promise<void> {
    if (this.authorization !== old) return
    this.renewing ??= this.fetchLogin().then((login) => {
      this.authorization = authorizationOf(login)
    })
    await this.renewing.finally(() => (this.renewing = undefined))
  }
}

/** An answer that is none of a registry, as of a proxy on the way, may pass. Throws {@link PushFailed} for a refusal. */
export function strange(what: string, { answer, meaning }: Settled): Again {
  if (meaning !== 'fine') throw failureOf(what, answer)
  return { kind: 'again', why: `an answer that is not of a registry (${wordsOf(answer)})` }
}

const authorizationOf = ({ user, password }: RegistryLogin): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

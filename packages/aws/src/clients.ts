/** The one place that makes SDK clients. Region, credentials and endpoints come from the environment, as the SDK reads it. */

/** Part of the user agent, so that AWS's own logs (CloudTrail) tell what called. */
export const USER_AGENT = 'ecs-pipeline/0.1.0'

/** How long a client waits, in milliseconds of real time. */
export interface TimeLimits {
  /** For a connection. */
  readonly connection: number
  /** For an answer. */
  readonly answer: number
}

// Without these a connection that hangs would hang the deploy: the SDK's own default is to wait for ever.
const TIME_LIMITS: TimeLimits = { connection: 5_000, answer: 30_000 }

/** What every client of ours is made with. */
export interface ClientSettings {
  readonly region?: string
  readonly maxAttempts: number
  readonly customUserAgent: string
  readonly requestHandler: {
    readonly connectionTimeout: number
    readonly requestTimeout: number
    readonly throwOnRequestTimeout: boolean
  }
}

export interface Clients {
  /** One client per class and region, made when first asked for. */
  of<Client extends object>(
    Class: new (settings: ClientSettings) => Client,
    region?: string,
  ): Client
}

/** `region`: where clients go that are not asked for another region; without it, the environment's. */
export function createClients(region?: string, limits: TimeLimits = TIME_LIMITS): Clients {
  const made = new Map<object, Map<string, object>>()
  return {
    of<Client extends object>(
      Class: new (settings: ClientSettings) => Client,
      otherRegion?: string,
    ): Client {
      const wanted = otherRegion ?? region
      const ofClass = made.get(Class) ?? new Map<string, object>()
      made.set(Class, ofClass)
      const client = ofClass.get(wanted ?? '') ?? withoutLog(new Class(settings(wanted, limits)))
      ofClass.set(wanted ?? '', client)
      return client as Client
    },
  }
}

/**
 * The SDK copies every input and output, to take secrets out, and tells the copies to a logger that does nothing
 * (`loggerMiddleware`). For a logger without these methods no copy is made.
 */
function withoutLog<Client extends object>(client: Client): Client {
  const { config } = client as { readonly config?: { readonly logger?: object } }
  if (config?.logger) Object.assign(config.logger, { info: undefined, error: undefined })
  return client
}

function settings(region: string | undefined, limits: TimeLimits): ClientSettings {
  return {
    ...(region === undefined ? {} : { region }),
    // `call.ts` retries: on our clock, with our budget. Two policies on top of each other multiply.
    maxAttempts: 1,
    customUserAgent: USER_AGENT,
    requestHandler: {
      connectionTimeout: limits.connection,
      requestTimeout: limits.answer,
      throwOnRequestTimeout: true,
    },
  }
}

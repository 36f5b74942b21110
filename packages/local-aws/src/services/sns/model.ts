import * as sdk from '@aws-sdk/client-sns'

export interface Message {
  readonly id: string
  /** AWS time, milliseconds since the epoch. */
  readonly at: number
  readonly subject: string | undefined
  readonly body: string
}

export interface Subscription {
  readonly arn: string
  readonly protocol: string
  readonly endpoint: string
  /** What ConfirmSubscription has to bring. */
  readonly token: string
  readonly isRaw: boolean
  isConfirmed: boolean
  /** Why deliveries were given up. */
  readonly failures: string[]
}

export interface Topic {
  readonly arn: string
  readonly attributes: Record<string, string>
  subscriptions: Subscription[]
  readonly messages: Message[]
}

export const topicNotFound = (): Error =>
  new sdk.NotFoundException({ message: 'Topic does not exist', $metadata: {} })

export const invalidParameter = (what: string): Error =>
  new sdk.InvalidParameterException({ message: `Invalid parameter: ${what}`, $metadata: {} })

/** The part of SNS that alarms publish to. */
export interface Topics {
  /** Delivers to every subscriber. Throws the SDK's NotFoundException when the topic does not exist. */
  publish(topicArn: string, message: { readonly subject?: string; readonly body: string }): string
}

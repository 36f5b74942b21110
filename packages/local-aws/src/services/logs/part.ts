/** The part of CloudWatch Logs that tasks print to. */
export interface LogSink {
  /** Appends one line now. Makes the stream when it is not there; the group has to exist or `create` has to be true. */
  write(group: string, stream: string, message: string, create?: boolean): void
  hasGroup(group: string): boolean
}

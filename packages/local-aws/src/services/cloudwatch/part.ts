import type { StandardUnit, StateValue } from '@aws-sdk/client-cloudwatch'

/** The part of CloudWatch that other services write to. */
export interface MetricSink {
  /** Records one value now. `dimensions` are name to value. */
  record(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    unit?: StandardUnit,
  ): void
}

/** The part of CloudWatch that ECS watches during a deployment. */
export interface AlarmStates {
  /** `undefined` when no alarm has that name. */
  state(alarmName: string): StateValue | undefined
}

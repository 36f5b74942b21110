/** Releases whose traffic is shifted, by ECS or by CodeDeploy. */
import type { ActionRun } from './run-on-stage.ts'

/** As short as they can be, so that a step of four minutes is enough to judge it. */
export const TRIGGERS = `
version: 1
bake_minutes: 5
warmup_seconds: 0
metric_lag_seconds: 60
rollback_triggers:
  - metric: HTTPCode_Target_5XX_Count
    threshold: 0
    duration: 60
  - metric: HealthyHostCount
    threshold: 1
    duration: 120
`

/** The percentages of users' traffic that the log tells of, in order. */
export const percentages = ({ lines }: ActionRun): readonly number[] => {
  const told = lines.flatMap((line) => /(\d+) % of traffic/.exec(line)?.[1] ?? [])
  return told.map(Number).filter((each, index, all) => each !== all[index - 1])
}

import type { LifecycleEvent } from '@aws-sdk/client-codedeploy'

/** All of them, in this order, whether anything is to be done in them or not (seen in a live ECS deployment). */
const NAMES = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
] as const
export type LifecycleEventName = (typeof NAMES)[number]

export const newEvents = (): LifecycleEvent[] =>
  NAMES.map((lifecycleEventName) => ({ lifecycleEventName, status: 'Pending' }))

/** After a deployment that did not succeed: "AllowTraffic Failed, AfterAllowTraffic Skipped" (seen live). */
export function endEvents(events: readonly LifecycleEvent[], now: number): void {
  for (const event of events) {
    if (event.status === 'InProgress') {
      event.status = 'Failed'
      event.endTime = new Date(now)
    }
    if (event.status === 'Pending') event.status = 'Skipped'
  }
}

import type { AlarmStates } from '../../../parts.ts'
import type { DeploymentRecord, ServiceRecord } from '../model.ts'

/** How often ECS looks at the alarms of a deployment, in milliseconds; unproven. */
export const ALARM_INTERVAL_MS = 10_000

/**
 * How long alarms are watched after the new tasks are up and the old ones gone, in milliseconds. ECS computes it from
 * the configuration of the alarms, in a way that it does not tell; this is unproven.
 */
export const alarmBakeTime = (): number => 5 * 60_000

/** The alarms of one deployment: from its first running task to the end of its bake time. */
export class DeploymentAlarms {
  private readonly states: AlarmStates
  private readonly names: readonly string[]
  private bakesUntil: number | undefined

  /**
   * Alarms that are in ALARM when a deployment starts are ignored for all of it; the first deployment of a service
   * has none to go back to, and none of its alarms count (aws/copilot-cli#4512 and #4294).
   */
  constructor(service: ServiceRecord, deployment: DeploymentRecord, states: AlarmStates) {
    const { alarms } = deployment.serviceDeployment
    const isWatched = alarms?.status === 'MONITORING' && !deployment.isRollback
    const names = service.settings.deploymentConfiguration?.alarms?.alarmNames ?? []
    this.states = states
    this.names = isWatched ? names.filter((name) => states.state(name) !== 'ALARM') : []
  }

  get isWatching(): boolean {
    return this.names.length > 0
  }

  triggered(): readonly string[] {
    return this.names.filter((name) => this.states.state(name) === 'ALARM')
  }

  /** Called while everything else is done: when the bake time ends, in milliseconds of AWS time. */
  endOfBake(now: number): number {
    this.bakesUntil ??= this.isWatching ? now + alarmBakeTime() : now
    return this.bakesUntil
  }
}

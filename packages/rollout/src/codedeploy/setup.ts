import type { Clock } from '../clock.ts'
import type { Journal } from '../journal.ts'
import type { Ports } from '../ports.ts'
import type { ServiceView, TaskDefinitionArn } from '../views.ts'
import type { DeploymentGroupView, GroupName, TrafficRouting } from './port.ts'

/** All that has to be known of CodeDeploy before a service can be dealt with. */
export interface CodeDeploySetup {
  readonly name: GroupName
  readonly group: DeploymentGroupView
  readonly routing: TrafficRouting
  /** The AppSpec file with that task definition in it. */
  readonly appSpec: (taskDefinition: TaskDefinitionArn) => string
  readonly description: string | undefined
  /** `undefined`: the one of the group. */
  readonly config: string | undefined
}

export interface CodeDeployTools {
  readonly ports: Ports
  readonly clock: Clock
  readonly journal: Journal
  /** Asked once, when the service turns out to be one of CodeDeploy. Throws what the caller is to get. */
  readonly open: (service: ServiceView) => Promise<CodeDeploySetup>
}

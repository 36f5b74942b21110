/** What CodeDeploy says of deployments, with what this run knows of its own beside it. */
import { lastPart } from '../arn.ts'
import { CredentialsExpired, Denied, PortError } from '../errors.ts'
import type { ServiceDeploymentStatus, ServiceView, TaskDefinitionArn } from '../views.ts'
import { isFinished, statusOf } from './as-deployment.ts'
import type { CodeDeployTools } from './setup.ts'
import type {
  CodeDeployments,
  CodeDeploymentView,
  DeploymentFilter,
  GroupName,
  TargetProgress,
} from './port.ts'

const ALL_TRAFFIC: TargetProgress = { event: undefined, weight: 100 }
const NO_PROGRESS: TargetProgress = { event: undefined, weight: undefined }

export class CodeDeployReads {
  /** What this run has asked for, by id; CodeDeploy need not show it. */
  readonly asked = new Map<string, TaskDefinitionArn>()
  /** Those that this run has asked CodeDeploy to take back. */
  readonly stopped = new Set<string>()
  /** Every deployment, as it was seen last. */
  readonly seen = new Map<string, CodeDeploymentView>()
  /** Where this run goes back to, once it does. */
  wayBackTo: TaskDefinitionArn | undefined
  private readonly rollbacks = new Map<string, CodeDeploymentView>()
  private readonly progress = new Map<string, TargetProgress>()
  private readonly tools: Pick<CodeDeployTools, 'ports' | 'clock' | 'journal'>

  constructor(tools: CodeDeployReads['tools']) {
    this.tools = tools
  }

  private get port(): CodeDeployments {
    return this.tools.ports.codeDeploy
  }

  async list(name: GroupName, filter: DeploymentFilter): Promise<readonly CodeDeploymentView[]> {
    return (await this.port.deployments(name, filter)).map((each) => this.remember(each))
  }

  async read(id: string): Promise<CodeDeploymentView> {
    return this.remember(await this.port.deployment(id))
  }

  private remember(view: CodeDeploymentView): CodeDeploymentView {
    const taskDefinition = this.asked.get(view.id) ?? view.taskDefinition
    const whole = { ...view, taskDefinition }
    this.seen.set(view.id, whole)
    return whole
  }

  /** It has begun: that it cannot be read must not sound as if nothing had been done. */
  async readBegun(id: string, taskDefinition: TaskDefinitionArn): Promise<CodeDeploymentView> {
    try {
      return await this.read(id)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      return { ...BEGUN, id, taskDefinition, createdAt: this.tools.clock.now() }
    }
  }

  async status(view: CodeDeploymentView): Promise<ServiceDeploymentStatus> {
    const { rollbackId } = view
    const known = rollbackId === undefined ? undefined : this.rollbacks.get(rollbackId)
    if (rollbackId !== undefined && !(known && isFinished(known))) {
      this.rollbacks.set(rollbackId, await this.read(rollbackId))
    }
    return this.statusNow(view)
  }

  statusNow(view: CodeDeploymentView): ServiceDeploymentStatus {
    const { id, taskDefinition, rollbackId = '' } = view
    const isWayBack = this.wayBackTo !== undefined && taskDefinition === this.wayBackTo
    const own = { isStopped: this.stopped.has(id), isWayBack }
    return statusOf(view, this.rollbacks.get(rollbackId), own, this.tools.clock.now())
  }

  /** What cannot be read of it is less to tell, and nothing that the deployment is judged by alone. */
  async readProgress(view: CodeDeploymentView, service: ServiceView): Promise<TargetProgress> {
    const { id } = view
    const before = this.progress.get(id)
    // The last look may have been before the last shift.
    if (view.status === 'Succeeded') return ALL_TRAFFIC
    if (before && isFinished(view)) return before
    const target = `${lastPart(service.clusterArn)}:${service.name}`
    try {
      const progress = await this.port.progress(id, target)
      this.progress.set(id, progress)
      return progress
    } catch (error) {
      if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
      const kind = error instanceof Denied ? 'may not be read' : 'cannot be read'
      this.tools.journal.caveat(`How far CodeDeploy has come ${kind}: ${error.message}`)
      return before ?? NO_PROGRESS
    }
  }
}

const BEGUN = {
  status: 'Created',
  creator: 'user',
  finishedAt: undefined,
  error: undefined,
  rollbackId: undefined,
  rollbackOf: undefined,
  rollsBackOn: [],
  isTerminating: false,
} as const

import type { DeploymentLifecycleHookAction } from '@aws-sdk/client-ecs'
import type { DeploymentRecord, ServiceRecord } from '../model.ts'
import { sourceOf } from '../scheduler/deployments.ts'
import { StageHooks, type HookOutcome } from './hooks.ts'
import { keep } from './keep.ts'
import type { ShiftDeps } from './shift-run.ts'

/**
 * The one stage of a rolling deployment that has been seen to call hooks (a live test of the PipeCD project, 2025). Pause
 * hooks support rolling deployments too ('pause and continue controls', 2026-05); at which other stages, if any, is
 * unproven.
 */
const STAGE = 'PRE_SCALE_UP'

type Deps = Pick<ShiftDeps, 'clock' | 'lambdaHooks' | 'tasks' | 'lookAt'>

/** Holds rolling deployments before their first task as long as their hooks want. */
export class RollingHooks {
  private readonly service: ServiceRecord
  private readonly deps: Deps
  private current: { readonly deployment: DeploymentRecord; readonly hooks: StageHooks } | undefined

  constructor(service: ServiceRecord, deps: Deps) {
    this.service = service
    this.deps = deps
  }

  get rollbackReason(): string | undefined {
    return this.current?.hooks.rollbackReason
  }

  /** False when no hook waits under that id. */
  resume(hookId: string, action: DeploymentLifecycleHookAction): boolean {
    return this.current?.hooks.resume(hookId, action) ?? false
  }

  /** While the deployment waits, what it is to replace is kept. */
  look(deployment: DeploymentRecord): HookOutcome {
    if (deployment.isRollback || deployment.rolloutState !== 'IN_PROGRESS') return { kind: 'over' }
    const { service, deps } = this
    const now = deps.clock.now()
    const shown = deployment.serviceDeployment
    if (this.current?.deployment !== deployment) {
      const configured = shown.deploymentConfiguration?.lifecycleHooks ?? []
      const hooks = new StageHooks(STAGE, configured, deps.lambdaHooks, now)
      this.current = { deployment, hooks }
      // A rolling deployment reports no stage (kayac/ecspresso, wait.go); that one with hooks does is unproven.
      if (hooks.details.length > 0) {
        shown.lifecycleStage = STAGE
        shown.lifecycleHookDetails = hooks.details
      }
    }
    const outcome = this.current.hooks.look(now, {
      resourceArn: shown.serviceDeploymentArn ?? '',
      executionDetails: {
        serviceArn: service.arn,
        targetServiceRevisionArn: shown.targetServiceRevision?.arn ?? '',
        testTrafficWeights: {},
        productionTrafficWeights: {},
      },
    })
    if (outcome.kind === 'over') delete shown.lifecycleStage
    if (outcome.kind !== 'waiting') return outcome
    const source = sourceOf(service)
    if (source) keep(source, true, service, deps.tasks)
    deps.lookAt(outcome.until)
    return outcome
  }
}

/** The PAUSE hooks of one stage of a deployment, from its beginning until all of them have ended. */
import type { DeploymentConfiguration, HookView, LifecycleHook } from '@ecs-pipeline/rollout'
import type { ServiceDeployment } from './records.ts'
import type { PauseAction } from './schedule.ts'

const MINUTE = 60_000

export type HookOutcome =
  | { readonly kind: 'over' }
  /** Until when, unless somebody answers before. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** In the words of `statusReason`; `isByClock`: nobody has answered. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isByClock: boolean }

/** Somebody else's hooks are marked by this, which the run has to leave as it is. */
export const OF_OTHERS = { owner: 'somebody else' }

export const isOfOthers = ({ hookDetails }: LifecycleHook): boolean =>
  JSON.stringify(hookDetails) === JSON.stringify(OF_OTHERS)

export class StageHooks {
  /** The ids of those that are somebody else's to answer. */
  readonly ofOthers: readonly string[]
  private readonly stage: string
  private readonly deployment: ServiceDeployment
  private readonly ids: ReadonlySet<string>
  private isRefused = false

  constructor(
    stage: string,
    deployment: ServiceDeployment,
    { lifecycleHooks = [] }: Pick<DeploymentConfiguration, 'lifecycleHooks'>,
    now: number,
  ) {
    this.stage = stage
    this.deployment = deployment
    const configured = lifecycleHooks.filter(
      ({ lifecycleStages }) => lifecycleStages?.includes(stage) === true,
    )
    const hooks = configured.map((hook, index) => start(hook, `${stage}-${now}-${index}`, now))
    this.ids = new Set(hooks.map(({ id }) => id))
    this.ofOthers = hooks.flatMap(({ id }, index) => {
      const hook = configured[index]
      return hook && isOfOthers(hook) ? [id] : []
    })
    // As in local-aws, those of the last stage that had any are shown on.
    if (hooks.length > 0) deployment.hooks = hooks
  }

  get reasonOfRefusal(): string {
    return `Service deployment rolled back because ${this.stage} pause hook was rolled back.`
  }

  /** False when no hook of this stage waits under that id. */
  answer(id: string, action: PauseAction): boolean {
    const found = this.waiting.find((hook) => hook.id === id)
    if (!found || this.deployment.status !== 'IN_PROGRESS') return false
    this.end(found, action === 'ROLLBACK' ? 'FAILED' : 'SUCCEEDED')
    this.isRefused ||= action === 'ROLLBACK'
    return true
  }

  look(now: number): HookOutcome {
    if (this.isRefused) return { kind: 'failed', reason: this.reasonOfRefusal, isByClock: false }
    for (const hook of this.waiting.filter(({ expiresAt = Infinity }) => now >= expiresAt)) {
      this.end(hook, 'TIMED_OUT')
      if (hook.timeoutAction === 'CONTINUE') continue
      const reason = `Service deployment rolled back because ${this.stage} pause hook timed out.`
      return { kind: 'failed', reason, isByClock: true }
    }
    const ends = this.waiting.map(({ expiresAt = Infinity }) => expiresAt)
    return ends.length === 0 ? { kind: 'over' } : { kind: 'waiting', until: Math.min(...ends) }
  }

  private get waiting(): readonly HookView[] {
    return this.deployment.hooks.filter(
      ({ id, status }) => this.ids.has(id) && status === 'AWAITING_ACTION',
    )
  }

  private end(hook: HookView, status: HookView['status']): void {
    const { deployment } = this
    deployment.hooks = deployment.hooks.map((each) => (each === hook ? { ...hook, status } : each))
  }
}

function start({ timeoutConfiguration }: LifecycleHook, name: string, now: number): HookView {
  const { timeoutInMinutes = 1440, action = 'ROLLBACK' } = timeoutConfiguration ?? {}
  return {
    id: `ecs-pause-${name}`,
    targetType: 'PAUSE',
    status: 'AWAITING_ACTION',
    expiresAt: now + timeoutInMinutes * MINUTE,
    timeoutAction: action,
  }
}

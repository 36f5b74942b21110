/** The lifecycle hooks of one stage of a deployment, from its beginning until all of them have ended. */
import { randomBytes, randomUUID } from 'node:crypto'
import type {
  DeploymentLifecycleHook,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookDetail,
} from '@aws-sdk/client-ecs'
import { HOOK_REASON } from './hook-words.ts'
import type { HookAnswer, HookEvent, LambdaHooks } from './lambda-hooks.ts'
import type { LifecycleStage } from './steps.ts'

const MINUTE = 60_000
/** pause-lifecycle-hooks.html and lambda-lifecycle-hooks.html: 24 hours, then ROLLBACK. */
const DEFAULT_TIMEOUT_MINUTES = 1440
/** Seconds until a function that is IN_PROGRESS is called again (lambda-lifecycle-hooks.html). */
const DEFAULT_CALL_BACK = 30

interface Running {
  readonly hook: DeploymentLifecycleHook
  /** As DescribeServiceDeployments shows it. */
  readonly detail: DeploymentLifecycleHookDetail
  /** Of a function that is to be called (again), in milliseconds of AWS time. */
  callAt: number
  hookDetails: Readonly<Record<string, unknown>> | undefined
}

export type HookOutcome =
  | { readonly kind: 'over' }
  /** `until`: when to look again unless somebody continues before, in milliseconds of AWS time. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** In the words of `statusReason`. */
  | { readonly kind: 'failed'; readonly reason: string }

/** What a function is told, but for what belongs to the call. */
export type HookContext = Pick<HookEvent, 'resourceArn' | 'executionDetails'>

/** "All hooks configured at the same lifecycle stage run in parallel" (pause-lifecycle-hooks.html). */
export class StageHooks {
  private readonly stage: LifecycleStage
  private readonly lambda: LambdaHooks
  private readonly running: readonly Running[]
  private answered: string | undefined

  constructor(
    stage: LifecycleStage,
    configured: readonly DeploymentLifecycleHook[],
    lambda: LambdaHooks,
    now: number,
  ) {
    this.stage = stage
    this.lambda = lambda
    this.running = configured
      .filter(({ lifecycleStages }) => lifecycleStages?.some((each) => each === stage))
      .map((hook) => start(hook, now))
  }

  get details(): DeploymentLifecycleHookDetail[] {
    return this.running.map(({ detail }) => detail)
  }

  /** Why an answer takes the deployment back. */
  get rollbackReason(): string | undefined {
    return this.answered
  }

  /** False when no hook of this stage waits under that id. */
  resume(hookId: string, action: DeploymentLifecycleHookAction): boolean {
    const found = this.running.find(({ detail }) => detail.hookId === hookId)
    if (found?.detail.status !== 'AWAITING_ACTION') return false
    found.detail.status = action === 'ROLLBACK' ? 'FAILED' : 'SUCCEEDED'
    if (action === 'ROLLBACK') this.answered = HOOK_REASON.rolledBack(this.stage)
    return true
  }

  /** "If any hook triggers a rollback, the entire deployment rolls back" (pause-lifecycle-hooks.html). */
  look(now: number, context: HookContext): HookOutcome {
    if (this.answered !== undefined) return { kind: 'failed', reason: this.answered }
    for (const each of this.running) {
      const reason = this.carryOn(each, now, context)
      if (reason !== undefined) return { kind: 'failed', reason }
    }
    const waiting = this.running.filter(isWaiting)
    if (waiting.length === 0) return { kind: 'over' }
    return { kind: 'waiting', until: Math.min(...waiting.map(nextTime)) }
  }

  /** Why the deployment has to go back. */
  private carryOn(each: Running, now: number, context: HookContext): string | undefined {
    const { hook, detail } = each
    const isLambda = hook.targetType !== 'PAUSE'
    if (isLambda && detail.status === 'IN_PROGRESS' && now >= each.callAt) {
      if (this.call(each, now, context) === 'FAILED') {
        return HOOK_REASON.returnedFailed(this.stage, hook.hookTargetArn ?? '')
      }
    }
    if (!isWaiting(each) || now < expiryOf(each)) return undefined
    detail.status = 'TIMED_OUT'
    if (detail.timeoutAction === 'CONTINUE') return undefined
    return isLambda ? HOOK_REASON.lambdaTimedOut(this.stage) : HOOK_REASON.pauseTimedOut(this.stage)
  }

  private call(each: Running, now: number, context: HookContext): HookAnswer['hookStatus'] {
    const answer = this.lambda.call(each.hook.hookTargetArn ?? '', {
      ...context,
      executionId: randomUUID(),
      lifecycleStage: this.stage,
      ...(each.hookDetails && { hookDetails: each.hookDetails }),
    })
    each.detail.status = answer.hookStatus
    each.callAt = now + (answer.callBackDelay ?? DEFAULT_CALL_BACK) * 1000
    // "Amazon ECS merges this data and passes it back on the next invocation."
    if (answer.hookDetails) each.hookDetails = { ...each.hookDetails, ...answer.hookDetails }
    return answer.hookStatus
  }
}

function start(hook: DeploymentLifecycleHook, now: number): Running {
  const { timeoutInMinutes = DEFAULT_TIMEOUT_MINUTES, action = 'ROLLBACK' } =
    hook.timeoutConfiguration ?? {}
  const isPause = hook.targetType === 'PAUSE'
  return {
    hook,
    detail: {
      hookId: `ecs-${isPause ? 'pause' : 'lambda'}-${randomBytes(32).toString('base64url')}`,
      targetType: isPause ? 'PAUSE' : 'AWS_LAMBDA',
      ...(!isPause && { targetArn: hook.hookTargetArn }),
      status: isPause ? 'AWAITING_ACTION' : 'IN_PROGRESS',
      expiresAt: new Date(now + timeoutInMinutes * MINUTE),
      timeoutAction: action,
    },
    callAt: now,
    hookDetails: hook.hookDetails as Running['hookDetails'],
  }
}

const isWaiting = ({ detail }: Running): boolean =>
  detail.status === 'AWAITING_ACTION' || detail.status === 'IN_PROGRESS'

const expiryOf = ({ detail }: Running): number => detail.expiresAt?.getTime() ?? Infinity

const nextTime = (each: Running): number =>
  each.hook.targetType === 'PAUSE' ? expiryOf(each) : Math.min(each.callAt, expiryOf(each))

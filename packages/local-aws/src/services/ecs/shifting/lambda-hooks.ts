/**
 * The functions behind AWS_LAMBDA hooks. There is no Lambda here: what a function answers is a script, given to the
 * endpoint's object and not over the wire. Without a script it answers SUCCEEDED.
 */

/** What Amazon ECS sends to the function (lambda-lifecycle-hooks.html, 'Lifecycle payloads'). */
export interface HookEvent {
  readonly executionId: string
  readonly lifecycleStage: string
  /** ARN of the service deployment. */
  readonly resourceArn: string
  readonly executionDetails: {
    readonly serviceArn: string
    readonly targetServiceRevisionArn: string
    /** Percent by ARN of the service revision; empty at stages that do not shift such traffic. */
    readonly testTrafficWeights: Readonly<Record<string, number>>
    readonly productionTrafficWeights: Readonly<Record<string, number>>
  }
  readonly hookDetails?: Readonly<Record<string, unknown>>
}

export interface HookAnswer {
  readonly hookStatus: 'SUCCEEDED' | 'FAILED' | 'IN_PROGRESS'
  /** Seconds until the function is called again, after IN_PROGRESS; 30 when not given. */
  readonly callBackDelay?: number
  readonly hookDetails?: Readonly<Record<string, unknown>>
}

export type HookScript = (event: HookEvent) => HookAnswer

export class LambdaHooks {
  private readonly scripts = new Map<string, HookScript>()
  private readonly received: HookEvent[] = []

  /** From now on the function answers so. */
  script(functionArn: string, answer: HookScript | HookAnswer['hookStatus']): void {
    const script =
      typeof answer === 'function' ? answer : (): HookAnswer => ({ hookStatus: answer })
    this.scripts.set(functionArn, script)
  }

  /** Every call of every function, in order. */
  get events(): readonly HookEvent[] {
    return this.received
  }

  call(functionArn: string, event: HookEvent): HookAnswer {
    this.received.push(event)
    return this.scripts.get(functionArn)?.(event) ?? { hookStatus: 'SUCCEEDED' }
  }
}

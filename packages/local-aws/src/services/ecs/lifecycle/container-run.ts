import type { ContainerCondition, ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Clock } from '../../../clock/clock.ts'
import {
  ContainerStartError,
  type ContainerToRun,
  type RunningContainer,
  type TaskDriver,
} from '../../../tasks/driver.ts'
import type { ContainerRecord } from '../model.ts'
import { watchHealth } from './container-health.ts'
import { dependencyFailed, dependencyTimedOut, TaskStartError } from './failures.ts'
import { DEFAULT_STOP_TIMEOUT_SECONDS } from './phases.ts'
import { aborted, atMostWall, sleepUnless } from './waiting.ts'

/** How long, on the wall, virtual time waits for real processes. Other clocks do not wait. */
export interface WallPatience {
  /** For a container with ports to listen. */
  readonly listening: number
  /** For a container without ports, which may be a job that ends at once. */
  readonly portless: number
  /** For a container to end after SIGTERM, before AWS time moves on to its stop timeout. */
  readonly stopping: number
}

export interface ContainerRunDeps {
  readonly clock: Clock
  readonly driver: TaskDriver
  readonly patience: WallPatience
}

/** One container of a task, from its start to its exit. Keeps its record up to date and tells `onChange`. */
export class ContainerRun {
  readonly record: ContainerRecord
  readonly definition: ContainerDefinition
  /** Resolves with the exit code once it ran and ended. */
  readonly exited: Promise<number>
  private readonly deps: ContainerRunDeps
  private readonly onChange: () => void
  private readonly started = Promise.withResolvers<undefined>()
  private readonly healthy = Promise.withResolvers<undefined>()
  private readonly ended = Promise.withResolvers<number>()
  /** Aborted when the container has ended or will never start. */
  private readonly over = new AbortController()

  constructor(
    record: ContainerRecord,
    definition: ContainerDefinition,
    deps: ContainerRunDeps,
    onChange: () => void,
  ) {
    this.record = record
    this.definition = definition
    this.deps = deps
    this.onChange = onChange
    this.exited = this.ended.promise
  }

  get isEssential(): boolean {
    return this.definition.essential !== false
  }

  /**
   * Starts the container and returns at once when it runs. A container that cannot start ends the task (throws
   * {@link TaskStartError}) when it is essential.
   */
  async start(container: ContainerToRun): Promise<void> {
    const { clock, driver, patience } = this.deps
    try {
      const running = await clock.track(driver.start(container))
      const wall = container.ports.length > 0 ? patience.listening : patience.portless
      void clock.track(running.listening(wall))
      this.isRunning(running)
    } catch (error) {
      if (!(error instanceof ContainerStartError)) throw error
      this.record.reason = error.message
      this.willNeverRun()
      if (this.isEssential) throw new TaskStartError(error.message, this.record.name)
    }
  }

  /** Resolves when `condition` of `dependsOn` is met; throws {@link TaskStartError} when it never will be. */
  async reaches(condition: ContainerCondition, forContainer: string): Promise<void> {
    const { clock } = this.deps
    const timeout = this.definition.startTimeout
    const met = new AbortController()
    const outcome = this.outcome(condition).then((ok) => (ok ? 'met' : 'failed'))
    const late = new Promise<'late'>((resolve) => {
      if (timeout === undefined) return
      void sleepUnless(clock, timeout * 1000, met.signal).then(() => {
        resolve('late')
      })
    })
    const result = await Promise.race([outcome, late])
    met.abort()
    if (result === 'failed') throw dependencyFailed(forContainer, this.record.name)
    if (result === 'late') throw dependencyTimedOut(forContainer, this.record.name)
  }

  /** Whether the condition was met before the container was over. */
  private async outcome(condition: ContainerCondition): Promise<boolean> {
    const over = aborted(this.over.signal)
    switch (condition) {
      case 'HEALTHY':
        return Promise.race([this.healthy.promise.then(() => true), over.then(() => false)])
      case 'COMPLETE':
        return over.then(() => this.record.exitCode !== undefined)
      case 'SUCCESS':
        return over.then(() => this.record.exitCode === 0)
      default:
        return Promise.race([this.started.promise.then(() => true), over.then(() => false)])
    }
  }

  /** SIGTERM, then SIGKILL after the stop timeout. Resolves when the container is gone. */
  async stop(): Promise<void> {
    const { running, lastStatus } = this.record
    if (!running || lastStatus !== 'RUNNING') {
      this.willNeverRun()
      return
    }
    const { clock, patience } = this.deps
    const seconds = this.definition.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS
    const cancel = clock.after(seconds * 1000, () => {
      running.signal('SIGKILL')
      void clock.track(this.exited)
    })
    running.signal('SIGTERM')
    void clock.track(atMostWall(this.exited, patience.stopping))
    await this.exited
    cancel()
  }

  /** For an endpoint that closes: no grace and no wait. */
  kill(): void {
    this.record.running?.signal('SIGKILL')
    this.over.abort()
  }

  private isRunning(running: RunningContainer): void {
    this.record.running = running
    this.record.runtimeId = running.runtimeId
    this.record.lastStatus = 'RUNNING'
    this.started.resolve(undefined)
    void running.exited.then(({ exitCode }) => {
      this.hasEnded(exitCode)
    })
    this.onChange()
    const { healthCheck } = this.definition
    if (!healthCheck || healthCheck.command?.[0] === 'NONE') return
    const report = (isHealthy: boolean): void => {
      if (isHealthy) this.healthy.resolve(undefined)
      this.record.healthStatus = isHealthy ? 'HEALTHY' : 'UNHEALTHY'
      this.onChange()
    }
    void watchHealth(running, healthCheck, this.deps, this.over.signal, report)
  }

  private hasEnded(exitCode: number): void {
    this.record.exitCode = exitCode
    this.record.lastStatus = 'STOPPED'
    this.over.abort()
    this.ended.resolve(exitCode)
    this.onChange()
  }

  private willNeverRun(): void {
    if (this.record.lastStatus === 'STOPPED') return
    this.record.lastStatus = 'STOPPED'
    this.over.abort()
  }
}

import type { ContainerDefinition, TaskStopCode } from '@aws-sdk/client-ecs'
import type { Clock } from '../../../clock/clock.ts'
import type { Place } from '../../../parts.ts'
import type { TaskDriver } from '../../../tasks/driver.ts'
import { ImagePullError, type Images, type PulledImage } from '../../ecr/part.ts'
import type { LogSink } from '../../logs/part.ts'
import type { ContainerRecord, TaskRecord, TaskStatus } from '../model.ts'
import { containerLog, type WriteLine } from './container-logs.ts'
import { ContainerRun, type WallPatience } from './container-run.ts'
import { containerEnvironment, type Secrets } from './environment.ts'
import { platformOf, withArchitecture } from './exec-format.ts'
import { TaskStartError } from './failures.ts'
import { ACTIVATING_MS, DEPROVISIONING_MS, PROVISIONING_MS, PULL_MS } from './phases.ts'
import { aborted, sleepUnless } from './waiting.ts'

export interface TaskRunDeps {
  readonly clock: Clock
  readonly place: Place
  readonly images: Images
  readonly logs: LogSink
  readonly driver: TaskDriver
  readonly secrets: Secrets
  readonly patience: WallPatience
}

/** What one container needs beside its image, found out before anything is pulled. */
interface Prepared {
  readonly run: ContainerRun
  readonly environment: Record<string, string>
  readonly writeLine: WriteLine
}

/** Thrown inside `bringUp` when the task was told to stop meanwhile. */
class StopRequested extends Error {}

/** One task from PROVISIONING to STOPPED. */
export class TaskRun {
  readonly task: TaskRecord
  private readonly deps: TaskRunDeps
  private readonly events: {
    changed(task: TaskRecord): void
    beforeStop(task: TaskRecord): Promise<void>
  }
  private readonly containers: ContainerRun[]
  private readonly stopRequested = new AbortController()
  private readonly closing = new AbortController()
  private readonly broughtUp: Promise<void>
  private stopped: Promise<void> | undefined

  constructor(task: TaskRecord, deps: TaskRunDeps, events: TaskRun['events']) {
    this.task = task
    this.events = events
    const architecture = platformOf(task.taskDefinition.shape.runtimePlatform).architecture
    this.deps = { ...deps, driver: withArchitecture(deps.driver, architecture) }
    this.containers = task.containers.map((record) => this.containerRun(record))
    this.broughtUp = this.bringUp().catch((error: unknown) => {
      this.failedToStart(error)
    })
  }

  /** See `TaskLifecycle.stop`. */
  stop(reason: string, code: TaskStopCode): Promise<void> {
    if (this.stopped) return this.stopped
    this.task.desiredStatus = 'STOPPED'
    this.task.stoppedReason = reason
    this.task.stopCode = code
    this.task.stoppingAt = this.deps.clock.now()
    this.stopRequested.abort()
    this.stopped = Promise.resolve().then(() => this.bringDown(code))
    this.events.changed(this.task)
    return this.stopped
  }

  /** Ends containers and waits at once, without another change of state. */
  close(): void {
    this.closing.abort()
    this.stopRequested.abort()
    for (const container of this.containers) container.kill()
  }

  private async bringUp(): Promise<void> {
    const { clock } = this.deps
    await this.pass(PROVISIONING_MS)
    this.setAttachment('ATTACHED')
    this.enter('PENDING')
    const prepared = this.containers.map((run) => this.prepare(run))
    this.task.pullStartedAt = clock.now()
    await this.pass(PULL_MS)
    const images = await this.pullAll()
    this.task.pullStoppedAt = clock.now()
    this.throwIfStopped()
    await this.startAll(prepared, images)
    this.throwIfStopped()
    this.enter('ACTIVATING')
    await this.pass(ACTIVATING_MS)
    this.task.startedAt = clock.now()
    this.enter('RUNNING')
  }

  private prepare(run: ContainerRun): Prepared {
    const { place, secrets, logs } = this.deps
    const override = this.overrideOf(run.record.name)
    return {
      run,
      environment: containerEnvironment(run.definition, override, place, secrets),
      writeLine: containerLog(run.definition, this.task.id, logs),
    }
  }

  private pullAll(): Promise<PulledImage[]> {
    const { clock, images } = this.deps
    const platform = platformOf(this.task.taskDefinition.shape.runtimePlatform)
    const pulls = this.task.containers.map(async (record) => {
      try {
        const image = await images.pull(record.image, platform)
        record.imageDigest = image.digest
        return image
      } catch (error) {
        if (!(error instanceof ImagePullError)) throw error
        throw new TaskStartError(error.message, record.name)
      }
    })
    return clock.track(Promise.all(pulls))
  }

  /** Comes back only when nothing is being started any more, so that no container is missed when the task stops. */
  private async startAll(
    prepared: readonly Prepared[],
    images: readonly PulledImage[],
  ): Promise<void> {
    const starts = prepared.map((each, index) =>
      this.startContainer(each, images[index]).catch((error: unknown) => {
        this.failedToStart(error)
      }),
    )
    await Promise.all(starts)
  }

  private async startContainer(prepared: Prepared, image: PulledImage | undefined): Promise<void> {
    const { run, environment, writeLine } = prepared
    if (!image) return
    for (const { containerName, condition } of run.definition.dependsOn ?? []) {
      const dependency = this.containers.find((each) => each.record.name === containerName)
      const met = dependency?.reaches(condition ?? 'START', run.record.name)
      await Promise.race([met, aborted(this.stopRequested.signal)])
      this.throwIfStopped()
    }
    const { entryPoint, workingDirectory, user, portMappings = [] } = run.definition
    const command = this.overrideOf(run.record.name)?.command ?? run.definition.command
    await run.start({
      taskId: this.task.id,
      name: run.record.name,
      image,
      environment,
      ports: portMappings.flatMap(({ containerPort }) => containerPort ?? []),
      onOutput: writeLine,
      ...(entryPoint && { entryPoint }),
      ...(command && { command }),
      ...(workingDirectory !== undefined && { workingDirectory }),
      ...(user !== undefined && { user }),
    })
  }

  private async bringDown(code: TaskStopCode): Promise<void> {
    const drained = this.events.beforeStop(this.task).catch(() => undefined)
    // A task that ended by itself is not kept waiting for its draining target.
    if (this.task.lastStatus === 'RUNNING' && code !== 'EssentialContainerExited') {
      this.enter('DEACTIVATING')
      await drained
    }
    await this.broughtUp
    this.enter('STOPPING')
    await Promise.all(this.containers.map((container) => this.stopAfterDependents(container)))
    this.task.executionStoppedAt = this.deps.clock.now()
    this.enter('DEPROVISIONING')
    await sleepUnless(this.deps.clock, DEPROVISIONING_MS, this.closing.signal)
    this.task.stoppedAt = this.deps.clock.now()
    this.setAttachment('DELETED')
    this.enter('STOPPED')
  }

  /** Containers stop in the reverse of the order in which they start. */
  private async stopAfterDependents(container: ContainerRun): Promise<void> {
    const isDependent = ({ dependsOn = [] }: ContainerDefinition): boolean =>
      dependsOn.some(({ containerName }) => containerName === container.record.name)
    const dependents = this.containers.filter(({ definition }) => isDependent(definition))
    await Promise.all(dependents.map((dependent) => this.stopAfterDependents(dependent)))
    await container.stop()
  }

  private failedToStart(error: unknown): void {
    if (error instanceof StopRequested) return
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof TaskStartError) {
      const blamed = this.task.containers.find(({ name }) => name === error.container)
      if (blamed) blamed.reason = message
    }
    void this.stop(message, 'TaskFailedToStart')
  }

  private containerChanged(container: ContainerRun): void {
    if (this.closing.signal.aborted) return
    this.task.healthStatus = taskHealth(this.containers)
    if (container.record.lastStatus === 'STOPPED' && container.isEssential && !this.stopped) {
      void this.stop('Essential container in task exited', 'EssentialContainerExited')
      return
    }
    this.events.changed(this.task)
  }

  private containerRun(record: ContainerRecord): ContainerRun {
    const definitions = this.task.taskDefinition.shape.containerDefinitions ?? []
    const definition = definitions.find(({ name }) => name === record.name) ?? {}
    const run: ContainerRun = new ContainerRun(record, definition, this.deps, () => {
      this.containerChanged(run)
    })
    return run
  }

  private overrideOf(name: string) {
    return this.task.overrides.containerOverrides?.find((override) => override.name === name)
  }

  /** Lets `ms` of AWS time pass; throws when the task is told to stop meanwhile. */
  private async pass(ms: number): Promise<void> {
    await sleepUnless(this.deps.clock, ms, this.stopRequested.signal)
    this.throwIfStopped()
  }

  private throwIfStopped(): void {
    if (this.stopRequested.signal.aborted) throw new StopRequested()
  }

  private setAttachment(status: string): void {
    for (const attachment of this.task.attachments) attachment.status = status
  }

  private enter(status: TaskStatus): void {
    if (this.closing.signal.aborted) return
    this.task.lastStatus = status
    this.events.changed(this.task)
  }
}

/** As ECS rolls it up from the essential containers with a health check (API_Task `healthStatus`). */
function taskHealth(containers: readonly ContainerRun[]): TaskRecord['healthStatus'] {
  const checked = containers.filter((each) => each.isEssential && each.definition.healthCheck)
  const states = checked.map((each) => each.record.healthStatus)
  if (states.includes('UNHEALTHY')) return 'UNHEALTHY'
  return states.length === 0 || states.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY'
}

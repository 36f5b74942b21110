/** The ports of a rollout over the simulated world: each call takes its time, and some fail. */
import { NotFound, type Ports, type TaskView, type WebAnswer } from '@ecs-pipeline/rollout'
import { errorOf, FaultPlan } from './fault-plan.ts'
import type { Task } from './records.ts'
import type { CallName, Schedule } from './schedule.ts'
import { dimensionOf } from './target-groups.ts'
import {
  CONTAINER,
  digestOf,
  ELSEWHERE,
  imageOf,
  revisionOf,
  taskDefinitionArn,
} from './task-definitions.ts'
import type { World } from './world.ts'
import { briefView, serviceDeploymentView, targetViews, taskView } from './world-views.ts'

/** ECS forgets stopped tasks after about an hour. */
const STOPPED_KEPT = 3600_000

/** No schedule has one; its own scenarios are in test/scenarios. */
const unexpected = (): Promise<never> => Promise.reject(new Error('There are no one-off tasks.'))
/** No schedule has a record; its own scenarios are in test/scenarios. */
const noDns = (): Promise<never> => Promise.reject(new Error('There is no DNS in this world.'))
const NO_DNS: Ports['dns'] = {
  zoneName: noDns,
  records: noDns,
  change: noDns,
  isInSync: noDns,
  loadBalancers: noDns,
}
const NO_ONE_OFF_TASKS = { run: unexpected, describe: unexpected, stop: unexpected }
const NO_CODE_DEPLOY = {
  group: unexpected,
  routing: unexpected,
  deployments: unexpected,
  deployment: unexpected,
  progress: unexpected,
  create: unexpected,
  stop: unexpected,
}

/** One call of the run. */
export interface Call {
  readonly name: CallName
  readonly startedAt: number
  endedAt: number | undefined
  /** The name of the error's class. */
  error: string | undefined
}

export class WorldPorts {
  readonly calls: Call[] = []
  private readonly world: World
  private readonly schedule: Schedule
  private readonly faults: FaultPlan

  constructor(world: World) {
    this.world = world
    this.schedule = world.schedule
    this.faults = new FaultPlan(world.schedule.faults)
  }

  ports(): Ports {
    const { world } = this
    return {
      ...this.ecs(),
      targets: {
        health: (groups) =>
          this.call('health', () => targetViews(world.service.state.tasks, groups)),
        dimensions: (groups) =>
          this.call('dimensions', () =>
            groups.map((arn) => ({
              arn,
              targetGroup: dimensionOf(arn),
              loadBalancer: 'app/ledger/0123456789abcdef',
              kind: 'application',
            })),
          ),
      },
      metrics: {
        read: (series, window) =>
          this.call('metrics', () => world.metrics.read(series, window, world.clock.now())),
      },
      images: { find: (reference) => this.call('find', () => this.find(reference)) },
      logTails: { tail: () => this.call('tail', () => ['the last line']) },
      scaling: { bounds: () => this.call('bounds', () => undefined) },
      web: { get: (url) => this.get(url) },
      oneOffTasks: NO_ONE_OFF_TASKS,
      codeDeploy: NO_CODE_DEPLOY,
      dns: NO_DNS,
    }
  }

  private ecs(): Pick<Ports, 'deployments' | 'taskDefinitions' | 'tasks'> {
    const { world } = this
    const { state, records } = world.service
    return {
      deployments: {
        service: () => this.call('service', () => this.seen()),
        update: (change) =>
          this.call(change.taskDefinition === undefined ? 'scale' : 'update', () => {
            const { taskDefinition, desiredCount, forceNewDeployment, deploymentConfiguration } =
              change
            const given =
              taskDefinition === undefined ? undefined : this.requireActive(taskDefinition)
            world.update('run', {
              ...(given === undefined ? {} : { revision: given }),
              ...(desiredCount === undefined ? {} : { desired: desiredCount }),
              ...(forceNewDeployment === undefined ? {} : { force: forceNewDeployment }),
              ...(deploymentConfiguration && { configuration: deploymentConfiguration }),
            })
            // The answer of a change is of the change, however old the answers of others are.
            return world.timeline.at(world.clock.now()).view
          }),
        history: ({ createdAfter = 0, statuses, atMost = Infinity }) =>
          this.call('history', () =>
            state.serviceDeployments
              .filter(({ createdAt }) => createdAt >= createdAfter && this.isListed(createdAt))
              .filter(({ status }) => statuses?.includes(status) ?? true)
              .slice(0, atMost)
              .map(briefView),
          ),
        serviceDeployment: (arn) =>
          this.call('serviceDeployment', () => {
            const found = state.serviceDeployments.find((each) => each.arn === arn)
            return found && serviceDeploymentView(found, state)
          }),
        revisions: (arns) =>
          this.call('revisions', () =>
            arns.flatMap((arn) => {
              const found = records.serviceRevisions.get(arn)
              if (!found) return []
              const { revision, group, createdAt } = found
              const image = world.taskDefinitions.imageOf(revision)
              const digest = /sha256:\w+$/.exec(image)?.[0]
              const images = [{ container: CONTAINER, image, digest }]
              const taskDefinition = taskDefinitionArn(revision)
              const targetGroups = world.canShift ? [group] : []
              return [{ arn, taskDefinition, images, targetGroups, createdAt }]
            }),
          ),
        rollBack: (arn) => this.call('rollBack', () => world.rollBack('run', arn)),
        endPause: (arn, hook, action) =>
          this.call('endPause', () => world.endPause('run', arn, hook, action)),
      },
      taskDefinitions: this.taskDefinitions(),
      tasks: {
        stopped: () =>
          this.call('stopped', () =>
            state.stopped.filter((task) => this.isKept(task)).map((task) => this.taskView(task)),
          ),
        running: () =>
          this.call('running', () =>
            state.tasks
              .filter(({ status }) => status === 'PENDING' || status === 'RUNNING')
              .map((task) => this.taskView(task)),
          ),
      },
    }
  }

  private taskDefinitions(): Ports['taskDefinitions'] {
    const { taskDefinitions } = this.world
    return {
      describe: (name) => this.call('describe', () => taskDefinitions.view(name)),
      register: (document, tags) =>
        this.call('register', () => {
          const { next } = this.schedule
          const revision = taskDefinitions.add('run', next, { document, tags: { ...tags } })
          this.world.note({ by: 'run', kind: 'register', revision })
          return taskDefinitions.view(taskDefinitionArn(revision))
        }),
      tag: (arn, tags) =>
        this.call('tag', () => {
          Object.assign(taskDefinitions.of(revisionOf(arn)).tags, tags)
          this.world.note({ by: 'run', kind: 'tag', revision: revisionOf(arn) })
        }),
      active: () => this.call('active', () => taskDefinitions.active()),
      deregister: (arn) =>
        this.call('deregister', () => {
          this.world.note({ by: 'run', kind: 'deregister', revision: revisionOf(arn) })
        }),
    }
  }

  /** Half of a call's time is the way there, half the way back. */
  private async call<T>(name: CallName, effect: () => T): Promise<T> {
    const { clock } = this.world
    const call: Call = { name, startedAt: clock.now(), endedAt: undefined, error: undefined }
    const { latencyMilliseconds, giveUpSeconds } = this.schedule.api
    const latency = latencyMilliseconds[this.calls.length % latencyMilliseconds.length] ?? 0
    this.calls.push(call)
    const fault = this.faults.next(name)
    try {
      await clock.sleep(latency / 2)
      if (fault && !fault.isAfterEffect) throw errorOf(fault, name)
      const answer = effect()
      await clock.sleep(latency / 2)
      if (fault) throw errorOf(fault, name)
      return answer
    } catch (error) {
      if (fault?.kind === 'Unreachable') await clock.sleep(giveUpSeconds * 1000)
      call.error = (error as Error).name
      throw error
    } finally {
      call.endedAt = clock.now()
    }
  }

  /** The service as it was a while ago, which is all that DescribeServices promises. */
  private seen(): ReturnType<World['timeline']['at']>['view'] {
    const { clock, timeline } = this.world
    const { view } = timeline.at(clock.now() - this.schedule.api.staleMilliseconds)
    if (view.status !== 'INACTIVE') return view
    throw new NotFound('There is no service ledger in cluster prod.', 'ecs:DescribeServices')
  }

  /** It is no call to AWS, so no fault of AWS's meets it. */
  private async get(url: string): Promise<WebAnswer> {
    const { clock } = this.world
    const call: Call = { name: 'web', startedAt: clock.now(), endedAt: undefined, error: undefined }
    this.calls.push(call)
    await clock.sleep(this.schedule.api.latencyMilliseconds[0] ?? 0)
    call.endedAt = clock.now()
    return { status: this.world.answers(url) ? 200 : 500, body: '' }
  }

  private requireActive(arn: string): number {
    return this.world.taskDefinitions.requireActive(arn)
  }

  private isListed(createdAt: number): boolean {
    const { listedAfterSeconds } = this.schedule.api
    return createdAt + listedAfterSeconds * 1000 <= this.world.clock.now()
  }

  private isKept({ stoppedAt = 0 }: Task): boolean {
    return this.world.clock.now() - stoppedAt < STOPPED_KEPT
  }

  private taskView(task: Task): TaskView {
    const image = this.world.taskDefinitions.imageOf(task.revision)
    const isNew = this.world.taskDefinitions.of(task.revision).registeredBy === 'run'
    const { shown } = this.schedule.image
    const right = /sha256:\w+$/.exec(image)?.[0]
    if (!isNew || shown === 'right') return taskView(task, image, right)
    return taskView(task, image, shown === 'wrong' ? digestOf(999_999) : undefined)
  }

  private find(reference: string): Awaited<ReturnType<Ports['images']['find']>> {
    if (reference === ELSEWHERE) return { kind: 'elsewhere' }
    const digest =
      /@(sha256:\w+)$/.exec(reference)?.[1] ??
      digestOf(Number(/:v(\d+)$/.exec(reference)?.[1] ?? 0))
    const pinned = imageOf(Number(digest.slice('sha256:'.length)))
    if (pinned === imageOf(0) || !this.world.taskDefinitions.hasImage(pinned)) {
      return { kind: 'missing', message: `There is no image ${reference}.` }
    }
    return { kind: 'found', digest, pinned, platformDigests: [] }
  }
}

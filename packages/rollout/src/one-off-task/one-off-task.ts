/**
 * A task that runs once from the new revision, before the service is updated: most often the migration of a database.
 * What it comes to is a report; the caller decides what that means for the release.
 */
import { PortError, Unreachable } from '../errors.ts'
import { reasonCodeOf } from '../outcome.ts'
import type { RolloutTools } from '../tools.ts'
import type { TaskDefinitionView, TaskView } from '../views.ts'
import { judgeTask } from './judge-task.ts'
import { readLogs } from './logs.ts'
import type { StartFailure, TaskToRun } from './port.ts'
import { redactor } from './redact.ts'
import type { OneOffTaskReport } from './report.ts'
import { explainStartFailure } from './start-failures.ts'
import { watchTask } from './watch-task.ts'

/**
 * How long a task that was told to stop may take, in milliseconds: a container has 120 s at most on Fargate
 * (`stopTimeout` in the API reference), and its network interface is taken away after that.
 */
const STOPPED_WITHIN = 4 * 60_000

export interface OneOffTaskSettings {
  readonly waits: boolean
  /** How long it may take, from when it was asked for. */
  readonly waitForMinutes: number
  readonly pollSeconds: number
  /** `rollback` stops a task that is beyond its time, `leave` lets it run. */
  readonly onTimeout: 'rollback' | 'leave'
  readonly onCancel: 'leave' | 'rollback'
}

export interface OneOffTaskTools extends RolloutTools {
  /** Told as soon as the task has been asked for, before anything else: what stays if the run dies here. */
  readonly onTask: (report: OneOffTaskReport) => Promise<void>
}

/** Throws the port's error when ECS did not take the request. */
export async function runOneOffTask(
  task: TaskToRun,
  taskDefinition: TaskDefinitionView,
  settings: OneOffTaskSettings,
  tools: OneOffTaskTools,
): Promise<OneOffTaskReport> {
  const run = new OneOffTaskRun(task, taskDefinition, settings, tools)
  const report = await run.run()
  await tools.onTask(report)
  return report
}

class OneOffTaskRun {
  private readonly task: TaskToRun
  private readonly taskDefinition: TaskDefinitionView
  private readonly settings: OneOffTaskSettings
  private readonly tools: OneOffTaskTools
  private readonly redact: (text: string) => string
  private readonly askedAt: number
  private arns: readonly string[] | undefined = []

  constructor(
    task: TaskToRun,
    taskDefinition: TaskDefinitionView,
    settings: OneOffTaskSettings,
    tools: OneOffTaskTools,
  ) {
    this.task = task
    this.taskDefinition = taskDefinition
    this.settings = settings
    this.tools = tools
    this.redact = redactor(task.containerOverrides)
    this.askedAt = tools.clock.now()
  }

  async run(): Promise<OneOffTaskReport> {
    const { ports, journal } = this.tools
    journal.progress(`running a one-off task of ${this.taskDefinition.arn}`)
    let failures: readonly StartFailure[]
    try {
      ;({ arns: this.arns, failures } = await ports.oneOffTasks.run(this.task))
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      return this.unanswered(error)
    }
    const [arn] = this.arns ?? []
    if (arn === undefined) {
      const startFailures = failures.map(explainStartFailure)
      const why = startFailures.join(' ') || 'It gave no reason.'
      return this.report('not-started', `ECS did not start the one-off task. ${why}`, {
        startFailures,
      })
    }
    if (!this.settings.waits) {
      journal.caveat(
        `Nobody waited for the one-off task ${arn} (wait-for-task-stopped: false): whether it did its work is not known.`,
      )
      return this.report('not-waited-for', 'It was started, and nobody waited for it.', {
        mayRun: true,
      })
    }
    journal.progress(`one-off task: started ${arn}, it has ${this.settings.waitForMinutes} minutes`)
    await this.tools.onTask(
      this.report('running', `The one-off task ${arn} was started.`, { mayRun: true }),
    )
    return this.wait(arn)
  }

  /** Every try of the request got no answer, and the last of them may have arrived. */
  private unanswered({ message }: Unreachable): OneOffTaskReport {
    this.arns = undefined
    const reason = `${message} Whether the one-off task was started all the same is not known.`
    return this.report('lost', reason, { mayRun: true, reasonCode: 'unreachable' })
  }

  private async wait(arn: string): Promise<OneOffTaskReport> {
    const { waitForMinutes, pollSeconds, onTimeout, onCancel } = this.settings
    const deadline = this.askedAt + waitForMinutes * 60_000
    const end = await watchTask({ arn, deadline, interval: pollSeconds * 1000 }, this.tools)
    switch (end.kind) {
      case 'stopped':
        return this.judge(end.task)
      case 'lost':
        return this.report(
          'lost',
          `The one-off task ${arn} was started, but can no longer be watched: ${end.why}`,
          {
            mayRun: true,
            reasonCode: end.error ? reasonCodeOf(end.error) : 'run-task-failed',
          },
        )
      case 'cancelled': {
        const said = `The run was cancelled while its one-off task ran, before it changed the service.`
        if (onCancel === 'leave') return this.left('cancelled', `${said} The task goes on alone.`)
        // GitHub ends a cancelled step within ten seconds: ask once, do not wait.
        const problem = await this.stop(arn, 'the run was cancelled')
        return this.left('cancelled', `${said} ${problem ?? 'The task was told to stop.'}`)
      }
      case 'time-limit': {
        const said = `The one-off task ${arn} had not ended after ${waitForMinutes} minutes (wait-for-minutes).`
        if (onTimeout === 'leave') {
          return this.left(
            'time-limit',
            `${said} It was left running because of on-timeout: leave.`,
          )
        }
        return this.stopAndJudge(arn, said)
      }
    }
  }

  /** Beyond its time. It may have ended by itself in between: then that is what counts. */
  private async stopAndJudge(arn: string, said: string): Promise<OneOffTaskReport> {
    const { clock, journal } = this.tools
    journal.progress('one-off task: out of time, stopping it')
    const problem = await this.stop(arn, 'its time limit was reached')
    if (problem !== undefined) return this.left('time-limit', `${said} ${problem}`)
    const deadline = clock.now() + STOPPED_WITHIN
    const end = await watchTask({ arn, deadline, interval: 5000 }, this.tools)
    if (end.kind !== 'stopped') return this.left('time-limit', `${said} It was told to stop.`)
    if (end.task.stopCode !== 'UserInitiated') return this.judge(end.task)
    return this.stopped('time-limit', end.task, `${said} It was stopped.`)
  }

  /** What went wrong with it, in a sentence. */
  private async stop(arn: string, why: string): Promise<string | undefined> {
    try {
      await this.tools.ports.oneOffTasks.stop(arn, `ecs-pipeline: ${why}`)
      return undefined
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      return `It could not be stopped: ${error.message}`
    }
  }

  private judge(task: TaskView): Promise<OneOffTaskReport> {
    const { succeeded, text } = this.verdictOf(task)
    if (succeeded) return this.stopped('succeeded', task, 'The one-off task did its work.')
    const began = task.stopCode === 'TaskFailedToStart' ? 'could not start' : 'failed'
    return this.stopped('failed', task, `The one-off task ${task.arn} ${began}: ${text}`)
  }

  private verdictOf(task: TaskView): ReturnType<typeof judgeTask> {
    const overridden = this.task.containerOverrides.map(({ name }) => name)
    return judgeTask(task, overridden, this.taskDefinition.document)
  }

  private async stopped(
    result: 'succeeded' | 'failed' | 'time-limit',
    task: TaskView,
    reason: string,
  ): Promise<OneOffTaskReport> {
    const { failed } = this.verdictOf(task)
    const logs = await readLogs(task, this.taskDefinition, this.redact, this.tools)
    return this.report(result, this.redact(reason), {
      stoppedAt: task.stoppedAt,
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason && this.redact(task.stoppedReason),
      containers: task.containers.map(({ container, exitCode, reason: why }) => ({
        container,
        exitCode,
        reason: why && this.redact(why),
        failed: result !== 'succeeded' && failed.has(container),
        logTail: logs.get(container),
      })),
    })
  }

  private left(result: 'time-limit' | 'cancelled', reason: string): OneOffTaskReport {
    return this.report(result, reason, { mayRun: true })
  }

  private report(
    result: OneOffTaskReport['result'],
    reason: string,
    over: Partial<OneOffTaskReport> = {},
  ): OneOffTaskReport {
    return {
      result,
      reason,
      reasonCode: REASON_CODE[result],
      arns: this.arns,
      taskDefinition: this.taskDefinition.arn,
      startedBy: this.task.startedBy,
      askedAt: this.askedAt,
      stoppedAt: undefined,
      stopCode: undefined,
      stoppedReason: undefined,
      mayRun: false,
      containers: [],
      startFailures: [],
      ...over,
    }
  }
}

const REASON_CODE = {
  running: 'completed',
  succeeded: 'completed',
  'not-waited-for': 'completed',
  failed: 'run-task-failed',
  'not-started': 'run-task-failed',
  'time-limit': 'run-task-failed',
  lost: 'run-task-failed',
  cancelled: 'cancelled',
} as const satisfies Record<OneOffTaskReport['result'], OneOffTaskReport['reasonCode']>

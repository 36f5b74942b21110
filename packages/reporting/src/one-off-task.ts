/** A one-off task as a report tells it: what speaks for its failure, its part of the summary, and what to do next. */
import { codeBlock, details, table } from '@ecs-pipeline/action-kit'
import {
  lastPart,
  type DeployReport,
  type Evidence,
  type OneOffContainer,
  type OneOffTaskReport,
} from '@ecs-pipeline/rollout'
import { duration, prose, withoutArns } from './prose.ts'

/** Its failed containers, as the rules of the diagnosis want them. */
export function oneOffFailures(task: OneOffTaskReport | undefined): Evidence['failures'] {
  if (!task) return []
  const { stopCode = 'unknown', stoppedReason = '', result } = task
  // ECS ended what was beyond its time: how a container ended then says nothing of why it took so long.
  if (result === 'time-limit') return []
  return task.containers
    .filter(({ failed }) => failed)
    .map(({ container, exitCode, reason, logTail }) => ({
      stopCode,
      stoppedReason,
      container,
      exitCode,
      containerReason: reason,
      logTail,
    }))
}

const TITLE: Readonly<Record<OneOffTaskReport['result'], string>> = {
  running: 'is under way',
  succeeded: 'did its work',
  failed: 'failed',
  'not-started': 'was not started',
  'not-waited-for': 'was started, nobody waited for it',
  'time-limit': 'did not end in time',
  cancelled: 'was cut off',
  lost: 'could not be watched to its end',
}

export function oneOffBlocks({ oneOffTask: task }: DeployReport): readonly string[] {
  if (!task) return []
  const took =
    task.stoppedAt === undefined ? '' : ` after ${duration(task.stoppedAt - task.askedAt)}`
  const id = task.arns?.[0]
  const what = id === undefined ? '' : ` Task ${lastPart(id)} of`
  const facts = `${what} ${withoutArns(task.taskDefinition)}${took === '' ? '' : `, stopped${took}`}.`
  const said = task.stopCode === undefined ? '' : ` ${task.stoppedReason ?? ''} (${task.stopCode}).`
  const rows = task.containers.map(({ container, exitCode, reason }) => [
    container,
    exitCode === undefined ? 'none' : String(exitCode),
    withoutArns(reason ?? ''),
  ])
  return [
    `### The one-off task ${TITLE[task.result]}\n\n${prose(`${facts}${said}`.trim())}`,
    ...(rows.length === 0 ? [] : [table(['Container', 'Exit code', 'Detail'], rows)]),
    ...task.containers.flatMap((each) => logBlock(each)),
  ]
}

function logBlock({ container, failed, logTail = [] }: OneOffContainer): readonly string[] {
  if (logTail.length === 0) return []
  const count = logTail.length === 1 ? 'The last log line' : `The last ${logTail.length} log lines`
  const title = `${count} of container ${container} of the one-off task`
  return [details(title, codeBlock(logTail.join('\n')), failed)]
}

/** For a run that ended because of its one-off task. */
export function stepsAfter(task: OneOffTaskReport, cluster: string): readonly string[] {
  const arn = task.arns?.[0]
  if (task.mayRun && arn === undefined) {
    return [
      `See whether it was started: \`aws ecs list-tasks --cluster ${cluster} --started-by ${task.startedBy}\``,
      'If it was, wait for it or stop it, and run again.',
    ]
  }
  if (task.mayRun && arn !== undefined) {
    return [
      `See whether the one-off task still runs: \`aws ecs describe-tasks --cluster ${cluster} --tasks ${arn}\``,
      `Stop it before the next run, if it should not go on: \`aws ecs stop-task --cluster ${cluster} --task ${arn}\``,
    ]
  }
  const step = 'Mend what the one-off task met, and run again. The service was not changed.'
  if (arn === undefined) return [step]
  return [step, 'What the task had done until it ended, such as half a migration, is still there.']
}

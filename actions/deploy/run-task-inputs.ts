/** The inputs of the one-off task: names and meaning of the official deploy action (docs/run-task.md has what differs). */
import {
  camel,
  choice,
  defineInputs,
  flag,
  NotThat,
  text,
  type InputKind,
  type InputsOf,
} from '@ecs-pipeline/action-kit'
import { readVolume, type ManagedVolume } from './ebs-volume.ts'
import type { Findings } from './findings.ts'

export const runTaskKinds = {
  'run-task': flag({ default: 'false' }),
  // May hold secrets.
  'run-task-container-overrides': text({ secret: true }),
  'run-task-security-groups': names(),
  'run-task-subnets': names(),
  'run-task-assign-public-IP': optional(
    choice(['ENABLED', 'DISABLED'], {
      default: 'DISABLED',
    }),
  ),
  'run-task-launch-type': choice(['FARGATE', 'EC2', 'EXTERNAL'], { default: 'FARGATE' }),
  'run-task-capacity-provider-strategy': text(),
  'run-task-started-by': startedBy(),
  'run-task-tags': text(),
  'run-task-managed-ebs-volume-name': text(),
  'run-task-managed-ebs-volume': text(),
  'wait-for-task-stopped': flag({ default: 'true' }),
}

export const runTaskSchema = defineInputs(runTaskKinds)
export type RunTaskInputs = InputsOf<typeof runTaskSchema>

/** `undefined` when it is not given, where that is not the same as a default. */
function optional<Value>(kind: InputKind<Value>): InputKind<Value | undefined> {
  return { ...kind, default: undefined, absent: undefined }
}

/** `a,b`; blanks around the commas do not count. */
function names(): InputKind<readonly string[]> {
  return {
    ...text(),
    absent: [],
    parse: (given) =>
      given
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
  }
}

/** What ECS takes (API reference, RunTask, `startedBy`). */
function startedBy(): InputKind<string> {
  const kind = text({ default: 'GitHub-Actions' })
  return {
    ...kind,
    parse(given) {
      if (/^[\w/-]{1,128}$/.test(given)) return given
      throw new NotThat(
        'at most 128 letters, numbers, hyphens (-), slashes (/) and underscores (_)',
      )
    },
  }
}

/** The volume of the task; an input without the other is a caveat. Nothing is read for a task that is not to be. */
export const readTaskVolume = (
  {
    runTask,
    runTaskManagedEbsVolumeName: name,
    runTaskManagedEbsVolume: volume,
  }: Pick<RunTaskInputs, 'runTask' | 'runTaskManagedEbsVolumeName' | 'runTaskManagedEbsVolume'>,
  findings: Findings,
): ManagedVolume | undefined =>
  runTask ? readVolume('run-task-managed-ebs-volume', name, volume, findings) : undefined

/** The inputs that do nothing because there is no task, as far as they differ from their defaults. */
export function unusedRunTaskInputs(inputs: RunTaskInputs): readonly string[] {
  if (inputs.runTask) return []
  const defaults = runTaskSchema.read(() => '')
  return runTaskSchema
    .describe()
    .map(({ name }) => name)
    .filter((name) => {
      const key = camel(name) as keyof RunTaskInputs
      return String(inputs[key]) !== String(defaults[key])
    })
}

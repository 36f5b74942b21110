import { createClusterPorts } from '@ecs-pipeline/aws'
import { Journal, type SetReport } from '@ecs-pipeline/rollout'
import { runSet } from '../../../actions/deploy/set/run-set.ts'
import { readSetInputs } from '../../../actions/deploy/set/set-inputs.ts'
import { ROOT } from '../../support/run-bundle.ts'
import { CLUSTER } from '../../support/stack.ts'
import { holdForRequests } from './requests-in-flight.ts'
import type { Stage } from './stage.ts'

export interface SetRun {
  readonly report: SetReport
  /** The operations that the action called, in order, by name, and when: milliseconds of AWS time since it began. */
  readonly calls: readonly { readonly operation: string; readonly at: number }[]
  /** `UpdateService` in order: service and `family:revision`. */
  readonly updates: readonly string[]
  readonly lines: readonly string[]
  readonly drafts: readonly SetReport[]
}

export interface SetRunOptions {
  /** As a workflow gives them; `cluster` is there already. */
  readonly inputs: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly onDraft?: (draft: SetReport) => void
}

/** Runs the deploy action on several services to its end; AWS time passes only while all of them sleep. */
export async function runSetOnStage(
  stage: Stage,
  { inputs, signal = new AbortController().signal, onDraft }: SetRunOptions,
): Promise<SetRun> {
  const set = await readSetInputs((name) => inputs[name] ?? (name === 'cluster' ? CLUSTER : ''))
  if (!set) throw new Error('There is no input `services`.')
  const lines: string[] = []
  const drafts: SetReport[] = []
  stage.aws.calls.clear()
  const startedAt = stage.clock.now()
  const release = holdForRequests(stage.clock, stage.aws.endpoint)
  try {
    const report = await stage.clock.run((clock) => {
      const portsOf = createClusterPorts({ cluster: CLUSTER, clock, random: () => 0.5 })
      const members = set.members.map((member) => ({
        ...member,
        tools: {
          ports: portsOf(member.inputs.service),
          clock,
          journal: new Journal(clock, {
            progress: (line) => lines.push(`${member.inputs.service}  ${line}`),
            warning: (line) => lines.push(`${member.inputs.service}: ${line}`),
            quote: () => undefined,
          }),
          signal,
          workspace: ROOT,
          origin: { 'ecs-pipeline:commit': '0123456789abcdef' },
        },
      }))
      return runSet(members, {
        ...set,
        cluster: CLUSTER,
        interval: set.step.pollSeconds * 1000,
        now: () => clock.now(),
        progress: (line) => lines.push(line),
        draft: (draft) => {
          drafts.push(draft)
          onDraft?.(draft)
          return Promise.resolve()
        },
      })
    })
    const entries = stage.aws.calls.entries()
    const updates = entries
      .filter(({ operation }) => operation === 'UpdateService')
      .map(({ input }) => {
        const { service, taskDefinition } = input as { service: string; taskDefinition: string }
        return `${service} ${taskDefinition.split('/').at(-1) ?? ''}`
      })
    const calls = entries.map(({ operation, at }) => ({ operation, at: at - startedAt }))
    return { report, calls, updates, lines, drafts }
  } finally {
    release()
  }
}

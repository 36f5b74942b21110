import { readTextFile } from '@ecs-pipeline/action-kit'
import { Refusal, type TriggerPlan } from '@ecs-pipeline/rollout'
import { shortestBake } from './bake.ts'
import { readTriggerFile } from './read-trigger-file.ts'
import { TriggerFileError } from './trigger-file-error.ts'
import { isTriggerFileName } from './trigger-file-name.ts'

/** What `triggers` is read with: the names that `${cluster}` and `${service}` stand for. */
export interface TriggersInput {
  readonly triggers: string | undefined
  readonly cluster: string
  readonly service: string
  readonly bakeMinutes: number | undefined
}

/** A file of the workspace, or the text itself. Throws a {@link Refusal} that lists everything that is wrong. */
export async function readTriggers(
  { triggers, cluster, service, bakeMinutes }: TriggersInput,
  workspace: string,
): Promise<TriggerPlan | undefined> {
  if (triggers === undefined) return undefined
  const isFile = isTriggerFileName(triggers)
  const text = isFile ? await readText(triggers, workspace) : triggers
  const name = isFile ? triggers : 'triggers'
  try {
    return withBake(
      await readTriggerFile(text, { name, variables: { cluster, service } }),
      bakeMinutes,
    )
  } catch (error) {
    if (!(error instanceof TriggerFileError)) throw error
    // Those of the input itself begin with its name already.
    const problems = error.problems.map((each) => (isFile ? `triggers: ${each}` : each))
    throw new Refusal(problems.join('\n'), 'input', { cause: error })
  }
}

/** The input of the action wins over the file; it has to be as long as the file's own would have to be. */
function withBake(plan: TriggerPlan, bakeMinutes: number | undefined): TriggerPlan {
  if (bakeMinutes === undefined) return plan
  const shortest = shortestBake(plan.triggers, plan.warmupSeconds, plan.metricLagSeconds)
  if (bakeMinutes < shortest.minutes) {
    throw new Refusal(
      `bake-minutes: ${bakeMinutes} is too short for these triggers: ${shortest.arithmetic}. Write ${shortest.minutes} or more, or leave the input away.`,
    )
  }
  return { ...plan, bakeMinutes }
}

async function readText(name: string, workspace: string): Promise<string> {
  const file = await readTextFile(name, workspace)
  if ('problem' in file) throw new Refusal(`triggers: ${name}: ${file.problem}`)
  return file.text
}

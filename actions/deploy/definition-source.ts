/** Where the task definition comes from: a file, a revision that ECS has, or what the service runs. */
import { integer, text } from '@ecs-pipeline/action-kit'
import {
  NotFound,
  Refusal,
  type TaskDefinitionDocument,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'
import { carriedTags } from './carried-tags.ts'
import type { Findings } from './findings.ts'
import { namesFile, readTaskDefinitionFile } from './task-definition-file.ts'
import type { DeployTools } from './tools.ts'

export const definitionSourceKinds = {
  'task-definition-arn': text(),
  'task-definition-family': text(),
  'task-definition-revision': integer({ minimum: 1, maximum: 2_147_483_647 }),
  'keep-null-value-keys': text(),
}

interface Given {
  readonly taskDefinition: string | undefined
  readonly taskDefinitionArn: string | undefined
  readonly taskDefinitionFamily: string | undefined
  readonly taskDefinitionRevision: number | undefined
  readonly keepNullValueKeys: string | undefined
}

export interface DefinitionSource {
  /** A file, a family, `family:revision` or an ARN. */
  readonly taskDefinition: string | undefined
  /** A revision that is deployed as it stands, unless something is to be changed in it. */
  readonly taskDefinitionArn: string | undefined
  readonly keepNullValueKeys: readonly string[]
}

/** The first of them counts, in the order of the official actions; what comes after it is said to have no effect. */
export function readSource(given: Given, findings: Findings): DefinitionSource {
  const { taskDefinition, taskDefinitionArn, taskDefinitionFamily: family } = given
  const revision = given.taskDefinitionRevision
  const set = Object.entries({
    'task-definition': taskDefinition,
    'task-definition-arn': taskDefinitionArn,
    'task-definition-family': family,
  }).flatMap(([name, value]) => (value === undefined ? [] : name))
  const [first, ...others] = set
  for (const name of others) {
    findings.caveats.push(`Input '${name}' has no effect, because '${first}' is set.`)
  }
  if (revision !== undefined && first === undefined) {
    findings.problems.push(
      `Input 'task-definition-revision' needs 'task-definition-family': the family that it is a revision of.`,
    )
  }
  if (revision !== undefined && first !== undefined && first !== 'task-definition-family') {
    findings.caveats.push(
      `Input 'task-definition-revision' has no effect, because '${first}' is set.`,
    )
  }
  const named = revision === undefined ? family : `${family}:${revision}`
  return {
    taskDefinition:
      taskDefinition ?? (taskDefinitionArn === undefined ? family && named : undefined),
    taskDefinitionArn: taskDefinition === undefined ? taskDefinitionArn : undefined,
    keepNullValueKeys: (given.keepNullValueKeys ?? '')
      .split(',')
      .map((key) => key.trim())
      .filter((key) => key !== ''),
  }
}

/** Whether the inputs name a task definition, instead of leaving it to the service. */
export const namesDefinition = (source: DefinitionSource): boolean =>
  source.taskDefinition !== undefined || source.taskDefinitionArn !== undefined

/** What is changed and registered; `revision` when it is registered already. */
export interface Base {
  readonly document: TaskDefinitionDocument
  readonly revision: TaskDefinitionView | undefined
}

/** Throws a {@link Refusal} for a file that cannot be read and a revision that is not there. `current`: what the service runs. */
export async function readBase(
  source: DefinitionSource,
  current: TaskDefinitionView | undefined,
  tools: DeployTools,
): Promise<Base> {
  const { taskDefinition, taskDefinitionArn, keepNullValueKeys } = source
  if (taskDefinitionArn !== undefined) {
    return fromRevision(await describe('task-definition-arn', taskDefinitionArn, tools))
  }
  if (taskDefinition === undefined) {
    if (!current) throw new Error('There is neither a task definition nor a service.')
    return fromRevision(current)
  }
  if (await namesFile(taskDefinition, tools.workspace)) {
    const { document, caveats } = await readTaskDefinitionFile(
      taskDefinition,
      tools.workspace,
      keepNullValueKeys,
    )
    for (const caveat of caveats) tools.journal.caveat(caveat)
    return { document, revision: undefined }
  }
  return fromRevision(await describe('task-definition', taskDefinition, tools))
}

function fromRevision(revision: TaskDefinitionView): Base {
  const tags = carriedTags(Object.entries(revision.tags).map(([key, value]) => ({ key, value })))
  return { document: { ...revision.document, ...(tags && { tags }) }, revision }
}

async function describe(
  input: string,
  name: string,
  { ports }: DeployTools,
): Promise<TaskDefinitionView> {
  try {
    return await ports.taskDefinitions.describe(name)
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    const file = input === 'task-definition' ? ', or a file that ends in .json, .yml or .yaml' : ''
    throw new Refusal(`${input}: ${error.message} Give a family, family:revision or an ARN${file}.`)
  }
}
